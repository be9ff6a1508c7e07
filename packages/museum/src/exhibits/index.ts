import type { Exhibit } from '../exhibit.js';
import { b10 } from './B10/exhibit.js';
import { b11 } from './B11/exhibit.js';
import { b12 } from './B12/exhibit.js';
import { b13 } from './B13/exhibit.js';
import { b14 } from './B14/exhibit.js';
import { b15 } from './B15/exhibit.js';
import { b17 } from './B17/exhibit.js';
import { b18 } from './B18/exhibit.js';
import { b20 } from './B20/exhibit.js';

/** Every exhibit, by number. @since 0.1.0 */
export const exhibits: readonly Exhibit[] = [b10, b11, b12, b13, b14, b15, b17, b18, b20];
