import type { VmSteps } from '@movable-pages/core';

/** Believes the mark, whatever kind of page has it. */
export const believesTheMark: VmSteps['isOtherKind'] = () => false;
