import { expect } from 'vitest';

import { MachineError, type MachineErrorCode } from '../../src/errors.js';
import { SharedSpace, type SharedHost } from '../../src/shared-state/index.js';

const slot = ((globalThis as unknown as Record<symbol, { current: unknown }>)[
  Symbol.for('movable-pages.machine')
] ??= {
  current: null,
});

/** The smallest machine that `shared()` can live in. It logs every access by name: `R state.inflated`. */
export class FakeHost implements SharedHost {
  sealed = false;
  thread: string | null = null;
  log: string[] = [];
  /** Keep the log? Property tests that run long do without. */
  logging = true;
  accesses = 0;
  readonly misuses: MachineError[] = [];
  readonly space: SharedSpace;
  #next = 100;
  #sealedAt = 0;

  constructor(readonly tracked = true) {
    this.space = new SharedSpace(this);
  }

  get nextLocation(): number {
    return this.#next;
  }

  reserveLocations(n: number): number {
    const first = this.#next;
    this.#next += n;
    return first;
  }

  access(location: number, write: boolean): void {
    if (this.thread === null) return;
    this.accesses++;
    if (this.logging)
      this.log.push(`${write ? 'W' : 'R'} ${this.space.describe(location) ?? `?${location}`}`);
  }

  misuse(error: MachineError): never {
    this.misuses.push(error);
    throw error;
  }

  currentThreadName(): string | null {
    return this.thread;
  }

  /** Runs `body` with this host as the ambient machine. */
  ambient<T>(body: () => T): T {
    const before = slot.current;
    slot.current = this;
    try {
      return body();
    } finally {
      slot.current = before;
    }
  }

  /** Constructs state, names it and seals. */
  build<T extends object>(name: string, body: () => T): T {
    const made = this.ambient(body);
    this.space.rootNames(made, name);
    this.seal();
    return made;
  }

  seal(): void {
    this.space.seal();
    this.sealed = true;
    this.#sealedAt = this.#next;
  }

  reset(): void {
    this.#next = this.#sealedAt;
    this.space.reset();
    this.log = [];
  }

  /** Runs `body` as a thread and returns its log. */
  run(thread: string, body: () => unknown): string[] {
    const [before, logBefore] = [this.thread, this.log];
    this.thread = thread;
    this.log = [];
    try {
      this.ambient(body);
      return this.log;
    } finally {
      this.thread = before;
      this.log = logBefore;
    }
  }
}

/** Expects `body` to throw a MachineError with a code, and the host to have recorded it. Returns it. */
export function misuse(host: FakeHost, code: MachineErrorCode, body: () => unknown): MachineError {
  let thrown: unknown;
  try {
    if (host.sealed) host.run(host.thread ?? 'vm', body);
    else host.ambient(body);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(MachineError);
  const error = thrown as MachineError;
  expect(`${error.code}: ${error.message}`).toMatch(new RegExp(`^${code}: `));
  expect(host.misuses.at(-1)).toBe(error);
  return error;
}

/** A small deterministic generator (mulberry32). */
export function prng(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
