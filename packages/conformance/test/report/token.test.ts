import { packToken } from '@movable-pages/explore';
import { describe, expect, test } from 'vitest';
import { decodeToken, encodeToken, SUITE_VERSION } from '../../src/index.ts';

const content = {
  driver: 'cells',
  version: '1.0.0',
  from: 'src/drivér – 2.ts',
  profile: 'linux-6.1',
  scenario: 'putback',
  ruleId: 'MP-PUT-001',
  schedule: {
    segments: [
      { thread: 'user A', steps: 8, until: { operation: 'acquire cells.lock', occurrence: 1 } },
      { thread: 'user B', steps: 3, until: 'end' as const },
      { thread: 'compactor', steps: -1 },
    ],
    choices: [{ name: 'alloc', thread: 'compactor', occurrence: 0, value: 1 }],
  },
};
const token = encodeToken(content);
const badToken = expect.objectContaining({ code: 'MP_BAD_TOKEN' }) as Error;

describe('a token', () => {
  test('gives back what went in, with the version of the suite', () => {
    expect(decodeToken(token)).toEqual({ ...content, suite: SUITE_VERSION });
    expect(encodeToken(content)).toBe(token);
  });

  test('is one word that a shell takes as it is', () => {
    expect(token).toMatch(/^mp2\.[\w-]+$/);
  });

  test.each([
    ['an older form', 'mp1.cl8ttzJczLCsIwEEDRX5FZ', 'MP_TOKEN_VERSION'],
    ['no driver and scenario', packToken({ schedule: content.schedule, labels: ['a', 'b'] }), 'MP_BAD_TOKEN'],
    [
      'more than a driver and scenario',
      packToken({ schedule: content.schedule, labels: [...'abcdefgh'] }),
      'MP_BAD_TOKEN',
    ],
  ])('is refused with a code if it is of %s', (_, given, code) => {
    expect(() => decodeToken(given)).toThrow(expect.objectContaining({ code }) as Error);
  });

  test('may have blanks around it', () => {
    expect(decodeToken(` ${token}\n`)).toEqual(decodeToken(token));
  });

  test.each([
    ['nothing', ''],
    ['a word', 'hello'],
    ['the prefix alone', 'mp2.'],
    ['its first half', token.slice(0, token.length / 2)],
    ['all but its last two characters', token.slice(0, -2)],
    ['its end', token.slice(10)],
  ])('is refused with a code if there is only %s', (_, given) => {
    expect(() => decodeToken(given)).toThrow(badToken);
  });

  test('is refused with a code if any one character was changed', () => {
    for (let at = 'mp2.'.length; at < token.length; at++) {
      const other = token[at] === 'x' ? 'y' : 'x';
      const changed = token.slice(0, at) + other + token.slice(at + 1);
      expect(() => decodeToken(changed), `changed at ${at}`).toThrow(badToken);
    }
  });
});
