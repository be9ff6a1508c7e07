import { expect, test } from 'vitest';
import { certifiedUnit } from '../../src/certificate/certificate.ts';
import { LARGEST, sampleUnits } from '../../src/certificate/sample-units.ts';
import { scenario } from '../report/verdict.fixture.ts';

const driver = { name: 'toy' };
const unit = (name: string, executions: number) => ({
  driver,
  unit: certifiedUnit({ ...scenario, scenario: name, executions }),
});
const names = (chosen: readonly { unit: { scenario: string } }[]) => chosen.map((each) => each.unit.scenario);

test('the same seed chooses the same units, another seed others, as many as fit', () => {
  const units = Array.from({ length: 30 }, (_, index) => unit(`s${index}`, 1000));
  const first = names(sampleUnits(units, 1));
  expect(first).toHaveLength(5);
  expect(names(sampleUnits(units.toReversed(), 1))).toEqual(first);
  expect(names(sampleUnits(units, 2))).not.toEqual(first);
});

test('each unit has its chance, and one is always chosen', () => {
  const units = [unit('small', 100), unit('large', LARGEST), unit('huge', LARGEST + 1)];
  const seen = new Set<string>();
  for (let seed = 1; seed < 50; seed++) {
    const chosen = names(sampleUnits(units, seed));
    expect(chosen.length).toBeGreaterThan(0);
    for (const name of chosen) seen.add(name);
  }
  expect([...seen].toSorted()).toEqual(['huge', 'large', 'small']);
});
