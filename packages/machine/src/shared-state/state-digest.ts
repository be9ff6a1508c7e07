import { mix, mixText } from '../mix.js';
import { containerOf, type Container } from './container.js';
import { memberText } from './suffix.js';

/** How deep objects that were made in the execution are followed. */
const DEPTH = 16;

/**
 * One number for what a container of construction holds. Objects made in the execution count by what they hold, those of
 * construction by who they are.
 */
export function containerDigest(container: Container, contents: readonly unknown[]): number {
  return contentsDigest(mix(container.serial, container.state), contents, DEPTH);
}

function contentsDigest(from: number, contents: readonly unknown[], depth: number): number {
  let hash = mix(from, contents.length);
  for (const value of contents) hash = mix(hash, valueDigest(value, depth));
  return hash;
}

function valueDigest(value: unknown, depth: number): number {
  switch (typeof value) {
    case 'number':
      return Number.isInteger(value) ? mix(1, value) : mixText(2, String(value));
    case 'boolean':
      return value ? 3 : 4;
    case 'string':
      return mixText(5, value);
    case 'object':
      break;
    default:
      return mixText(6, String(value));
  }
  if (value === null) return 7;
  const container = containerOf(value);
  if (container === undefined) return mixText(8, memberText(value));
  if (container.bornIn === 0) return mix(9, container.serial);
  if (depth === 0) return 10;
  return contentsDigest(mix(11, container.state), container.copy(), depth - 1);
}
