/** A value as a report names it: short, and saying what it is. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing (undefined)';
  if (value === null) return 'null';
  if (typeof (value as { then?: unknown }).then === 'function') return 'a promise';
  if (typeof value === 'string') return `the string ${JSON.stringify(value.slice(0, 40))}`;
  if (typeof value === 'object') return `an object (${value.constructor?.name ?? 'no class'})`;
  return `${typeof value} ${String(value)}`;
}
