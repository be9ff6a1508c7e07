import {
  MappingTag,
  PageFlag,
  PageWord,
  type BuiltDriver,
  type Kernel,
  type Page,
  type PageList,
} from '@movable-pages/core';
import { modeName, returned, type LogEntry } from './log.js';
import type { Mvdrv } from './mvdrv.js';
import { PageLockHolder } from './page-lock-holder.js';

/** What the console knows of a page by its number. */
export interface ConsolePage {
  readonly firstPfn: number;
  /** Its frame now, or the last one it had; null once that was freed. */
  frame: Page | null;
  /** The driver owns it. */
  owned: boolean;
  /** Extra references, all on the frame that the page had at the first of them. */
  holds: number;
  heldFrame: Page | null;
}

/** A released page whose last reference went: the state of its frame at that moment. */
interface Freed {
  readonly page: number;
  readonly refs: number;
  readonly movable: boolean;
  readonly isolated: boolean;
}

/**
 * Where commands for the toy driver are given and its callbacks logged. It stands beside the machine: it listens to events
 * and keeps books of its own, and only its commands (`commands.ts`) run on the machine.
 */
export class MvdrvConsole {
  readonly driver: Mvdrv;
  /** The pages of the last `alloc`, by number. */
  readonly pages: ConsolePage[] = [];
  /** What the last command did. */
  readonly log: LogEntry[] = [];
  /** Pages that were released and are gone, since they were last asked for. */
  private freed: Freed[] = [];
  /** The frames that the pages were cut from; `inUse` from `alloc` to `free`. */
  readonly range = { start: 0, count: 0, inUse: false };
  /** Pages that stay isolated from one command to the next: from isolation to putback their links are the VM's. */
  readonly held: PageList;
  readonly lockHolder: PageLockHolder;
  private readonly built: BuiltDriver;

  /** Must be made before the machine is sealed. */
  constructor(
    readonly kernel: Kernel,
    built: BuiltDriver,
  ) {
    this.built = built;
    this.driver = built.driver as Mvdrv;
    this.held = kernel.lists.create('mvdrv.held', 'vm');
    this.lockHolder = kernel.machine.construct(() => new PageLockHolder());
    this.listen();
  }

  /** The number of the page whose frame this is, or -1. */
  numberOf(frame: Page): number {
    return this.pages.findIndex((page) => page.frame === frame);
  }

  /** Pages that were released and are gone since this was last asked, by number. */
  takeFreed(): Freed[] {
    return this.freed.splice(0).sort((a, b) => a.page - b.page);
  }

  /** Has nobody told that some pages are gone. */
  forgetFreed(pages: readonly ConsolePage[]): void {
    this.freed = this.freed.filter(({ page }) => !pages.includes(this.pages[page]!));
  }

  /** Logs callbacks as the module does: with the counts of references as they come. */
  private listen(): void {
    const { events } = this.kernel;
    let refs: Readonly<Record<string, number>> = {};
    events.on('driver_isolate_enter', ({ page }) => (refs = { refs: page.refCount }));
    events.on('driver_isolate', ({ page, mapping, mode, result }) => {
      if (mapping !== this.built.mapping) return;
      const call = { call: 'isolate_page', page: this.numberOf(page), isolate_mode: mode };
      this.log.push({ ...call, ret: result === true, ...refs });
    });
    events.on('driver_migrate_enter', ({ newPage, oldPage }) => {
      refs = { src_refs: oldPage.refCount, dst_refs: newPage.refCount };
    });
    events.on('driver_migrate', ({ newPage, oldPage, mapping, mode, result }) => {
      if (mapping !== this.built.mapping) return;
      const number = this.numberOf(oldPage);
      const call = {
        call: 'migrate_page',
        page: number,
        mode: modeName(mode),
        ret: returned(Number(result)),
      };
      this.log.push({ ...call, ...refs, from: oldPage.node, to: newPage.node });
      if (result === 0) this.pages[number]!.frame = newPage;
    });
    events.on('driver_putback_enter', ({ page, mapping }) => {
      if (mapping !== this.built.mapping) return;
      this.log.push({ call: 'putback_page', page: this.numberOf(page), refs: page.refCount });
    });
    events.on('page_free', ({ page }) => this.noteFreed(page));
  }

  /** A frame went back to the allocator: the page that had it is no more. */
  private noteFreed(frame: Page): void {
    const number = this.numberOf(frame);
    if (number < 0) return;
    this.pages[number]!.frame = null;
    const mapping = this.kernel.frames.peek(frame.pfn, PageWord.mapping);
    this.freed.push({
      page: number,
      refs: frame.refCount,
      movable: (mapping & MappingTag.mask) === MappingTag.movable,
      isolated: (frame.peekFlags() & PageFlag.isolated) !== 0,
    });
  }
}
