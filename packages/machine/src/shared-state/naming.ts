import { Container, containerOf } from './container.js';
import { isHandle } from './handle.js';
import { keySuffix } from './suffix.js';

/** An object with a name of its own, from which others are named: a driver instance, a service. */
export interface Root {
  readonly object: object;
  readonly name: string;
}

/**
 * Names containers by the shortest way to them from the roots. Nothing is kept up to date while a program runs: names
 * are worked out when a report wants one.
 */
export function pathOf(
  wanted: Container,
  roots: readonly Root[],
  allocation: (of: Container) => string,
): string {
  const reached = reach(wanted, roots);
  if (reached !== null) return reached;
  const seen = new Set<Container>([wanted]);
  let suffix = '';
  let at = wanted;
  // Nothing reaches it: where it was stored last, in this execution or by construction.
  for (;;) {
    const current = at.holder !== null && at.holderEpoch === at.space.epoch;
    const holder: Container | null = current ? at.holder : at.homeHolder;
    if (holder === null || seen.has(holder)) return allocation(at) + suffix;
    suffix = holder.suffixOf(current ? at.holderKey : at.homeKey) + suffix;
    const name = reach(holder, roots);
    if (name !== null) return name + suffix;
    seen.add(holder);
    at = holder;
  }
}

/** Breadth first, so that the shortest name wins and, among equals, the one of the field declared first. */
function reach(wanted: Container, roots: readonly Root[]): string | null {
  const seen = new Set<object>();
  const queue: [object, string][] = [];
  const offer = (value: unknown, name: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const container = containerOf(value);
    const node = container ?? value;
    if (seen.has(node) || (container === undefined && isHandle(value))) return;
    seen.add(node);
    queue.push([node, name]);
  };
  for (const root of roots) {
    const node = containerOf(root.object) ?? root.object;
    if (!seen.has(node)) queue.push([node, root.name]);
    seen.add(node);
  }
  for (let at = 0; at < queue.length; at++) {
    const [node, name] = queue[at]!;
    if (node === wanted) return name;
    if (node instanceof Container) node.visit((value, suffix) => offer(value, name + suffix));
    else visitPlain(node, (value, suffix) => offer(value, name + suffix));
  }
  return null;
}

/** The fields of a driver, or of a frozen constant that holds tracked state. */
function visitPlain(object: object, visit: (value: unknown, suffix: string) => void): void {
  for (const key of Reflect.ownKeys(object)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(object, key);
    if (descriptor !== undefined && 'value' in descriptor) {
      visit(
        descriptor.value,
        Array.isArray(object) && key !== 'length' ? `[${String(key)}]` : keySuffix(key),
      );
    }
  }
}
