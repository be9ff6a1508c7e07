import { type Container, containerOf } from './container.js';
import { isHandle } from './handle.js';
import { memberText } from './suffix.js';

/**
 * What containers hold, and what those hold that were made since, one value a line: `pool.count = 3`. Containers that were
 * made since construction are numbered as they are met.
 */
export function stateLines(built: readonly Container[], nameOf: (container: Container) => string): string[] {
  const lines: string[] = [];
  const names = new Map<Container, string>();
  const queue = [...built];
  for (const container of built) names.set(container, nameOf(container));
  const text = (value: unknown, at: string): string => {
    if (typeof value !== 'object' || value === null)
      return typeof value === 'string' ? JSON.stringify(value) : String(value);
    const container = containerOf(value);
    if (container === undefined) return isHandle(value) ? memberText(value) : 'a constant';
    let name = names.get(container);
    if (name === undefined) {
      names.set(container, (name = at));
      queue.push(container);
    }
    return name === at ? 'an object' : name;
  };
  for (let at = 0; at < queue.length; at++) {
    const container = queue[at]!;
    const name = names.get(container)!;
    if (container.state !== 0) lines.push(`${name} is freed`);
    container.visit((value, suffix) => lines.push(`${name}${suffix} = ${text(value, name + suffix)}`));
  }
  return lines;
}
