import type { Status } from '../verdict.js';
import type { Style } from './style.js';

/** How a status is painted. The word says it too. */
export function statusPaint(status: Status, style: Style): (text: string) => string {
  switch (status) {
    case 'pass':
      return style.green;
    case 'fail':
    case 'broken':
      return style.red;
    case 'skip':
      return style.dim;
    default:
      return style.yellow;
  }
}
