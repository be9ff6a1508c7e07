import { rightSteps } from '@movable-pages/core';
import type { Exhibit } from '../../exhibit.js';
import { vmTwins } from '../../vm-twins.js';
import { believesTheMark } from './broken.js';
import { slabBesideCompaction } from './scene.js';

/** Movable mark mistaken: bit 1 of page->mapping set by an unrelated owner. */
export const b32: Exhibit = {
  id: 'B32',
  title: 'Movable mark mistaken: bit 1 of page->mapping set by an unrelated owner',
  year: 2022,
  version: '6.2-rc1',
  component: 'vm-core',
  kind: 'api-misuse',
  reference:
    "8b8817630ae80032e80b2eaf334de756ac1ff6a3 'mm/migrate: make isolate_movable_page() skip slab pages'",
  related: ['memory failure took a movable page for one of the LRU (2022)'],
  story:
    'The movable mark is a bit of a word in which other kinds of pages keep data of their own. A list pointer of the slab allocator, poisoned when an entry was deleted, has that bit: the page looked movable, and its operations were fetched from the poison. It came back in 2025 with large kmalloc pages.',
  rule: 'The mark is a hint: hold a reference, look what kind of page it is, and look again under the page lock before any operation is called.',
  detectors: ['PROTO', 'POISON'],
  twins: vmTwins(
    ['isOtherKind'],
    'compaction looks at all pages while the slab allocator makes and frees a slab',
    { broken: believesTheMark, repaired: rightSteps.isOtherKind },
    slabBesideCompaction,
  ),
};
