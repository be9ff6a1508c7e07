import { afterAll, expect, test } from 'vitest';
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

test('a certificate does not hold after any edit, sealed anew or not', async () => {
  const file = drivers.changed('driver.ts', 'cells.lock', 'cells.guard');
  const options = {
    cwd: root,
    scenarios: ['two-compactors'],
    profiles: ['linux-6.1'],
    rules: ['MP-RACE-001', 'MP-INV-001'],
    waivers: [{ rule: 'MP-INV-001', reason: 'counts are not modelled', until: '2999-12-31' }],
  };
  const honest = certify(await checkModule(file, options), root);
  const held: string[] = [];
  for (const { path, edited } of edits(honest)) {
    // The checksum is what sealing writes: there it cannot be another.
    if (path === 'checksum') continue;
    const { checksum: _, ...content } = edited as Certificate;
    try {
      const read = readCertificate(JSON.stringify(seal(content)), 'c.json');
      const { problems } = await verifyCertificate(read, {
        cwd: root,
        full: true,
        seed: 1,
        today: '2026-11-26',
      });
      if (problems.length === 0) held.push(path);
    } catch (error) {
      // What cannot be read, found or loaded is refused, by code.
      expect(error).toMatchObject({ code: expect.stringMatching(/^MP_/) });
    }
  }
  expect(held).toEqual([]);
}, 600_000);
