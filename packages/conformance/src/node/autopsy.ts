import type { DriverDefinition } from '@movable-pages/core';
import { replayDecisions, type Schedule } from '@movable-pages/explore';
import { buildScenario } from '../build-scenario.js';
import { emptyReport } from '../check-scenario.js';
import { findScenario } from '../check-driver.js';
import { makeFinding } from '../make-finding.js';
import type { ScenarioReport } from '../verdict.js';
import type { AutopsyJob } from './job.js';

/**
 * Reports an execution that a watchdog had to end: somebody loops without operations. The schedule is known up to the
 * step that never came back.
 */
export function autopsy(definition: DriverDefinition, job: AutopsyJob): ScenarioReport {
  const scenario = findScenario(job.scenario);
  const ready = buildScenario(definition, scenario, job.profile);
  const { threads } = ready.kernel.machine;
  const last = job.decisions.at(-1);
  // Everything but the step that hangs can be run again.
  const before = replayDecisions(ready.program, job.decisions.slice(0, -1));
  const thread = last === undefined ? null : (threads[last.thread] ?? null);
  const doing = thread === null ? 'its start' : ready.kernel.machine.describeOp(thread);
  const place = job.place === '' ? null : job.place;
  const message = `${place ?? thread?.name ?? 'a thread'} never came back: it loops without an operation, after ${doing}`;
  const finding = makeFinding(
    { definition, from: job.from, scenario: job.scenario, profile: job.profile, root: job.root },
    ready.judge,
    {
      violation: {
        kind: 'hang',
        code: 'MP_HANG',
        message,
        subject: place ?? '',
        thread: thread?.name ?? null,
        scope: place,
        party: 'driver',
        details: {
          expected: 'an operation or a return',
          received: `a loop without operations in ${place ?? 'a thread'}`,
        },
      },
      trace: before.trace,
      schedule: lengthen(before.schedule, thread?.name ?? null),
      steps: job.decisions.length,
    },
    { preemptions: before.outcome.preemptions, faults: before.outcome.faults, occurrences: 1 },
  );
  return {
    ...emptyReport({ scenario, profile: job.profile }, scenario.preemptions, '', ''),
    error: null,
    stop: 'violation',
    findings: [finding],
  };
}

/** The schedule with one more step, the one that never came back. */
function lengthen(schedule: Schedule, thread: string | null): Schedule {
  if (thread === null) return schedule;
  const last = schedule.segments.at(-1);
  const segments =
    last?.thread === thread
      ? [...schedule.segments.slice(0, -1), { thread, steps: last.steps + 1 }]
      : [...schedule.segments, { thread, steps: 1 }];
  return { ...schedule, segments };
}
