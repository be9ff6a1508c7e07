import { OpKind, type KThread } from '@movable-pages/machine';

/**
 * What an operation does to its word, as far as it matters for which others it conflicts with. A blocking acquire and the
 * release before it are never possible at the same moment, so they are no race; a try races with both.
 */
export const Effect = { none: -1, acquire: 0, release: 1, write: 2, read: 3, tryAcquire: 4, add: 5 } as const;

/** One of {@link Effect}. */
export type Effect = (typeof Effect)[keyof typeof Effect];

/** For each effect, with which earlier effects of another thread on the same word it conflicts: a mask by effect. */
export const CONFLICTS: Readonly<Uint8Array> = Uint8Array.from([
  mask(Effect.acquire, Effect.tryAcquire, Effect.write, Effect.read, Effect.add),
  mask(Effect.write, Effect.read, Effect.add),
  mask(Effect.acquire, Effect.tryAcquire, Effect.release, Effect.write, Effect.read, Effect.add),
  mask(Effect.acquire, Effect.tryAcquire, Effect.release, Effect.write, Effect.add),
  mask(Effect.acquire, Effect.tryAcquire, Effect.release, Effect.write, Effect.read, Effect.add),
  // Two additions of which nobody sees the result commute.
  mask(Effect.acquire, Effect.tryAcquire, Effect.release, Effect.write, Effect.read),
]);

function mask(...effects: Effect[]): number {
  return effects.reduce<number>((sum, effect) => sum | (1 << effect), 0);
}

/**
 * What the operation that `thread` has in hand does.
 *
 * @param result What it gave, or undefined if it was not applied: then what it may do at most.
 */
export function effectOf(thread: KThread, result: unknown): Effect {
  if (thread.kind === OpKind.spawn) return Effect.write;
  if (thread.loc < 0) return Effect.none;
  switch (thread.kind) {
    case OpKind.load:
      return Effect.read;
    case OpKind.acquire:
      return Effect.acquire;
    case OpKind.tryAcquire:
      return result === false ? Effect.read : Effect.tryAcquire;
    case OpKind.release:
      return Effect.release;
    case OpKind.add:
      return Effect.add;
    case OpKind.compareExchange:
    case OpKind.incrementUnlessZero:
      return result === false ? Effect.read : Effect.write;
    case OpKind.awaitEqual:
    case OpKind.awaitNotEqual:
      return thread.c === 0 || result === false ? Effect.read : Effect.write;
    default:
      return Effect.write;
  }
}
