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
    rules: ['MP-INV-001'],
    waivers: [{ rule: 'MP-INV-001', reason: 'counts are not modelled', until: '2999-12-31' }],
  };
  const honest = certify(await checkModule(file, options), root);
  const held: string[] = [];
  // The checksum is what sealing writes: there it cannot be another.
  const left = edits(honest).filter(({ path }) => path !== 'checksum');
  const lane = async (): Promise<void> => {
    for (let edit = left.pop(); edit !== undefined; edit = left.pop())
      if (await holds(edit.edited as Certificate)) held.push(edit.path);
  };
  await Promise.all([lane(), lane()]);
  expect(held).toEqual([]);
});

async function holds(edited: Certificate): Promise<boolean> {
  try {
    const read = readCertificate(JSON.stringify(seal(edited)), 'c.json');
    const options = { cwd: root, full: true, seed: 1, today: '2026-11-26', workers: 1 };
    return (await verifyCertificate(read, options)).problems.length === 0;
  } catch (error) {
    // What cannot be read, found or loaded is refused, by code.
    expect(error).toMatchObject({ code: expect.stringMatching(/^MP_/) });
    return false;
  }
}
