import type { KThread, Machine } from '@movable-pages/machine';
import { innermost } from '../innermost.js';
import type { SchedulePoint } from '../strategy.js';
import type { Violation } from '../violation.js';

/** Operations of one thread that a report names. */
const NAMED = 6;

/** Who runs next if all take turns: the next after the one that stepped last, and who need not time out first. */
export function fairThread(point: SchedulePoint): number {
  const untimed = point.enabledMask & ~point.timeoutMask;
  const all = untimed !== 0 ? untimed : point.enabledMask;
  const later = point.last < 0 ? all : all & (-2 << point.last);
  const from = later !== 0 ? later : all;
  return 31 - Math.clz32(from & -from);
}

/**
 * Watches an execution that has come to its limit of steps and goes on in turns: if it does not end even so, some of its
 * threads go round for ever.
 *
 * @since 0.1.0
 */
export class TurnWatch {
  private readonly rounds = new Map<KThread, Set<string>>();

  /**
   * @param limit Steps of the execution before the turns, and steps in turns after it.
   */
  constructor(
    private readonly machine: Machine,
    private readonly limit: number,
    /** Who was last when the limit came, and what it had in hand. */
    private readonly last: KThread,
  ) {}

  /** The execution takes as many steps again in turns. */
  get over(): boolean {
    return this.machine.steps >= 2 * this.limit;
  }

  /** A thread is about to step. */
  step(thread: KThread): void {
    // Whatever is only done once is over by now.
    if (this.machine.steps < this.limit * 1.5) return;
    let round = this.rounds.get(thread);
    if (round === undefined) this.rounds.set(thread, (round = new Set()));
    round.add(this.machine.describeOp(thread));
  }

  /** It went on to the end of the turns. */
  endless(): Violation {
    const threads = [...this.rounds.keys()].sort((a, b) => a.id - b.id);
    const round = threads.map((thread) => `${who(thread)} in ${this.namesOf(thread)}`).join('; ');
    const first = threads[0] ?? this.last;
    return {
      kind: 'livelock',
      code: 'MP_LIVELOCK',
      message: `no end after ${this.limit} steps, and none after as many again in which all took turns; round and round go ${round}`,
      subject: threads.map((thread) => thread.name).join(' + '),
      thread: first.name,
      scope: innermost(first),
      party: first.runningParty,
      details: { here: first.site, expected: 'an end if all threads take turns', received: round },
      hint: 'bound the retry, or wait for a wake-up instead of trying again',
    };
  }

  /** It came to an end in turns. */
  unfair(steps: number): Violation {
    return {
      ...tooLong(this.last, this.limit, this.machine),
      message: `the execution took ${this.limit} steps without ending, but the schedule was unfair: with all threads taking turns it ended after ${steps - this.limit} more`,
      details: {
        here: this.last.site,
        expected: `an end within ${this.limit} steps`,
        received: `an end after ${steps - this.limit} more, in turns`,
      },
      hint: `${who(this.last)} may keep the others waiting for as long as it runs; if that is meant, let it wait for a wake-up, call relax() in its loop, or allow more steps`,
    };
  }

  private namesOf(thread: KThread): string {
    const names = [...this.rounds.get(thread)!];
    const more = names.length > NAMED ? `, and ${names.length - NAMED} more` : '';
    return `${names.slice(0, NAMED).join(', ')}${more}`;
  }
}

/** The execution came to its limit, and nobody may look what would become of it. */
export function tooLong(thread: KThread, limit: number, machine: Machine): Violation {
  return {
    kind: 'step-limit',
    code: 'MP_STEP_LIMIT',
    message: `the execution took ${limit} steps without ending; ${thread.name} was last, in ${machine.describeOp(thread)}`,
    subject: thread.name,
    thread: thread.name,
    scope: innermost(thread),
    party: thread.runningParty,
    details: { here: thread.site, expected: `an end within ${limit} steps`, received: 'no end' },
    hint: 'a loop that retries must have a bound or wait for a wake-up',
  };
}

function who(thread: KThread): string {
  const inside = innermost(thread);
  return `${thread.name}${inside === null ? '' : ` (${inside})`}`;
}
