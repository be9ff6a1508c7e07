import { Machine, shared, word, type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { explore, Monitor, type Program } from '../src/index.ts';

function program(
  build: () => Record<string, () => Op<unknown>>,
  watch: (machine: Machine) => Monitor[] = () => [],
): Program {
  const machine = new Machine({ words: 64 });
  machine.construct(() => {
    for (const [name, body] of Object.entries(build())) machine.thread(name, {}, body);
  });
  machine.seal();
  return { machine, monitors: watch(machine) };
}

/** Counts the executions in which source lines are captured. */
class Captures extends Monitor {
  executions = 0;
  captured = 0;

  constructor(private readonly machine: Machine) {
    super();
  }

  override begin(): void {
    this.executions++;
    if (this.machine.captureSites) this.captured++;
  }
}

describe('a finding', () => {
  it('is looked at again twice, and only then are source lines captured', () => {
    let captures: Captures | null = null;
    const { found } = explore(
      program(
        () => {
          const state = shared({ n: 0 });
          function* writer(): Op<void> {
            state.n++;
          }
          return { a: writer, b: writer };
        },
        (machine) => [(captures = new Captures(machine))],
      ),
    );
    expect(captures!.captured).toBe(2);
    expect(captures!.executions).toBeGreaterThan(4);
    expect(found[0]!.violation.details.here).toContain('look-again.test.ts');
  });

  it('that does not do the same twice is one of its own, which names the first step that differs', () => {
    let runs = 0;
    const { found } = explore(
      program(() => {
        const [x, y] = [word('x'), word('y')];
        return {
          *a(): Op<void> {
            yield* (runs++ % 2 === 0 ? x : y).load();
            throw new Error('always');
          },
        };
      }),
    );
    expect(found.map(({ violation }) => violation.code)).toContain('MP_NON_DETERMINISTIC');
    const { violation } = found.find(({ violation: each }) => each.kind === 'non-determinism')!;
    expect(violation.message).toMatch(/at step 2\b.* a .*load [xy]/);
    expect(violation.thread).toBe('a');
  });
});
