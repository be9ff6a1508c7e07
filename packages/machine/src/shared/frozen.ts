import { containerOf } from './container.js';
import { isHandle } from './handle.js';
import { isOpaque } from './kinds.js';

/** Constants found so before: a deep freeze is for ever. */
const known = new WeakSet<object>();

/**
 * Whether an object is a constant: frozen, and everything in it frozen too, tracked, a handle, a function or a primitive.
 */
export function isConstant(value: object): boolean {
  if (known.has(value)) return true;
  const seen = new Set<object>();
  if (!check(value, seen)) return false;
  for (const object of seen) known.add(object);
  return true;
}

function check(value: unknown, seen: Set<object>): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (seen.has(value) || containerOf(value) !== undefined || isHandle(value)) return true;
  if (!Object.isFrozen(value) || isOpaque(value)) return false;
  seen.add(value);
  return Reflect.ownKeys(value).every((key) => {
    const descriptor = Reflect.getOwnPropertyDescriptor(value, key)!;
    return !('value' in descriptor) || check(descriptor.value, seen);
  });
}
