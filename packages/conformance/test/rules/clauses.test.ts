import { describe, expect, it } from 'vitest';
import { clauses } from '../../src/clauses.ts';
import { rules } from '../../src/rules/index.ts';

/** Rules that this suite makes, and the kernel has no clause for. */
const OWN = [
  'MP-API-001',
  'MP-CAP-001',
  'MP-CALL-002',
  'MP-DET-001',
  'MP-INV-001',
  'MP-LIVE-001',
  'MP-SHR-001',
];

const ids = rules.map(({ id }) => id);

describe('the clauses of the contract', () => {
  it('are numbered without a gap', () => {
    expect(clauses.map(({ id }) => id)).toEqual(
      Array.from({ length: 52 }, (_, index) => `RULE-${String(index + 1).padStart(2, '0')}`),
    );
  });

  it('each name rules that there are, or say why none can be', () => {
    const unknown = clauses.flatMap(({ id, rules: named }) =>
      named.filter((rule) => !ids.includes(rule)).map((rule) => `${id}: ${rule}`),
    );
    expect(unknown).toEqual([]);
    expect(clauses.filter(({ rules: named, note }) => named.length === 0 && !note)).toEqual([]);
  });

  it('need every rule that is not this suite’s own', () => {
    const needed = new Set(clauses.flatMap(({ rules: named }) => named));
    expect(ids.filter((id) => !needed.has(id) && !OWN.includes(id))).toEqual([]);
  });
});
