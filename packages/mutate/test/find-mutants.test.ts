import { describe, expect, test } from 'vitest';
import { findMutants } from '../src/find-mutants.ts';
import { sourceOf } from './mutants.fixture.ts';

const LOCKED = `function* f(page, lock) {
  yield* lock.acquire();
  page.private = 1; // why
  yield* lock.release();
}
`;

describe('mutants of a file', () => {
  test('are named by operator and line, and say what they change', () => {
    const mutants = findMutants(sourceOf(LOCKED));

    expect(mutants.find(({ operator }) => operator.id === 'drop-store')).toMatchObject({
      id: 'drop-store@driver.ts:3',
      line: 3,
      hunks: [{ line: 3, before: ['  page.private = 1; // why'], after: ['   // why'] }],
    });
    expect(mutants.find(({ operator }) => operator.id === 'drop-lock')!.hunks).toEqual([
      { line: 2, before: ['  yield* lock.acquire();'], after: [] },
      { line: 4, before: ['  yield* lock.release();'], after: [] },
    ]);
    expect(mutants.find(({ operator }) => operator.id === 'release-early')!.hunks).toEqual([
      {
        line: 3,
        before: ['  page.private = 1; // why', '  yield* lock.release();'],
        after: ['  yield* lock.release(); // why', '  page.private = 1;'],
      },
    ]);
  });

  test('of which several are alike on one line have numbers', () => {
    const ids = findMutants(sourceOf('function* f(a, b) { yield* a.put(); yield* b.put(); }')).map(
      ({ id }) => id,
    );

    expect(ids).toContain('skip-put@driver.ts:1');
    expect(ids).toContain('skip-put@driver.ts:1#2');
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('that two operators make belong to the first', () => {
    const mutants = findMutants(sourceOf('function* f(a) { yield* a.put(); }')).map(
      ({ operator }) => operator.id,
    );

    expect(mutants.toSorted()).toEqual(['do-twice', 'skip-put']);
  });

  test('know the statement whose running makes a difference', () => {
    const source = sourceOf('function* f(page) { while (!(yield* page.tryLock())) g(); h(); }');
    const granted = findMutants(source).find(({ operator }) => operator.id === 'try-for-granted')!;

    expect(granted.statements.map((statement) => source.textOf(statement))).toEqual([
      'while (!(yield* page.tryLock())) g();',
    ]);
  });

  test('are found in drivers with decorators and types', () => {
    const text = `@movableDriver({ name: 'a' })
class A<T extends Page> { constructor(@inject(B) private readonly b: B) {} *free(page: T): Op<void> { yield* page!.put(); } }`;

    expect(findMutants(sourceOf(text)).map(({ id }) => id)).toEqual([
      'skip-put@driver.ts:2',
      'do-twice@driver.ts:2',
    ]);
  });

  test('need a file that can be parsed', () => {
    expect(() => sourceOf('function* {')).toThrow(
      expect.objectContaining({ code: 'MP_CANNOT_PARSE', message: expect.stringContaining('driver.ts') }),
    );
  });
});
