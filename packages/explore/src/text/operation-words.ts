import type { TraceEntry } from '../trace.js';

/** `fetchAdd page 0 refCount -1` in three parts. */
const ADDITION = /^(?:fetchAdd|add) (.*) ([+-])(\d+)$/;
const BITS = /^fetch(Or|And) (.*) [|&] (~?0x[0-9a-f]+)$/;

/** An operation of a trace as a reader of kernel source says it: `page 0 refCount -= 1 (was 2)`. @since 0.1.0 */
export function operationWords(entry: TraceEntry): string {
  const { text, result } = entry;
  const was = result === undefined ? '' : ` (was ${result})`;
  const added = ADDITION.exec(text);
  if (added !== null && added[3] === '0') return `use ${added[1]!}${was}`;
  if (added !== null) return `${added[1]!} ${added[2]!}= ${added[3]!}${was}`;
  const bits = BITS.exec(text);
  if (bits !== null) return `${bits[2]!} ${bits[1] === 'Or' ? '|' : '&'}= ${bits[3]!}${was}`;
  if (result === undefined) return text;
  if (text.startsWith('load ')) return `${text} = ${result}`;
  const [verb, ...rest] = text.split(' ');
  const what = rest.join(' ');
  switch (verb) {
    case 'tryAcquire':
      return `try-acquire ${what}: ${result === 'true' ? 'taken' : 'busy'}`;
    case 'incrementUnlessZero':
      return result === 'true' ? `${what} += 1 (was not 0)` : `${what} is 0: not incremented`;
    case 'compareExchange':
      return `compare-exchange ${what}: ${result === 'true' ? 'done' : 'lost'}`;
    default:
      return `${text}: ${result}`;
  }
}
