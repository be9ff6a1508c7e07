import type { Kernel } from '../kernel.js';
import { PageWord } from '../memory/frame-table.js';
import { MIGRATE_TYPE_NAMES } from '../memory/migrate-type.js';
import { flagNames, MappingTag } from '../memory/page-flags.js';

/**
 * Who has each page in use, one paragraph a page: how it was allocated (if the kernel was made with `pageOwner`), what it
 * is, every holder of a reference with how many it has (in a tracked machine), and whose list it is on. After the kernel's
 * `/sys/kernel/debug/page_owner`, which knows the allocation only.
 *
 * @param from First frame to tell of. Default the first there is.
 * @param to One past the last. Default all.
 * @kernel mm/page_owner.c read_page_owner
 * @since 0.1.0
 */
export function formatPageOwner(kernel: Kernel, from = 0, to = kernel.frames.count): string {
  const paragraphs: string[] = [];
  for (let pfn = from; pfn < to; pfn++)
    if (kernel.frames.peek(pfn, PageWord.refCount) > 0) paragraphs.push(describePage(kernel, pfn));
  return paragraphs.join('\n');
}

function describePage(kernel: Kernel, pfn: number): string {
  const { frames, memory } = kernel;
  const origin = kernel.pageOwners?.of(pfn) ?? null;
  const lines: string[] = [];
  if (origin !== null) {
    lines.push(
      `Page allocated via order ${origin.order}, mask ${origin.gfp}, by ${origin.thread} (${origin.party})`,
    );
  }
  const blocks = memory.blocks;
  const where: string[] = [`PFN ${pfn}`];
  if (origin !== null) where.push(`type ${MIGRATE_TYPE_NAMES[origin.migrateType]}`);
  if (blocks !== null) {
    const block = Math.floor(pfn / blocks.pages);
    where.push(`Block ${block} type ${MIGRATE_TYPE_NAMES[blocks.typeOf(pfn)]}`);
  }
  where.push(`Flags ${flagNames(frames.peek(pfn, PageWord.flags))}`);
  lines.push(where.join(' '), ` ${holdersOf(kernel, pfn)}`);
  const owner = mappingOwner(kernel, pfn);
  if (owner !== null) lines.push(` ${owner}`);
  const list = kernel.lists.listOf(pfn);
  if (list !== null) lines.push(` on ${list.name} (${list.party})`);
  return `${lines.join('\n')}\n`;
}

function holdersOf(kernel: Kernel, pfn: number): string {
  const { frames, machine } = kernel;
  const count = frames.peek(pfn, PageWord.refCount);
  const total = `${count} ${count === 1 ? 'reference' : 'references'}`;
  const holders = [...machine.ledger.holders(frames.location(pfn, PageWord.refCount))];
  if (holders.length === 0) return total;
  return `${total}: ${holders.map(([party, held]) => `${party} ${held}`).join(', ')}`;
}

/** Whose page it is by its mapping word. */
function mappingOwner(kernel: Kernel, pfn: number): string | null {
  const word = kernel.frames.peek(pfn, PageWord.mapping);
  if ((word & MappingTag.mask) !== MappingTag.movable) return null;
  const mapping = kernel.mappingOf(word >> 2);
  return mapping === null ? 'movable, given up by its driver' : `movable, of ${mapping.name}`;
}
