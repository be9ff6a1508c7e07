import { MayBlock, type Op } from '@movable-pages/machine';
import {
  clearPageMovable,
  copyPage,
  Gfp,
  setPageMovable,
  type Kernel,
  type MovableMapping,
  type Page,
} from '../src/index.ts';

/** A driver whose pages stand in a table: the number of its place is in a page's private word, a value in its contents. */
export class TableDriver {
  readonly mapping: MovableMapping;
  /** Where each page is now. */
  readonly places: (Page | null)[] = [];
  /** What its callbacks say instead of doing their work, if anything. */
  refuses: (page: Page) => boolean = () => false;
  answer: (page: Page) => number = () => 0;
  /** The callbacks that ran. */
  isolated = 0;
  moved = 0;
  putBack = 0;

  constructor(readonly kernel: Kernel) {
    this.mapping = kernel.createMapping('table');
    this.mapping.connect({
      isolatePage: (page) => this.isolate(page),
      migratePage: (_mapping, target, page) => this.migrate(target, page),
      putbackPage: () => this.putback(),
    });
  }

  /** Allocates a page and marks it movable; null if there is none. */
  *allocate(gfp: Gfp = Gfp.highUserMovable): Op<Page | null> {
    this.kernel.machine.enterScope('driver', 'table.allocate', MayBlock.yes);
    const page = yield* this.kernel.allocator.allocPage({ gfp });
    if (page !== null) yield* this.adopt(page);
    this.kernel.machine.leaveScope();
    return page;
  }

  /** Makes a page that it holds one of its own. */
  *adopt(page: Page): Op<void> {
    const place = this.places.length;
    this.places.push(page);
    page.private = place + 1;
    page.writeWord(0, valueOf(place));
    page.writeWord(this.lastWord, ~valueOf(place));
    yield* page.lock();
    yield* setPageMovable(page, this.mapping);
    yield* page.unlock();
  }

  /** Gives the page at a place up. */
  *release(place: number): Op<void> {
    this.kernel.machine.enterScope('driver', 'table.release', MayBlock.yes);
    // Under its lock it stays where it is.
    let page = this.places[place]!;
    yield* page.lock();
    while (this.places[place] !== page) {
      yield* page.unlock();
      page = this.places[place]!;
      yield* page.lock();
    }
    this.places[place] = null;
    page.private = 0;
    yield* clearPageMovable(page);
    yield* page.unlock();
    yield* page.put();
    this.kernel.machine.leaveScope();
  }

  /** The places whose pages do not hold what was written. */
  spoiled(): number[] {
    const { contents } = this.kernel;
    return this.places.flatMap((page, place) => {
      if (page === null) return [];
      const good =
        contents.peek(page.pfn, 0) === valueOf(place) &&
        contents.peek(page.pfn, this.lastWord) === ~valueOf(place);
      return good ? [] : [place];
    });
  }

  private get lastWord(): number {
    return this.kernel.contents.pageWords - 1;
  }

  private *isolate(page: Page): Op<boolean> {
    if (this.refuses(page)) return false;
    this.isolated++;
    return true;
  }

  private *migrate(target: Page, page: Page): Op<number> {
    const answer = this.answer(page);
    if (answer !== 0) return answer;
    const place = page.private - 1;
    yield* copyPage(target, page);
    yield* target.get();
    target.private = place + 1;
    yield* setPageMovable(target, this.mapping);
    this.places[place] = target;
    page.private = 0;
    yield* clearPageMovable(page);
    yield* page.put();
    this.moved++;
    return 0;
  }

  private *putback(): Op<void> {
    this.putBack++;
  }
}

/** What is written into the page of a place. */
function valueOf(place: number): number {
  return (place + 1) * 7;
}
