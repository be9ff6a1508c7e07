import { rightSteps } from '@movable-pages/core';
import type { Exhibit } from '../../exhibit.js';
import { vmTwins } from '../../vm-twins.js';
import { waitsWithoutReference } from './broken.js';
import { faultBesideMigration } from './scene.js';

/** Waiting for the page lock without a reference. */
export const b34: Exhibit = {
  id: 'B34',
  title: 'Waiting for the page lock without a reference',
  year: 2017,
  version: '4.12',
  component: 'vm-core',
  kind: 'refcount',
  reference: "3c226c637b69 'mm: numa: avoid waiting on freed migrated pages'",
  story:
    "A fault found its page in migration, dropped the lock of the page table and waited for the page lock, without a reference. The migration ended, the page was freed, and the waiter set a bit in a page that was free, or somebody else's.",
  rule: 'Take a reference before you sleep on the lock of a page, and look at everything again when you wake.',
  detectors: ['LEDGER', 'POISON'],
  twins: vmTwins(
    ['holdForWait', 'letGoQueued'],
    'a process reads its page while that is migrated',
    { broken: waitsWithoutReference, repaired: rightSteps },
    faultBesideMigration,
  ),
};
