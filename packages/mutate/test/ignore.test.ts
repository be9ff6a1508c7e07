import { describe, expect, test } from 'vitest';
import { ignoresOf, leftOut } from '../src/ignore.ts';
import { sourceOf } from './mutants.fixture.ts';

const IDS = new Set(['skip-put', 'skip-get']);
const ignores = (text: string) => ignoresOf(sourceOf(text), IDS);

describe('a comment that ignores mutants', () => {
  test('speaks of the next line with code, or of its own', () => {
    expect(
      ignores(`
// mutate-ignore skip-put: nobody counts
// and so on

a();
b(); /* mutate-ignore skip-get, skip-put: it is
  * held */
`),
    ).toEqual([
      { operator: 'skip-put', reason: 'nobody counts', file: 'driver.ts', line: 2, about: 5 },
      { operator: 'skip-get', reason: 'it is held', file: 'driver.ts', line: 6, about: 6 },
      { operator: 'skip-put', reason: 'it is held', file: 'driver.ts', line: 6, about: 6 },
    ]);
  });

  test.each([
    ['// mutate-ignore skip-put\na();', 'driver.ts:1: write // mutate-ignore OPERATOR: reason'],
    ['// mutate-ignore skip-put:\na();', 'without a reason'],
    ['// mutate-ignore skip-pot: so\na();', 'there is no operator skip-pot; there are: skip-put, skip-get'],
  ])('is refused if it says too little: %j', (text, message) => {
    expect(() => ignores(text)).toThrow(
      expect.objectContaining({ code: 'MP_BAD_IGNORE', message: expect.stringContaining(message) }),
    );
  });
});

describe('a comment that leaves a file out', () => {
  const of = (text: string) => leftOut(sourceOf(text));

  test('says why, and is about no line', () => {
    const text = '// mutate-ignore-file: the side of\n// the device\na();';
    expect(of(text)).toEqual({ file: 'driver.ts', reason: 'the side of' });
    expect(ignores(text)).toEqual([]);
    expect(of('a(); // mutate-ignore skip-put: nobody counts')).toBeNull();
  });

  test('is refused without a reason', () => {
    expect(() => of('// mutate-ignore-file\na();')).toThrow(
      expect.objectContaining({ code: 'MP_BAD_IGNORE' }),
    );
  });
});
