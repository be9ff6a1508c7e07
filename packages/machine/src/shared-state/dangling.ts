import { Container, containerOf, FREED } from './container.js';
import { isHandle } from './handle.js';
import { keySuffix } from './suffix.js';

/**
 * Something freed that a collection still leads to.
 *
 * @since 0.1.0
 */
export interface Dangling {
  /** The handle or the tracked object that was freed. */
  readonly value: object;
  /** The way to it, such as `balloon.pages[3].page`. */
  readonly path: string;
}

/**
 * Finds what was freed and can still be reached through a member of an array, a Map or a Set. A field that no collection
 * leads to is scratch space: what it pointed to last says nothing.
 *
 * @param roots Containers that are state by themselves.
 * @param isFree Whether a handle stands for something that was freed.
 */
export function findDangling(
  roots: Iterable<Container>,
  isFree: (handle: object) => boolean,
  nameOf: (container: Container) => string,
): Dangling[] {
  const found: Dangling[] = [];
  // Each with whether a collection leads to it, and the container and the suffix that name it.
  const reached = new Map<object, boolean>();
  const queue: { node: object; member: boolean; from: Container; suffix: string }[] = [];
  const offer = (value: unknown, member: boolean, from: Container, suffix: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const node = containerOf(value) ?? value;
    const known = reached.get(node);
    if (known === true || known === member) return;
    reached.set(node, member);
    const freed = node instanceof Container ? node.state === FREED : isHandle(node) && isFree(node);
    if (freed) {
      if (member) found.push({ value, path: nameOf(from) + suffix });
    } else if (!isHandle(node)) queue.push({ node, member, from, suffix });
  };
  for (const root of roots) offer(root.face, false, root, '');
  for (let at = 0; at < queue.length; at++) {
    const { node, member, from, suffix } = queue[at]!;
    if (node instanceof Container) {
      node.visit((value, own) => offer(value, member || node.kind !== 'object', node, own));
      continue;
    }
    // A frozen constant: named from the container that holds it.
    for (const key of Reflect.ownKeys(node)) {
      const descriptor = Reflect.getOwnPropertyDescriptor(node, key)!;
      if ('value' in descriptor) {
        offer(descriptor.value, member || Array.isArray(node), from, suffix + keySuffix(key));
      }
    }
  }
  return found;
}
