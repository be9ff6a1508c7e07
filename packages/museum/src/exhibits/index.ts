import type { Exhibit } from '../exhibit.js';
import { b01 } from './B01/exhibit.js';
import { b02 } from './B02/exhibit.js';
import { b03 } from './B03/exhibit.js';
import { b04 } from './B04/exhibit.js';
import { b05 } from './B05/exhibit.js';
import { b07 } from './B07/exhibit.js';
import { b09 } from './B09/exhibit.js';
import { b10 } from './B10/exhibit.js';
import { b11 } from './B11/exhibit.js';
import { b12 } from './B12/exhibit.js';
import { b13 } from './B13/exhibit.js';
import { b14 } from './B14/exhibit.js';
import { b15 } from './B15/exhibit.js';
import { b17 } from './B17/exhibit.js';
import { b18 } from './B18/exhibit.js';
import { b20 } from './B20/exhibit.js';
import { b23 } from './B23/exhibit.js';
import { b25 } from './B25/exhibit.js';
import { b28 } from './B28/exhibit.js';
import { b29 } from './B29/exhibit.js';
import { b30 } from './B30/exhibit.js';
import { b32 } from './B32/exhibit.js';
import { b33 } from './B33/exhibit.js';
import { b34 } from './B34/exhibit.js';
import { b35 } from './B35/exhibit.js';
import { b37 } from './B37/exhibit.js';
import { b39 } from './B39/exhibit.js';
import { b40 } from './B40/exhibit.js';
import { b41 } from './B41/exhibit.js';
import { b42 } from './B42/exhibit.js';
import { b44 } from './B44/exhibit.js';
import { b45 } from './B45/exhibit.js';
import { b47 } from './B47/exhibit.js';
import { b48 } from './B48/exhibit.js';

/** Every exhibit, by number. @since 0.1.0 */
export const exhibits: readonly Exhibit[] = [
  b01,
  b02,
  b03,
  b04,
  b05,
  b07,
  b09,
  b10,
  b11,
  b12,
  b13,
  b14,
  b15,
  b17,
  b18,
  b20,
  b23,
  b25,
  b28,
  b29,
  b30,
  b32,
  b33,
  b34,
  b35,
  b37,
  b39,
  b40,
  b41,
  b42,
  b44,
  b45,
  b47,
  b48,
];
