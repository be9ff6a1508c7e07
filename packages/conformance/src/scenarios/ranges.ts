import {
  allocContigRange,
  freeContigRange,
  MigrateMode,
  offlinePages,
  onlinePages,
  PAGE_ALLOC_FAILS,
  pageMovableHint,
  type BuddyOptions,
  type Kernel,
  type Op,
} from '@movable-pages/core';
import type { Scenario, ScenarioContext } from '../scenario.js';
import { allocate, closer, freeHandle, initialValue, type Held } from './actors.js';

/** Page blocks of two pages, so that a range of one block is small. */
const BLOCK_ORDER = 1;
const BUDDY: BuddyOptions = { pageBlockOrder: BLOCK_ORDER, maxOrder: 2, minFreeKbytes: 0 };

/** Turns after which whoever takes memory offline is told to stop. */
const TURNS = 3;

/** Wants the whole of a page block. */
type Taker = (kernel: Kernel, start: number, end: number) => Op<void>;

/** The first page block in which there is a page of the driver's, from its first page to one past its last; or null. */
function* blockOfDriver(kernel: Kernel): Op<number | null> {
  for (let pfn = 0; pfn < kernel.frames.count; pfn++)
    if (yield* pageMovableHint(kernel.page(pfn))) return (pfn >> BLOCK_ORDER) << BLOCK_ORDER;
  return null;
}

function rangeScenario(id: string, title: string, take: Taker): Scenario {
  return {
    id,
    title,
    mode: MigrateMode.sync,
    nodes: [12],
    buddy: BUDDY,
    objects: 2,
    preemptions: 1,
    faults: 1,
    refuses: [PAGE_ALLOC_FAILS],
    threads(context: ScenarioContext) {
      const { kernel } = context;
      const [first, second] = context.handles;
      const range = kernel.machine.thread('range', { party: 'vm' }, function* (): Op<void> {
        const start = yield* blockOfDriver(kernel);
        if (start !== null) yield* take(kernel, start, start + (1 << BLOCK_ORDER));
      });
      const working = kernel.machine.thread('user A', { party: 'user' }, function* (): Op<Held | null> {
        yield* freeHandle(context, first);
        return yield* allocate(context, initialValue(2));
      });
      closer(context, [range, working], [{ handle: second, value: initialValue(1) }]);
    },
  };
}

/** Somebody wants neighbouring pages, and the driver has them. */
export const contiguousRange = rangeScenario(
  'contiguous-range',
  'a page block with pages of the driver is allocated as a whole while a user works',
  function* (kernel, start, end) {
    if ((yield* allocContigRange(kernel, start, end)) === 0) yield* freeContigRange(kernel, start, end);
  },
);

/** Memory that the driver has pages in goes away, and comes back. */
export const offline = rangeScenario(
  'offline',
  'a page block with pages of the driver is taken offline while a user works',
  function* (kernel, start, end) {
    let turns = 0;
    const signalPending = function* (): Op<boolean> {
      return ++turns > TURNS;
    };
    if ((yield* offlinePages(kernel, start, end - start, { signalPending })) === 0)
      yield* onlinePages(kernel, start, end - start);
  },
);
