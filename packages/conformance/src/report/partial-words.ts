import type { Verdict } from '../verdict.js';

/** Names that are spelled out; more are counted. */
const NAMED = 3;

/**
 * What a verdict leaves out, in words: `partial verdict (only linux-6.1)`, with the rules that are switched off. Null if it leaves
 * out nothing.
 */
export function partialWords(verdict: Pick<Verdict, 'selection' | 'waivers'>): string | null {
  const { selection, waivers } = verdict;
  const parts: string[] = [];
  if (selection !== null) {
    const only = [
      named(selection.rules, 'rules'),
      named(selection.scenarios, 'scenarios'),
      named(selection.profiles, 'profiles'),
    ];
    parts.push(`only ${only.filter((part) => part !== null).join('; ')}`);
  }
  for (const { rule, until, reason } of waivers) parts.push(`${rule} disabled until ${until}: ${reason}`);
  return parts.length === 0 ? null : `partial verdict (${parts.join('; ')})`;
}

function named(names: readonly string[] | null, what: string): string | null {
  if (names === null) return null;
  return names.length <= NAMED ? names.join(', ') || `no ${what}` : `${names.length} ${what}`;
}
