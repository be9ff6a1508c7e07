import type { Restorable } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { PageList, type ListParty } from './page-list.js';

/** Words of a list head: first, last, length. */
const HEAD_WORDS = 3;

/**
 * Makes page lists and knows, in a tracked machine, which list each page is on.
 *
 * @since 0.1.0
 */
export class PageLists implements Restorable {
  /** For each frame the id of its list, 0 for none: words of the machine, so that they follow its resets. */
  private readonly owner: number;
  private readonly lists: PageList[] = [];
  private sealed = 0;

  constructor(private readonly kernel: Kernel) {
    const { machine, frames } = kernel;
    this.owner = machine.tracked ? machine.allocateWords(frames.count, (pfn) => `page ${pfn} list`) : -1;
    machine.addRestorable(this);
  }

  /** Makes a list. One that is made while the machine runs must be disposed of. */
  create(name: string, party: ListParty): PageList {
    const head = this.kernel.machine.allocateWords(
      HEAD_WORDS,
      (word) => `${name}.${['first', 'last', 'length'][word]}`,
    );
    const list = new PageList(this.kernel, name, party, head, this.lists.length + 1);
    if (this.owner >= 0) this.lists.push(list);
    return list;
  }

  /** The list that a page is on; null if on none, or if the machine does not track. */
  listOf(pfn: number): PageList | null {
    if (this.owner < 0) return null;
    return this.lists[this.kernel.machine.words[this.owner + pfn]! - 1] ?? null;
  }

  /** Notes the list that a page is on. */
  setListOf(pfn: number, list: PageList | null): void {
    if (this.owner >= 0) this.kernel.machine.words[this.owner + pfn] = list?.id ?? 0;
  }

  /** Takes back the words of a list. */
  dispose(list: PageList, head: number): void {
    const { machine } = this.kernel;
    machine.heap.release(head, HEAD_WORDS, `${list.name} disposed of`, machine.site());
  }

  /** Remembers the present as the state before every execution. */
  seal(): void {
    this.sealed = this.lists.length;
  }

  /** Back to the sealed state. */
  reset(): void {
    this.lists.length = this.sealed;
  }
}
