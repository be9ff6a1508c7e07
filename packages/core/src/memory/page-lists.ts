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
  /** Lists that were disposed of in this execution, by the thread that did so: it alone gets them again. */
  private readonly disposed = new Map<number, PageList[]>();
  private readonly moves = new Map<number, { what: string; site: string | undefined }>();
  /** For each frame the thread that last changed its list in this execution; -1 for none. */
  private readonly movers: Int32Array;

  constructor(private readonly kernel: Kernel) {
    const { machine, frames } = kernel;
    this.owner = machine.tracked ? machine.allocateWords(frames.count, (pfn) => `page ${pfn} list`) : -1;
    this.movers = new Int32Array(machine.tracked ? frames.count : 0).fill(-1);
    machine.addRestorable(this);
  }

  /** Makes a list. One that is made while the machine runs must be disposed of. */
  create(name: string, party: ListParty): PageList {
    const again = this.takeDisposed(name, party);
    if (again !== null) return again;
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
    if (this.owner < 0) return;
    const { machine } = this.kernel;
    if (machine.captureSites) this.noteMove(pfn, list);
    machine.words[this.owner + pfn] = list?.id ?? 0;
    this.movers[pfn] = machine.current?.id ?? -1;
  }

  /** How a page came on its list or off it, and where, if the machine captured sites; else null. */
  lastMove(pfn: number): { readonly what: string; readonly site: string | undefined } | null {
    return this.moves.get(pfn) ?? null;
  }

  /** The number of the thread that last put a page on a list or took it off in this execution; -1 for nobody. */
  lastMover(pfn: number): number {
    return this.movers[pfn] ?? -1;
  }

  private noteMove(pfn: number, to: PageList | null): void {
    const { machine } = this.kernel;
    const who = machine.currentThreadName() ?? 'construction';
    const what = to === null ? `taken off ${this.listOf(pfn)?.name ?? 'its list'}` : `put on ${to.name}`;
    this.moves.set(pfn, { what: `${what} by ${who}`, site: machine.site() });
  }

  /** Takes back the words of a list. */
  dispose(list: PageList): void {
    const { machine } = this.kernel;
    machine.releaseWords(list.head, HEAD_WORDS, `${list.name} disposed of`);
    if (this.owner < 0) return;
    const thread = machine.current?.id ?? -1;
    const lists = this.disposed.get(thread);
    if (lists === undefined) this.disposed.set(thread, [list]);
    else lists.push(list);
  }

  /** A list of that name which this thread has disposed of: compaction would use up the heap otherwise. */
  private takeDisposed(name: string, party: ListParty): PageList | null {
    const { machine } = this.kernel;
    const lists = this.disposed.get(machine.current?.id ?? -1);
    if (lists === undefined) return null;
    const at = lists.findLastIndex((list) => list.name === name && list.party === party);
    if (at < 0) return null;
    const [list] = lists.splice(at, 1);
    machine.heap.reclaim(list!.head, HEAD_WORDS);
    return list!;
  }

  /** Remembers the present as the state before every execution. */
  seal(): void {
    this.sealed = this.lists.length;
    this.disposed.clear();
  }

  /** Back to the sealed state. */
  reset(): void {
    this.lists.length = this.sealed;
    if (this.disposed.size > 0) this.disposed.clear();
    if (this.moves.size > 0) this.moves.clear();
    this.movers.fill(-1);
  }
}
