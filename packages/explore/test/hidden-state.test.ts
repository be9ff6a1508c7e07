import { shared, spinLock, word, type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { explore, type Program } from '../src/index.ts';
import { busy, program } from './programs.fixture.ts';

/** Three threads, of which one behaves by a variable that no execution restores. */
function withVariable(look: (times: number) => boolean): Program {
  let times = 0;
  return program(() => {
    const x = word('x');
    function* reader(): Op<void> {
      yield* x.load();
      yield* x.load();
    }
    return {
      *a(): Op<void> {
        if (look(times++)) yield* x.store(1);
        else yield* x.store(2);
      },
      b: reader,
      c: reader,
    };
  });
}

describe('state that is not restored', () => {
  it('shows between two executions as soon as it makes one of them differ', () => {
    const { found } = explore(
      withVariable((times) => times % 3 === 0),
      { naive: true },
    );
    expect(found.map(({ violation }) => violation.code)).toEqual(['MP_NON_DETERMINISTIC']);
    expect(found[0]!.violation.message).toMatch(/at step \d+ a did or saw something else in store x/);
  });

  it('shows on a program made anew, where every execution but the first goes the same way', () => {
    const make = () => withVariable((times) => times > 0);
    const quiet = explore(make(), { search: 'pct', maxExecutions: 200 });
    expect(quiet.found).toEqual([]);
    const { found } = explore(make(), { search: 'pct', maxExecutions: 200, fresh: make });
    expect(found.map(({ violation }) => violation.code)).toEqual(['MP_HIDDEN_STATE']);
    expect(found[0]!.violation.message).toContain('where a does "store x = 2"');
    expect(found[0]!.violation.details.here).toContain('hidden-state.test.ts');
  });

  it('shows where it changes nothing but plain accesses', () => {
    const make = () => {
      let cache: number | null = null;
      return program(() => {
        const state = shared({ value: 0, looked: 0 });
        const lock = spinLock('lock');
        function* body(): Op<void> {
          yield* lock.acquire();
          if (cache === null) {
            cache = state.value;
            state.looked++;
          }
          yield* lock.release();
        }
        return { a: body, b: body };
      });
    };
    expect(explore(make(), { fresh: make }).found.map(({ violation }) => violation.code)).toEqual([
      'MP_HIDDEN_STATE',
    ]);
  });

  it('is not seen where there is none', () => {
    const result = explore(busy(), { fresh: busy });
    expect(result.found).toEqual([]);
    expect(result.executions).toBe(explore(busy()).executions);
  });
});
