import type { Exhibit } from '../../exhibit.js';
import { vmTwins } from '../../vm-twins.js';
import { asksWithoutTheLock } from './broken.js';
import { asksUnderTheLock, scannerBesideTruncation } from './scene.js';

/** mapping->a_ops dereferenced without the page lock while the inode goes away. */
export const b33: Exhibit = {
  id: 'B33',
  title: 'mapping->a_ops dereferenced without the page lock while the inode goes away',
  year: 2018,
  version: '4.16-rc1',
  component: 'vm-core',
  kind: 'uaf',
  reference: '69d763fc6d3aee787a3e8c8c35092b4f4960fa5d',
  related: ['0003e2a41468: the same mistake, mended before it was merged (2023)'],
  story:
    'Isolation read what a page belongs to and asked it whether it can migrate. Truncation had taken the page out of its file: the page lived on by the reference of the scanner, and the file was freed.',
  rule: 'What a page belongs to is stable under its page lock; a reference keeps the page alive and nothing else.',
  detectors: ['POISON', 'HB'],
  twins: vmTwins(
    ['mayMigrate'],
    'compaction looks at the page of a file while the file goes away',
    { broken: asksWithoutTheLock, repaired: asksUnderTheLock },
    scannerBesideTruncation,
  ),
};
