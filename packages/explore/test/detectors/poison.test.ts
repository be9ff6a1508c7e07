import { freeShared, shared, word, type Machine, type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { explore } from '../../src/index.ts';
import { program } from '../support.ts';

function free(object: object): void {
  freeShared(object);
}

function use(object: { n: number }): number {
  return object.n;
}

/** The stacks of the one use after free that a program has: where it was used, where it was freed. */
function stacks(of: Parameters<typeof explore>[0]) {
  const { found } = explore(of, { naive: true });
  const [hit] = found.filter(({ violation }) => violation.code === 'MP_USE_AFTER_FREE');
  expect(hit, 'a use after free').toBeDefined();
  const { here, there, thereWhat } = hit!.violation.details;
  return { here, there, thereWhat };
}

describe('a use after free says where it was freed and where it was used', () => {
  it('of a tracked object', () => {
    const { here, there, thereWhat } = stacks(
      program(() => {
        const [object, x] = [shared({ n: 1 }), word('x')];
        return {
          *thread(): Op<void> {
            free(object);
            yield* x.load();
            use(object);
          },
        };
      }),
    );
    expect(here).toMatch(/at use .*poison\.test\.ts/);
    expect(there).toMatch(/at free .*poison\.test\.ts/);
    expect(thereWhat).toBe('freed by thread');
  });

  it.each(['an operation', 'a plain read', 'a plain write'])('of a word: %s', (how) => {
    function touch(machine: Machine, at: number): void {
      if (how === 'a plain read') machine.readWord(at);
      else machine.writeWord(at, 1);
    }
    const { here, there, thereWhat } = stacks(
      program((machine) => {
        const x = word('x');
        const at = machine.allocateWords(1, () => 'buffer');
        return {
          *thread(): Op<void> {
            yield* x.load();
            machine.releaseWords(at, 1, 'buffer freed by thread');
            yield* x.load();
            if (how === 'an operation') yield* machine.makeOp(1, at, 0, 0);
            else touch(machine, at);
          },
        };
      }),
    );
    expect(here).toContain('poison.test.ts');
    expect(there).toContain('poison.test.ts');
    expect(here).not.toBe(there);
    expect(thereWhat).toBe('buffer freed by thread');
  });

  it('of a word that is freed while an operation on it is under way', () => {
    function* read(machine: Machine, at: number): Op<void> {
      yield* machine.makeOp(1, at, 0, 0);
    }
    const { here, there } = stacks(
      program((machine) => {
        const x = word('x');
        const at = machine.allocateWords(1, () => 'handle');
        return {
          // It makes the operation before the word is freed, and is served afterwards.
          reads: () => read(machine, at),
          *frees(): Op<void> {
            yield* x.load();
            machine.releaseWords(at, 1, 'handle freed');
          },
        };
      }),
    );
    expect(here).toMatch(/at read/);
    expect(there).toMatch(/frees/);
  });

  it('and is a race where nothing orders the two, whichever came first', () => {
    const both = program((machine) => {
      const x = word('x');
      const at = machine.allocateWords(1, () => 'handle');
      return {
        *reads(): Op<void> {
          yield* machine.makeOp(1, at, 0, 0);
        },
        *frees(): Op<void> {
          yield* x.load();
          machine.releaseWords(at, 1, 'handle freed');
        },
      };
    });
    expect(explore(both).found.map((found) => found.violation.code)).toContain('MP_DATA_RACE');
  });
});
