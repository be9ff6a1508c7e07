/**
 * Takes the sting out of a promise that an async callback gave: that it is one is a finding, and whether it is rejected
 * later must not end the process.
 */
export function silence(value: unknown): void {
  if (typeof (value as { then?: unknown } | null | undefined)?.then !== 'function') return;
  (value as PromiseLike<unknown>).then(ignore, ignore);
}

function ignore(): void {}
