import { OpKind, type Machine, type Op } from '@movable-pages/machine';

/**
 * Gives others a moment before the caller looks again: a sleep that nobody ends but the clock. May sleep.
 *
 * @kernel kernel/time/timer.c schedule_timeout_uninterruptible
 */
export function* pause(machine: Machine): Op<void> {
  machine.mightSleep('a pause before another look', false);
  yield* machine.makeWait(OpKind.sleep, -1, 0, 0, 0, 1);
}
