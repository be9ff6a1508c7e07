import { MayBlock, type Op } from '@movable-pages/machine';
import { handleFault } from './handle-fault.js';
import type { Mm } from './mm.js';
import { mapsFrame, PteBit, pteNumber } from './pte.js';

/**
 * A processor of the process reads a word of a page: looks the entry up, and if it is not there has the kernel mend that
 * and tries again. The look and the read are one step, because whoever takes an entry away waits until no processor uses
 * it.
 *
 * @param word Index of the 32-bit word in the page.
 * @returns The word, or null if the access is not allowed or there is no memory (the process would be killed).
 * @throws MachineError `MP_USE_AFTER_FREE`: the entry maps a free page; `MP_PARAMETER`: a page has no such word.
 * @since 0.1.0
 */
export function* userRead(mm: Mm, vpn: number, word: number): Op<number | null> {
  for (;;) {
    const table = yield* mm.table(vpn);
    if (table !== null) {
      const pte = yield* table.walk(vpn, PteBit.present, PteBit.young);
      if ((pte & PteBit.protNone) === 0) {
        if (mapsFrame(pte)) {
          const value = mm.kernel.page(pteNumber(pte)).readWord(word);
          mm.kernel.machine.publish(table.location(vpn));
          return value;
        }
        if ((pte & PteBit.present) !== 0) return 0;
      }
    }
    if ((yield* pageFault(mm, vpn, false)) !== 0) return null;
  }
}

/**
 * A processor of the process writes a word of a page. See {@link userRead}.
 *
 * @returns Whether it could; if not, the process would be killed.
 * @throws MachineError `MP_USE_AFTER_FREE`: the entry maps a free page; `MP_PARAMETER`: a page has no such word.
 * @since 0.1.0
 */
export function* userWrite(mm: Mm, vpn: number, word: number, value: number): Op<boolean> {
  const wanted = PteBit.present | PteBit.write;
  for (;;) {
    const table = yield* mm.table(vpn);
    if (table !== null) {
      const pte = yield* table.walk(vpn, wanted, PteBit.young | PteBit.dirty);
      if ((pte & (wanted | PteBit.protNone)) === wanted) {
        mm.kernel.page(pteNumber(pte)).writeWord(word, value);
        mm.kernel.machine.publish(table.location(vpn));
        return true;
      }
    }
    if ((yield* pageFault(mm, vpn, true)) !== 0) return false;
  }
}

/** The kernel runs in the thread of the process. */
function* pageFault(mm: Mm, vpn: number, write: boolean): Op<number> {
  const { machine } = mm.kernel;
  machine.enterScope('vm', write ? 'write fault' : 'read fault', MayBlock.yes);
  const rc = yield* handleFault(mm, vpn, write);
  machine.leaveScope();
  return rc;
}
