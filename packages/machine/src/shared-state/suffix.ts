import { containerOf } from './container.js';

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** How a key is appended to a name: `.owner`, `["a b"]`, `[Symbol(x)]`. */
export function keySuffix(key: PropertyKey): string {
  if (typeof key === 'symbol') return `[${String(key)}]`;
  const text = String(key);
  return IDENTIFIER.test(text) ? `.${text}` : `[${/^\d+$/.test(text) ? text : JSON.stringify(text)}]`;
}

/** A Map key or Set member as text. Handles answer for themselves, through `toString`. */
export function memberText(member: unknown): string {
  if (typeof member === 'string') return JSON.stringify(member);
  if (typeof member === 'function') return member.name || 'function';
  if (typeof member !== 'object' || member === null) return String(member);
  const container = containerOf(member);
  if (container !== undefined) return `${container.kind} ${container.serial}`;
  if (typeof member.toString === 'function' && member.toString !== Object.prototype.toString)
    return member.toString();
  return member.constructor?.name ?? 'object';
}
