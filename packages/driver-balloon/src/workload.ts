import type { Op, Workload } from '@movable-pages/core';
import type { BalloonDriver } from './driver.js';

/**
 * Stands for one inflated page. Any page will do when it is handed back: a balloon does not tell its pages apart.
 *
 * @since 0.1.0
 */
export type BalloonToken = 'a page';

/** The workload of a balloon: there is nothing to read or write. @since 0.1.0 */
export type BalloonWorkload = Workload<BalloonToken> & Required<Pick<Workload, 'unload' | 'inspect'>>;

/** Says in the suite's words what the balloon can do. */
export function balloonWorkload(balloon: BalloonDriver): BalloonWorkload {
  const { deflateOn } = balloon.options;
  return {
    *allocate(): Op<BalloonToken | null> {
      return (yield* balloon.inflate()) > 0 ? 'a page' : null;
    },
    *free(_token: BalloonToken): Op<void> {
      const given = yield* balloon.deflate();
      // Who has a token finds a page, unless reclaim was there before.
      if (given !== 1 && deflateOn === 'request')
        throw new Error(`deflating gave ${given} pages for one token`);
    },
    ...(balloon.needsProbe ? { load: () => probe(balloon) } : {}),
    *unload(): Op<void> {
      yield* balloon.unload();
      const { size } = balloon.host.inflated;
      if (size > 0) throw new Error(`the host believes in ${size} pages after unloading`);
    },
    inspect: () => ({
      pages: balloon.pages.list.length + balloon.pages.state.isolated,
      objects: balloon.numPages,
      isolated: balloon.pages.state.isolated,
    }),
  };
}

function* probe(balloon: BalloonDriver): Op<boolean> {
  return (yield* balloon.probe()) === 0;
}
