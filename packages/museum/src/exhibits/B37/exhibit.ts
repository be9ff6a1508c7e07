import { rightSteps } from '@movable-pages/core';
import type { Exhibit } from '../../exhibit.js';
import { vmTwins } from '../../vm-twins.js';
import { waitsForItself } from './broken.js';
import { contigRanges } from './scene.js';

/** Isolator throttled for ever by its own isolated pages. */
export const b37: Exhibit = {
  id: 'B37',
  title: 'Isolator throttled for ever by its own isolated pages',
  year: 2020,
  version: '5.10-rc4',
  component: 'vm-core',
  kind: 'livelock',
  reference:
    "d20bdd571ee5 'mm/compaction: stop isolation if too many pages are isolated and we have pages to migrate'",
  related: [
    '670105a25608: trying on while a signal is pending (5.3)',
    '493614da0d4e: the same block scanned without end (6.6)',
  ],
  story:
    'A scanner waits while too many pages are isolated, until others put some back. The pages that it has isolated itself count too: with a few of its kind at work, all waited and nobody migrated.',
  rule: 'Whoever has isolated pages does not wait for others to have fewer: he migrates his or puts them back first.',
  detectors: ['LIVE'],
  twins: vmTwins(
    ['givesUpIsolating'],
    'two want a contiguous range each, in which a process has its pages',
    { broken: waitsForItself, repaired: rightSteps.givesUpIsolating },
    contigRanges,
    { preemptions: 1 },
  ),
};
