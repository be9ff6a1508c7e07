import { groups } from '../../bases/groups/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { RegistersNothing } from './broken.js';

/** movable pages whose operations table is not there (zsmalloc as a module). */
export const b09: Exhibit = {
  id: 'B09',
  title: 'movable pages whose operations table is not there (zsmalloc as a module)',
  year: 2025,
  version: '6.17-rc',
  component: 'zsmalloc',
  kind: 'api-misuse',
  reference:
    "'set_movable_ops()', V3 (Huacai Chen, 2025); fixes 84caf98838a3 'mm: stop storing migration_ops in page->mapping'",
  related: [
    "'mm/zsmalloc: do not pass __GFP_MOVABLE if CONFIG_COMPACTION=n' (6.11): in the movable zone without being movable",
  ],
  story:
    'When the operations of movable pages moved from the mapping of each page to a table by kind of page, that table knew zsmalloc only if it was built in. As a module it went on to mark its pages, and compaction found pages that could move and nobody to move them.',
  rule: 'A page is marked movable only while operations are registered for it, and these outlive the last such page.',
  detectors: ['PROTO', 'QUIES'],
  twins: driverTwins('B09', groups, RegistersNothing, ['from-nothing']),
};
