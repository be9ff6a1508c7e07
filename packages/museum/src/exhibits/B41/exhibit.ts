import type { Exhibit } from '../../exhibit.js';
import { vmTwins } from '../../vm-twins.js';
import { believesTheFirstLook } from './broken.js';
import { isolationBesideFree, looksAgainUnderTheLock } from './scene.js';

/** Isolating a page that is being freed (hugetlb). */
export const b41: Exhibit = {
  id: 'B41',
  title: 'Isolating a page that is being freed (hugetlb)',
  year: 2021,
  version: '5.11-rc7',
  component: 'vm-core',
  kind: 'race',
  reference: '0eb2df2b5629794020f75e94655e1994af63f0d4',
  related: ['cb6acd01e2e4: a huge page that can be isolated before it is mapped (5.1)'],
  story:
    "A page looked like a huge page, and isolation was asked for it. The last reference went in between, and the page was the allocator's again; isolation was sure to have a huge page before it had the lock.",
  rule: 'What a page is, seen without a reference, is a hint: look again under the lock of its owner, and take a reference only if there is one.',
  detectors: ['LEDGER', 'PROTO'],
  twins: vmTwins(
    ['isolate'],
    'somebody isolates a huge page that its user gives up',
    { broken: believesTheFirstLook, repaired: looksAgainUnderTheLock },
    isolationBesideFree,
  ),
};
