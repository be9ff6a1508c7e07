import { Container, containerOf } from './container.js';
import { isHandle } from './handle.js';
import { keySuffix, memberText } from './suffix.js';

/**
 * All state that can be reached from an object, as text: equal texts mean equal state. Objects are numbered in the order they are
 * met, so that identity counts and locations do not. Nothing is recorded.
 */
export function fingerprint(root: object): string {
  const numbers = new Map<object, number>();
  const out: string[] = [];
  const queue: object[] = [];

  const text = (value: unknown): string => {
    if (typeof value === 'string') return JSON.stringify(value);
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value === 'function') return `function ${value.name}`;
    if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value);
    const node = containerOf(value) ?? value;
    let number = numbers.get(node);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(node, number);
      queue.push(node);
    }
    return `#${number}`;
  };

  text(root);
  for (let at = 0; at < queue.length; at++) {
    const node = queue[at]!;
    const parts: string[] = [];
    if (node instanceof Container) {
      node.visit((value, suffix) =>
        parts.push(node.kind === 'object' ? `${suffix}:${text(value)}` : text(value)),
      );
      out.push(`#${at} ${node.kind}${node.state === 0 ? '' : ' freed'}{${parts.join(',')}}`);
    } else if (isHandle(node)) {
      out.push(`#${at} ${memberText(node)}`);
    } else {
      for (const key of Reflect.ownKeys(node)) {
        const descriptor = Reflect.getOwnPropertyDescriptor(node, key)!;
        if ('value' in descriptor) parts.push(`${keySuffix(key)}:${text(descriptor.value)}`);
      }
      out.push(`#${at} plain{${parts.join(',')}}`);
    }
  }
  return out.join('\n');
}
