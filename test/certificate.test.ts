import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  certify,
  checkModule,
  readCertificate,
  seal,
  verifyCertificate,
  type Certificate,
} from '@movable-pages/conformance';
import { DriverFolder } from './support/command.ts';
import { edits } from './support/edits.ts';
import { root } from './support/repository.ts';

const drivers = new DriverFolder();
afterAll(() => drivers.remove());

const WAIVER = { rule: 'MP-INV-001', reason: 'counts are not modelled', until: '2999-12-31' };
const SMALL = {
  cwd: root,
  scenarios: ['two-compactors'],
  profiles: ['linux-6.1'],
  rules: ['MP-RACE-001', 'MP-INV-001'],
  waivers: [WAIVER],
  workers: 1,
};
const VERIFY = { cwd: root, seed: 1, today: '2026-11-26', workers: 1 };

let file = '';
let honest: Certificate;
beforeAll(async () => {
  drivers.write('helper.ts', `export const NAME = 'cells.lock';\n`);
  file = drivers.changed('driver.ts', `spinLock('cells.lock')`, 'spinLock(NAME)');
  const text = readFileSync(path.join(root, file), 'utf8');
  writeFileSync(path.join(root, file), `import { NAME } from './helper.ts';\n${text}`);
  honest = certify(await checkModule(file, SMALL), root);
});

const codesOf = async (certificate: Certificate, more = {}) =>
  (await verifyCertificate(certificate, { ...VERIFY, ...more })).problems.map(({ code }) => code);

