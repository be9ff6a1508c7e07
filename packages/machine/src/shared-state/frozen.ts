import { containerOf } from './container.js';
import { isHandle } from './handle.js';
import type { SharedHost } from './host.js';
import { isOpaque } from './kinds.js';

/** Constants found so before: a deep freeze is for ever. Those that hold tracked state are one machine's only. */
const known = new WeakSet<object>();

/**
 * Whether an object is a constant: frozen, and everything in it frozen too, tracked by this machine, a handle, a function or a
 * primitive.
 */
export function isConstant(value: object, host: SharedHost): boolean {
  if (known.has(value)) return true;
  const seen = new Set<object>();
  const tracked = { any: false };
  if (!check(value, host, seen, tracked)) return false;
  if (!tracked.any) for (const object of seen) known.add(object);
  return true;
}

function check(value: unknown, host: SharedHost, seen: Set<object>, tracked: { any: boolean }): boolean {
  if (typeof value !== 'object' || value === null || seen.has(value)) return true;
  const container = containerOf(value);
  if (container !== undefined) {
    tracked.any = true;
    return container.space.host === host;
  }
  if (isHandle(value)) return true;
  if (!Object.isFrozen(value) || isOpaque(value)) return false;
  seen.add(value);
  return Reflect.ownKeys(value).every((key) => {
    const descriptor = Reflect.getOwnPropertyDescriptor(value, key)!;
    return !('value' in descriptor) || check(descriptor.value, host, seen, tracked);
  });
}
