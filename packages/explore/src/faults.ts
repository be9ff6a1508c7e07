import { MachineError, type KThread, type Machine } from '@movable-pages/machine';
import { innermost } from './innermost.js';
import type { Violation } from './violation.js';

/** The violation that an exception of a thread is. */
export function thrown(thread: KThread): Violation {
  const error = thread.error;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    kind: 'throw',
    code: error instanceof MachineError ? error.code : 'MP_THREW',
    message: `${innermost(thread) ?? thread.name} threw ${text}`,
    subject: `${innermost(thread) ?? thread.name} ${text}`,
    thread: thread.name,
    scope: innermost(thread),
    party: thread.runningParty,
    details: {
      here: error instanceof Error ? error.stack : undefined,
      expected: 'an ordinary return',
      received: text,
    },
  };
}

/** The violation that a misuse of the machine is. */
export function misused(error: MachineError, thread: KThread | null): Violation {
  return {
    kind: error.code === 'MP_NON_DETERMINISTIC' ? 'non-determinism' : 'misuse',
    code: error.code,
    message: error.message,
    subject: error.details.subject ?? '',
    thread: thread?.name ?? null,
    scope: thread === null ? null : innermost(thread),
    party: thread?.runningParty ?? null,
    details: error.details,
  };
}

/** The violation that it is if the same decisions lead to something else than before. */
export function diverged(machine: Machine, thread: KThread, how: string): Violation {
  const step = machine.steps + 1;
  return {
    kind: 'non-determinism',
    code: 'MP_NON_DETERMINISTIC',
    message: `the same decisions did not lead to the same: at step ${step} ${thread.name} ${how}`,
    subject: innermost(thread) ?? thread.name,
    thread: thread.name,
    scope: innermost(thread),
    party: thread.runningParty,
    details: {
      expected: 'the same decisions lead to the same steps with the same results, in every execution',
      received: `step ${step}: ${thread.name} ${how}`,
    },
    hint: 'keep state in shared() or machine words only, and take time and chance from the machine (now, random)',
  };
}
