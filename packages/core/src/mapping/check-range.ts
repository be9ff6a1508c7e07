import { MachineError } from '@movable-pages/machine';
import type { Mm } from './mm.js';

/**
 * Refuses a range that no process can name: the kernel counts pages in whole, unsigned numbers.
 *
 * @throws MachineError `MP_PARAMETER`.
 */
export function checkRange(mm: Mm, start: number, pages: number): void {
  if (Number.isSafeInteger(start) && start >= 0 && Number.isSafeInteger(pages) && pages >= 0) return;
  const { machine } = mm.kernel;
  machine.misuse(
    new MachineError(
      'MP_PARAMETER',
      `there is no range of ${pages} pages from page ${start}; give whole numbers that are not negative`,
      { subject: `range of ${mm.name}`, here: machine.site(), received: `${start}, ${pages}` },
    ),
  );
}
