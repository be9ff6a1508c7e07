import type { Exhibit } from '../../exhibit.js';
import { vmTwins } from '../../vm-twins.js';
import { readsThenRetracts } from './broken.js';
import { captureBesideInterrupt, retractsThenReads } from './scene.js';

/** Page captured for compaction leaks in an interrupt window. */
export const b40: Exhibit = {
  id: 'B40',
  title: 'Page captured for compaction leaks in an interrupt window',
  year: 2020,
  version: '5.8-rc3',
  component: 'vm-core',
  kind: 'leak',
  reference: 'b9e20f0da1f5c9c68689450a8cb436c9486434c8',
  story:
    'A task that compacts says where a page that is freed may be handed to it. At the end it read what it had got and took the offer back afterwards; a page that an interrupt freed in between was handed over to nobody. (The compiler had also moved the initialisation behind the offer; that half is out of reach here.)',
  rule: 'A place for handing over is offered when it is ready, and taken back before it is read.',
  detectors: ['QUIES'],
  twins: vmTwins(
    ['endCapture'],
    'a task compacts memory and takes what is freed meanwhile; an interrupt frees a page',
    { broken: readsThenRetracts, repaired: retractsThenReads },
    captureBesideInterrupt,
  ),
};
