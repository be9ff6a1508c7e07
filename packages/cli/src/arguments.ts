import { InvalidArgumentError } from 'commander';

/** Collects the values of an option that may be given several times. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

/** Reads a whole number from 1. */
export function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError('It must be a whole number from 1.');
  return number;
}

/** Reads `k/n`. */
export function shard(value: string): { index: number; of: number } {
  const [, k, n] = /^(\d+)\/(\d+)$/.exec(value) ?? [];
  const index = Number(k) - 1;
  const of = Number(n);
  if (!(index >= 0 && index < of))
    throw new InvalidArgumentError('It must be k/n with k from 1 to n, such as 2/4.');
  return { index, of };
}
