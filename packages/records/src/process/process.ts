import { mapsFrame, PteBit, pteNumber, type Mm, type Page } from '@movable-pages/core';

/** Memory of a process that records name by a letter. */
export interface Region {
  readonly start: number;
  readonly pages: number;
  /** Pages that were written, so that they have a pattern. */
  readonly written: Set<number>;
}

/**
 * Pages from one region to the next. A multiple of 12, so that interleaving over two, three or four nodes begins with the
 * first of them, and of the pages of a huge page.
 */
const REGION_PAGES = 0xc0000;

/** A process of a record. */
export class Process {
  readonly regions = new Map<string, Region>();
  /** Pages that others hold for it, by how they took hold. */
  readonly pins = new Map<string, Page[]>();

  constructor(
    /** `P`, or `C1` to `C3` for its children. */
    readonly name: string,
    readonly mm: Mm,
  ) {}

  /** Where a region begins. */
  static startOf(letter: string): number {
    return REGION_PAGES * (letter.charCodeAt(0) - 'A'.charCodeAt(0) + 1);
  }

  /** The frame that a page is mapped to, or -1. */
  frameOf(vpn: number): number {
    const pte = this.mm.peekPte(vpn);
    return mapsFrame(pte) ? pteNumber(pte) : -1;
  }

  /** The node of a page as a query of `move_pages` gives it, or the error. */
  nodeOf(vpn: number): number | string {
    const pte = this.mm.peekPte(vpn);
    const hidden = (pte & PteBit.protNone) !== 0 || (pte !== 0 && (pte & PteBit.present) === 0);
    if (hidden) return '-ENOENT';
    return mapsFrame(pte) ? this.mm.kernel.page(pteNumber(pte)).node : '-EFAULT';
  }
}
