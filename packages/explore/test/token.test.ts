import { describe, expect, it } from 'vitest';
import { packToken, TokenError, unpackToken, type Schedule, type TokenPayload } from '../src/index.ts';

const schedule: Schedule = {
  segments: [
    { thread: 'user A', steps: 12, until: { operation: 'acquire cells.lock', occurrence: 3 } },
    { thread: 'compactor', steps: 4711, until: 'end' },
    { thread: 'Δ "thread"\n', steps: 2 },
    { thread: 'user A', steps: -1 },
  ],
  choices: [{ name: 'page allocation fails', thread: 'compactor', occurrence: 300, value: 2 }],
  evidence: [{ segments: [{ thread: 'user B', steps: 1 }], choices: [] }],
};
const payload: TokenPayload = { schedule, labels: ['cells', '', 'src/drivér – 2.ts', '漢字'] };
const token = packToken(payload);

function codeOf(given: string): string | null {
  try {
    unpackToken(given);
    return null;
  } catch (error) {
    return error instanceof TokenError ? error.code : 'not coded';
  }
}

describe('a token', () => {
  it('gives back what went in', () => {
    expect(unpackToken(token)).toEqual(payload);
    expect(packToken(payload)).toBe(token);
    expect(unpackToken(packToken({ schedule: { segments: [], choices: [] }, labels: [] }))).toEqual({
      schedule: { segments: [], choices: [] },
      labels: [],
    });
  });

  it('is one word that a shell takes as it is, and may have blanks around it', () => {
    expect(token).toMatch(/^mp2\.[\w-]+$/);
    expect(unpackToken(`  ${token}\n`)).toEqual(payload);
  });

  it('stays short when a schedule repeats itself', () => {
    const segments = Array.from({ length: 40 }, (_, at) => ({
      thread: at % 2 === 0 ? 'user A' : 'compactor',
      steps: 3,
      until: { operation: 'acquire cells.lock', occurrence: at },
    }));
    expect(packToken({ schedule: { segments, choices: [] }, labels: [] }).length).toBeLessThan(350);
  });

  it.each([
    ['nothing', ''],
    ['a word', 'hello'],
    ['the prefix alone', 'mp2.'],
    ['its first half', token.slice(0, token.length / 2)],
    ['all but its last two characters', token.slice(0, -2)],
    ['its end', token.slice(10)],
  ])('is refused with a code if there is only %s', (_, given) => {
    expect(codeOf(given)).toBe('MP_BAD_TOKEN');
  });

  it('is refused with a code if any one character was changed', () => {
    // The checksum is over the text, so the last character counts as well.
    for (let at = 'mp2.'.length; at < token.length; at++) {
      const other = token[at] === 'x' ? 'y' : 'x';
      const changed = token.slice(0, at) + other + token.slice(at + 1);
      expect(codeOf(changed), `changed at ${at}`).toBe('MP_BAD_TOKEN');
    }
  });

  it.each(['mp1.cl8ttzJczLCsIwEEDRX5FZ', 'mp3.abc'])('of another form says so: %s', (given) => {
    expect(codeOf(given)).toBe('MP_TOKEN_VERSION');
    expect(() => unpackToken(given)).toThrow(/begins with "mp\d\." and this version reads "mp2\."/);
  });

  it('whose checksum fits and whose content means nothing is refused with a code', () => {
    // A list that is longer than what follows, a name that is not in the table, something after the end, a huge number.
    const contents = [[9], [0, 0, 1, 5, 1, 0, 0, 0], [0, 0, 0, 0, 0, 7], Array<number>(9).fill(0xff), []];
    for (const bytes of contents) {
      const body = Buffer.from(bytes).toString('base64url');
      let hash = 0x811c9dc5;
      for (const byte of Buffer.from(body)) hash = Math.imul(hash ^ byte, 0x01000193);
      const sum = (hash >>> 0).toString(36).padStart(7, '0').slice(-6);
      const made = `mp2.${sum}${body}`;
      expect(codeOf(made)).toBe('MP_BAD_TOKEN');
    }
  });
});
