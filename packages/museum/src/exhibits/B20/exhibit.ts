import { z3fold } from '../../bases/z3fold/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { ForgetsOneList } from './broken.js';

/** z3fold: putback forgets one of the lists the page was taken from. */
export const b20: Exhibit = {
  id: 'B20',
  title: 'z3fold: putback forgets one of the lists the page was taken from',
  year: 2022,
  version: '5.19-rc1',
  component: 'z3fold',
  kind: 'lost-page',
  reference: '6cf9a34967ed544ca4c0949e9928dc78fca57ef3',
  story:
    'Isolation took the page off two lists, and putback put it on one of them. The room in the page could not be used again until something else happened to it; with each failed migration the pool had less.',
  rule: 'putback_page undoes all that isolate_page did: every list, flag and counter.',
  detectors: ['META', 'QUIES'],
  twins: driverTwins('B20', z3fold, ForgetsOneList, ['putback']),
};
