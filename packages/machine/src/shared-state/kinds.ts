/** Built-in objects whose state no freeze can reach. */
const OPAQUE = [
  Date,
  Promise,
  Map,
  Set,
  WeakMap,
  WeakSet,
  WeakRef,
  ArrayBuffer,
  ...(typeof SharedArrayBuffer === 'undefined' ? [] : [SharedArrayBuffer]),
];

/** Whether an object keeps its state where neither a proxy nor a freeze reaches it. */
export function isOpaque(value: object): boolean {
  return ArrayBuffer.isView(value) || OPAQUE.some((kind) => value instanceof kind);
}

/** Whether `shared()` can take an object in: a literal, an array, a Map or a Set, none of them subclassed. */
export function isLiteral(value: object): boolean {
  const prototype = Reflect.getPrototypeOf(value);
  return (
    prototype === Object.prototype ||
    prototype === null ||
    prototype === Array.prototype ||
    prototype === Map.prototype ||
    prototype === Set.prototype
  );
}

/** A few words for what a value is: `a plain Map`, `an array`, `an instance of Balloon`. */
export function wordFor(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (Array.isArray(value)) return 'a plain array';
  const name = (Reflect.getPrototypeOf(value) as { constructor?: { name?: string } } | null)?.constructor
    ?.name;
  if (name === undefined || name === '' || name === 'Object') return 'a plain object';
  if (value instanceof Map || value instanceof Set) return `a plain ${name}`;
  return `an instance of ${name}`;
}