describe('an honest certificate', () => {
  test('holds', async () => {
    expect(await verifyCertificate(honest, { ...VERIFY, full: true })).toEqual({
      problems: [],
      rerun: 1,
      units: 1,
      large: 0,
    });
  });

  test('survives its file, and its checksum does not depend on the order of keys', () => {
    const { checksum, drivers: all, ...rest } = honest;
    const text = JSON.stringify({ drivers: all, checksum, ...rest }, null, 1);
    expect(seal(readCertificate(text, 'c.json')).checksum).toBe(checksum);
  });

  test('has the same bytes from the same seed, and holds nothing of the place', async () => {
    const again = certify(await checkModule(path.join(root, file), { ...SMALL, workers: 2 }), root);
    expect(JSON.stringify(again)).toBe(JSON.stringify(honest));
    expect(JSON.stringify(honest)).not.toContain(root);
  });

  test('holds in another checkout, where its driver has another path', async () => {
    const elsewhere = path.join(root, 'test/.drivers', `elsewhere-${process.pid}`);
    const copy = path.join(elsewhere, path.dirname(file));
    mkdirSync(copy, { recursive: true });
    symlinkSync(path.join(root, 'test/node_modules'), path.join(elsewhere, 'node_modules'));
    try {
      for (const name of ['driver.ts', 'helper.ts'])
        cpSync(path.join(root, path.dirname(file), name), path.join(copy, name));
      expect(await codesOf(honest, { cwd: elsewhere, full: true })).toEqual([]);
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  test('says what it leaves out, and no word of a pass of the whole', () => {
    expect(honest).toMatchObject({
      seed: 1,
      budget: 'quick',
      waivers: [WAIVER],
      selection: {
        rules: ['MP-INV-001', 'MP-RACE-001'],
        scenarios: ['two-compactors'],
        profiles: ['linux-6.1'],
      },
      drivers: [{ name: 'cells', conformant: false, totals: { units: 1 } }],
    });
    expect(honest.drivers[0]!.units[0]!.digest).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('a certificate that was edited', () => {
  test('does not hold, whichever field it was', async () => {
    const all = edits(honest);
    expect(all.length).toBeGreaterThan(60);
    for (const { path: where, edited } of all) {
      if (where === 'schema') continue;
      const problems = await codesOf(edited as Certificate);
      expect([where, ...problems]).toEqual([where, 'MP_CERTIFICATE_EDITED']);
    }
  });

  test('and sealed anew with counts that fit each other is found out when it is run again', async () => {
    const forged = structuredClone(honest) as Mutable<Certificate>;
    const [driver] = forged.drivers;
    const [unit] = driver!.units;
    unit!.steps += 5;
    driver!.totals.steps += 5;
    expect(await codesOf(seal(forged))).toEqual(['MP_CERTIFICATE_DIFFERS']);
  });

  test('in what its author states, and sealed anew, has digests that do not fit', async () => {
    const forged = structuredClone(honest) as Mutable<Certificate>;
    forged.waivers[0]!.until = '3000-12-31';
    for (const rule of forged.drivers[0]!.rules) rule.reason = rule.reason.replace('2999', '3000');
    const { problems } = await verifyCertificate(seal(forged), VERIFY);
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^cells in two-compactors, linux-6\.1\.digest: "[0-9a-f]{16}" in the file, "/),
    ]);
  });
});

describe('a certificate that was forged and sealed anew', () => {
  const forge = (change: (forged: Mutable<Certificate>) => void) => {
    const forged = structuredClone(honest) as Mutable<Certificate>;
    change(forged);
    return verifyCertificate(seal(forged), VERIFY).then(({ problems }) =>
      problems.map(({ message }) => message),
    );
  };

  test('with a profile less, and no word of that, names all that it should', async () => {
    const problems = await forge((forged) => {
      forged.selection = { ...forged.selection!, profiles: null };
    });
    expect(problems).toContainEqual(
      expect.stringMatching(/^profiles\[1\]: nothing in the file, "linux-6\.1" now|^profiles/),
    );
  });

  test('with a unit that is said to be too large for a sample, is begun all the same', async () => {
    const asked = { cwd: root, scenarios: ['putback'], profiles: ['linux-6.1'], workers: 1 };
    const right = certify(await checkModule('examples/first-driver/src/driver.ts', asked), root);
    const forged = structuredClone(right) as Mutable<Certificate>;
    const [driver] = forged.drivers;
    const [unit] = driver!.units;
    const before = unit!.executions;
    unit!.executions = 30_000;
    unit!.phases.at(-1)!.executions += 30_000 - before;
    driver!.totals.executions = 30_000;
    for (const rule of driver!.rules) if (rule.executions === before) rule.executions = 30_000;
    const { problems, large } = await verifyCertificate(seal(forged), VERIFY);
    expect(large).toBe(1);
    const [problem] = problems.map(({ message }) => message);
    expect(problem).toBe(`cells in putback, linux-6.1.executions: 30000 in the file, ${before} now`);
  });

  test('with executions that its phases did not take', async () => {
    const problems = await forge(({ drivers: [driver] }) => void driver!.units[0]!.phases[0]!.executions++);
    expect(problems[0]).toMatch(/executions in the file, \d+ in its phases$/);
  });

  test('from another file, which was not what was judged', async () => {
    const forged = structuredClone(honest) as Mutable<Certificate>;
    forged.drivers[0]!.from = 'elsewhere.ts';
    const { problems } = await verifyCertificate(seal(forged), { ...VERIFY, file: path.join(root, file) });
    expect(problems.map(({ message }) => message)).toContainEqual(expect.stringContaining('.digest: '));
  });

  test('with a key twice is not read', () => {
    const text = JSON.stringify(honest).replace('"seed":', '"seed":7,"seed":');
    expect(() => readCertificate(text, 'c.json')).toThrow(/a key is there twice/);
  });
});

describe('a certificate of something else', () => {
  test('a driver whose import changed', async () => {
    const helper = path.join(root, path.dirname(file), 'helper.ts');
    const before = readFileSync(helper, 'utf8');
    writeFileSync(helper, `${before}// changed\n`);
    try {
      expect(await codesOf(honest)).toEqual(['MP_CERTIFICATE_DRIVER']);
    } finally {
      writeFileSync(helper, before);
    }
  });

  test('another suite', async () => {
    const other = { ...honest, suite: { ...honest.suite, digest: 'f'.repeat(64) } };
    expect(await codesOf(seal(other))).toEqual(['MP_CERTIFICATE_SUITE']);
  });

  test('a waiver that has ended', async () => {
    await expect(codesOf(honest, { today: '3000-01-01' })).rejects.toMatchObject({
      code: 'MP_WAIVER_EXPIRED',
    });
  });

  test('no certificate at all', () => {
    for (const text of ['', '{', 'null', '[]', '{"schema":"movable-pages/certificate@2"}'])
      expect(() => readCertificate(text, 'c.json')).toThrow(
        expect.objectContaining({ code: 'MP_BAD_CERTIFICATE' }) as Error,
      );
    expect(() => certify([], root)).toThrow(expect.objectContaining({ code: 'MP_NO_CERTIFICATE' }) as Error);
  });
});

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends object | null ? Mutable<T[K]> : T[K] };
