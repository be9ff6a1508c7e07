import { scenarios } from '@movable-pages/conformance';
import { DriverDefinition } from '@movable-pages/core';
import { describe, expect, it } from 'vitest';
import * as drivers from '../src/drivers.ts';
import { exhibits, findExhibit, MuseumError } from '../src/index.ts';

const ofDrivers = exhibits.flatMap(({ id, twins }) => (twins.kind === 'driver' ? [{ id, twins }] : []));
const ofTheVm = exhibits.flatMap(({ id, twins }) => (twins.kind === 'vm' ? [{ id, twins }] : []));

describe('the exhibits', () => {
  it('are those that the museum is said to have, each under its own id', () => {
    expect(exhibits).toHaveLength(34);
    expect(new Set(exhibits.map(({ id }) => id)).size).toBe(34);
    expect(exhibits.map(({ id }) => id)).toEqual(exhibits.map(({ id }) => id).toSorted());
  });

  it.each(exhibits.map((exhibit) => [exhibit.id, exhibit] as const))('%s says what it is', (_id, exhibit) => {
    expect(exhibit.id).toMatch(/^B\d\d$/);
    expect(exhibit.year).toBeGreaterThan(2010);
    for (const text of [exhibit.title, exhibit.story, exhibit.rule, exhibit.reference, exhibit.version])
      expect(text).not.toBe('');
    expect(exhibit.detectors.length).toBeGreaterThan(0);
    expect(exhibit.twins.differsIn.length).toBeGreaterThan(0);
  });

  it.each(ofDrivers.map((each) => [each.id, each.twins] as const))(
    '%s stands on a base, and on scenarios of the suite',
    (id, twins) => {
      expect(twins.broken.name).toBe(`${twins.repaired.name}-${id.toLowerCase()}`);
      const known = scenarios.map((scenario) => scenario.id);
      expect(twins.scenarios.filter((scenario) => !known.includes(scenario))).toEqual([]);
    },
  );

  it.each(ofTheVm.map((each) => [each.id, each.twins] as const))(
    '%s builds machines that are sealed, a new one each time',
    (_id, twins) => {
      const [broken, again, repaired] = [twins.broken(), twins.broken(), twins.repaired()];
      expect(again.machine).not.toBe(broken.machine);
      expect(repaired.machine.threadCount).toBe(broken.machine.threadCount);
    },
  );

  it('can be loaded by name, the broken twins and their bases', () => {
    const exported = Object.values(drivers);
    expect(exported.every((each) => DriverDefinition.is(each))).toBe(true);
    const wanted = new Set(ofDrivers.flatMap(({ twins }) => [twins.broken, twins.repaired]));
    expect(new Set(exported)).toEqual(wanted);
  });
});

describe('findExhibit', () => {
  it('takes an id in either case', () => {
    expect(findExhibit('b18')).toBe(findExhibit('B18'));
  });

  it('says what there is if there is none', () => {
    expect(() => findExhibit('B99')).toThrow(MuseumError);
    expect(() => findExhibit('B99')).toThrow(/there is no exhibit B99; there are: B01, B02,/);
  });
});
