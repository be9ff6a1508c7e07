import { pageMapping, pageMovableHint, PageFlag, type Op, type Page } from '@movable-pages/core';
import type { MvdrvConsole } from './console.js';
import { hasPattern } from './pattern.js';

/** The state of the driver as records show it after each command. */
export interface MvdrvState {
  readonly pages: readonly Readonly<Record<string, unknown>>[];
  readonly held_list: readonly number[];
  readonly old_frames: readonly Readonly<Record<string, unknown>>[];
}

/** Looks at every page of the driver that is alive, the held list, and frames that holds keep alive after a move. */
export function* observeMvdrv(mvdrv: MvdrvConsole): Op<MvdrvState> {
  const pages: Record<string, unknown>[] = [];
  const oldFrames: Record<string, unknown>[] = [];
  for (const [number, page] of mvdrv.pages.entries()) {
    const { frame, heldFrame } = page;
    if (frame !== null) {
      const { node, refs, movable, has_ops, isolated } = yield* observeFrame(frame);
      pages.push({
        page: number,
        node,
        frame_changed: frame.pfn !== page.firstPfn,
        refs,
        movable,
        isolated,
        data_ok: hasPattern(frame, number),
        has_ops,
        locked: (frame.peekFlags() & PageFlag.locked) !== 0,
        owned: page.owned,
        on_held_list: mvdrv.held.peek().includes(frame),
        extra_refs: page.holds,
      });
    }
    if (heldFrame !== null && heldFrame !== frame)
      oldFrames.push({ page: number, ...(yield* observeFrame(heldFrame)) });
  }
  const held = mvdrv.held.peek().map((frame) => mvdrv.numberOf(frame));
  return { pages, held_list: held, old_frames: oldFrames };
}

function* observeFrame(frame: Page): Op<{
  node: number;
  refs: number;
  movable: boolean;
  has_ops: boolean;
  isolated: boolean;
}> {
  return {
    node: frame.node,
    refs: frame.refCount,
    movable: yield* pageMovableHint(frame),
    has_ops: (yield* pageMapping(frame)) !== null,
    isolated: (frame.peekFlags() & PageFlag.isolated) !== 0,
  };
}
