import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkModule, encodeToken, replayToken } from '../../src/index.ts';

const cwd = fileURLToPath(new URL('../..', import.meta.url));
const coded = (code: string) => expect.objectContaining({ code }) as Error;

describe('checkModule', () => {
  test.each([
    ['./nowhere.ts', 'there is no file ./nowhere.ts'],
    ['no-such-package', 'no installed package no-such-package'],
    ['src', 'src is a folder; name the file of the driver, for example src/index.ts'],
    ['.', '. is a folder; name the file of the driver, for example src/index.ts'],
    ['test/report', 'for example test/report/verdict.fixture.ts'],
    ['../../docs', '../../docs is a folder; name the file of the driver; there is no .ts or .js file in it'],
  ])('refuses %s by code', async (from, message) => {
    const failed = checkModule(from, { cwd });
    await expect(failed).rejects.toThrow(coded('MP_CANNOT_LOAD'));
    await expect(failed).rejects.toThrow(message);
  });

  test('refuses profiles and scenarios that there are not, by code', async () => {
    const file = 'src/index.ts';
    await expect(checkModule(file, { cwd, profiles: ['x'] })).rejects.toThrow(coded('MP_UNKNOWN_PROFILE'));
    await expect(checkModule(file, { cwd, scenarios: ['x'] })).rejects.toThrow(coded('MP_UNKNOWN_SCENARIO'));
  });
});

describe('replayToken', () => {
  test('refuses what is no token', async () => {
    await expect(replayToken('hello', { cwd })).rejects.toThrow(coded('MP_BAD_TOKEN'));
  });

  test('refuses a token whose driver is gone', async () => {
    const token = encodeToken({
      driver: 'cells',
      version: '1.0.0',
      from: './gone.ts',
      profile: 'linux-6.1',
      scenario: 'putback',
      ruleId: 'MP-PUT-001',
      schedule: { segments: [], choices: [] },
    });
    await expect(replayToken(token, { cwd })).rejects.toThrow(coded('MP_CANNOT_LOAD'));
  });
});
