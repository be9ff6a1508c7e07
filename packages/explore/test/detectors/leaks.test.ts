import { freeShared, shared, word, type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { explore } from '../../src/index.ts';
import { program } from '../support.ts';

interface Node {
  value: number;
  next: Node | null;
  tags: number[];
}

const node = (value: number, next: Node | null = null): Node => shared({ value, next, tags: [value] });

/** A program with one list head, in which `body` runs. */
const listProgram = (body: (list: { head: Node | null }) => void, leaks = true) =>
  program(
    () => {
      const list: { head: Node | null } = shared({ head: null });
      const x = word('x');
      return {
        *thread(): Op<void> {
          yield* x.load();
          body(list);
        },
      };
    },
    leaks ? { leaks } : {},
  );

describe('a leak', () => {
  it('is what was made, not freed, and cannot be reached', () => {
    const [found] = explore(
      listProgram((list) => {
        list.head = node(1);
        list.head = null;
      }),
    ).found;
    expect(found?.violation).toMatchObject({ kind: 'leak', code: 'MP_LEAK', thread: 'thread' });
    expect(found!.violation.message).toMatch(
      /^at the end something is lost, neither freed nor reachable: .*made by thread$/,
    );
    expect(found!.violation.details.there).toContain('leaks.test.ts');
  });

  it('is not what is still reachable, nor what was freed with all that it holds', () => {
    expect(
      explore(
        listProgram((list) => {
          list.head = node(1, node(2));
          const gone = node(3);
          freeShared(gone);
        }),
      ).found,
    ).toEqual([]);
  });

  it('is named by its outermost object, also if lost objects refer to each other', () => {
    const [chain] = explore(listProgram(() => void node(1, node(2)))).found;
    expect(chain!.violation.message).toContain('something is lost');
    const [ring] = explore(
      listProgram(() => {
        const first = node(1);
        first.next = node(2, first);
      }),
    ).found;
    expect(ring!.violation.message).toContain('something is lost');
  });

  it('may be words that were never given back', () => {
    const words = (back: boolean) =>
      program(
        (machine) => {
          const x = word('x');
          return {
            *thread(): Op<void> {
              yield* x.load();
              const at = machine.allocateWords(3, (nth) => `buffer[${nth}]`);
              yield* x.load();
              if (back) machine.releaseWords(at, 3, 'buffer freed');
            },
          };
        },
        { leaks: true },
      );
    expect(explore(words(false)).found[0]?.violation.message).toBe(
      'at the end something is lost, neither freed nor reachable: buffer[0] (3 words)',
    );
    expect(explore(words(true)).found).toEqual([]);
  });

  it('is not looked for unless the program asks for it', () => {
    expect(explore(listProgram(() => void node(1), false)).found).toEqual([]);
  });
});
