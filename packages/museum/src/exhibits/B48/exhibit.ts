import { buffers } from '../../bases/buffers/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { HoldsNothing } from './broken.js';

/** GPU private memory: fault handler uses a page it holds no reference to. */
export const b48: Exhibit = {
  id: 'B48',
  title: 'GPU private memory: fault handler uses a page it holds no reference to',
  year: 2022,
  version: '6.1-rc1',
  component: 'other driver',
  kind: 'uaf',
  reference:
    "16ce101db85db694a91380aa4c89b25530871d33 'mm/memory.c: fix race when faulting a device private page'",
  related: [
    '41cddf83d8b0: a page that is about to be freed is put on the LRU (6.14)',
    '565477dbca6e: a pointer back to the driver needs a count (2026)',
  ],
  story:
    'A fault on a page in the memory of a device called the driver of the page without a reference to it. A migration beside it freed the page, and sometimes the whole device with it.',
  rule: 'Whoever finds a page takes a reference before he lets go of what led to it; migration expects that one more.',
  detectors: ['POISON', 'LEDGER'],
  twins: driverTwins('B48', buffers, HoldsNothing, ['migrate-sync']),
};
