import { blockedThreads, OpKind, type KThread, type Machine } from '@movable-pages/machine';
import { innermost } from '../innermost.js';
import type { Violation } from '../violation.js';

/**
 * Judges an execution in which nobody can step: null if all that must end has ended, else a deadlock with its cycle, or
 * a livelock if somebody spins.
 *
 * @since 0.1.0
 */
export function describeStuck(machine: Machine): Violation | null {
  const stuck = blockedThreads(machine);
  const first = stuck[0];
  if (first === undefined) return null;
  const spinning = stuck.find((thread) => thread.relaxed);
  const cycle = findCycle(machine, stuck);
  const waits = (cycle ?? stuck).map((thread) => waitsFor(machine, thread));
  const subject = (cycle ?? stuck)
    .map((thread) => machine.describeOp(thread))
    .sort()
    .join(' + ');
  return {
    kind: spinning === undefined ? 'deadlock' : 'livelock',
    code: spinning === undefined ? 'MP_DEADLOCK' : 'MP_LIVELOCK',
    message: `nobody can run: ${waits.join('; ')}`,
    subject,
    thread: first.name,
    scope: innermost(first),
    party: first.runningParty,
    details: {
      subject,
      here: first.site,
      expected: 'every thread comes to its end',
      received: waits.join('; '),
    },
    hint:
      cycle === null
        ? 'whoever should wake the waiter has ended or never comes; check the condition and the wake-up'
        : 'take the locks in one order everywhere, or try-lock on one side and return -EAGAIN',
  };
}

function waitsFor(machine: Machine, thread: KThread): string {
  const inside = innermost(thread);
  const where = `${thread.name}${inside === null ? '' : ` (${inside})`} waits in ${machine.describeOp(thread)}`;
  const holder = holderFor(machine, thread);
  return holder === null ? where : `${where}, held by ${holder === thread ? 'itself' : holder.name}`;
}

function holderFor(machine: Machine, thread: KThread): KThread | null {
  if (thread.kind !== OpKind.acquire || thread.lock === null) return null;
  return machine.holderOf(thread.lock)?.thread ?? null;
}

/** Follows waiter to holder until a thread comes round again. */
function findCycle(machine: Machine, stuck: readonly KThread[]): KThread[] | null {
  for (const start of stuck) {
    const chain: KThread[] = [];
    let at: KThread | null = start;
    while (at !== null && !chain.includes(at)) {
      chain.push(at);
      at = at.kind === OpKind.join ? machine.threads[at.a]! : holderFor(machine, at);
    }
    if (at !== null) return chain.slice(chain.indexOf(at));
  }
  return null;
}
