/**
 * Marks a framework handle: a page, a lock, an injected service. An object that has `[HANDLE]: true` on its prototype
 * may be stored in tracked state and in the fields of a driver; it is passed through as it is, because whoever
 * made it answers for its state. The symbol is registered, so two copies of this package agree on it.
 *
 * @example
 * class Page { declare readonly [HANDLE]: true }
 * Object.defineProperty(Page.prototype, HANDLE, { value: true });
 *
 * @since 0.1.0
 */
export const HANDLE: unique symbol = Symbol.for('movable-pages.handle');

/**
 * Whether a value is a framework handle.
 *
 * @since 0.1.0
 */
export function isHandle(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (value as { [HANDLE]?: unknown })[HANDLE] === true;
}
