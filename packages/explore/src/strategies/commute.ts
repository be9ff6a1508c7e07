import { OpKind, type KThread } from '@movable-pages/machine';
import { Effect, effectOf } from './effect.js';

/**
 * Whether the operation that a thread has in hand gives the same, and leaves the same, before and after the step that
 * another thread just took.
 *
 * @param result What that step gave.
 */
export function commute(waiting: KThread, stepped: KThread, result: unknown): boolean {
  // On top of whom an interrupt comes, and who cannot go on then, depends on every step.
  if (isComing(waiting) || isComing(stepped)) return false;
  if (waiting.kind === OpKind.spawn && stepped.kind === OpKind.spawn) return false;
  const mine = effectOf(waiting, undefined);
  if (mine === Effect.none || waiting.loc !== stepped.loc) return true;
  const its = effectOf(stepped, result);
  if (its === Effect.none) return true;
  return mine === its && (mine === Effect.read || mine === Effect.add);
}

function isComing(thread: KThread): boolean {
  return thread.interrupt && thread.kind === OpKind.start;
}
