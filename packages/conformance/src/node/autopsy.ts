import type { DriverDefinition } from '@movable-pages/core';
import { replayDecisions, type TraceEntry } from '@movable-pages/explore';
import { buildScenario } from '../build-scenario.js';
import { emptyReport } from '../check-scenario.js';
import { findScenario } from '../select-scenarios.js';
import { makeFinding } from '../make-finding.js';
import type { ScenarioReport } from '../verdict.js';
import type { AutopsyJob } from './job.js';
import { sampleLoop } from './sample-loop.js';

/** Milliseconds that the loop is watched for, to learn its line. */
const SAMPLE = 400;

/**
 * Reports an execution that a watchdog had to end: somebody loops without operations. The schedule is known up to the
 * step that never came back.
 */
export function autopsy(definition: DriverDefinition, job: AutopsyJob): ScenarioReport {
  const scenario = findScenario(job.scenario);
  const ready = buildScenario(definition, scenario, job.profile);
  const { threads } = ready.kernel.machine;
  const last = job.decisions.at(-1);
  // Everything but the step that hangs can be run again; after that nobody may use the machine for anything else.
  const before = replayDecisions(ready.program, job.decisions.slice(0, -1));
  const thread = last === undefined ? null : (threads[last.thread] ?? null);
  const doing = thread === null ? 'its start' : ready.kernel.machine.describeOp(thread);
  let line: string | undefined;
  const again = replayDecisions(ready.program, job.decisions, (run) => {
    line = sampleLoop(run, SAMPLE);
  });
  const place = job.place === '' ? null : job.place;
  const who = place ?? thread?.name ?? 'a thread';
  const entry: TraceEntry = {
    step: job.decisions.length + 1,
    thread: thread?.name ?? '',
    party: 'driver',
    scope: place,
    kind: 'violation',
    text: `${who} loops and never comes back`,
    site: line,
  };
  const finding = makeFinding(
    { definition, from: job.from, scenario: job.scenario, profile: job.profile, root: job.root },
    ready.judge,
    {
      violation: {
        kind: 'hang',
        code: 'MP_HANG',
        message: `${who} never came back: it loops without an operation, after ${doing}`,
        subject: place ?? '',
        thread: thread?.name ?? null,
        scope: place,
        party: 'driver',
        details: {
          here: line,
          expected: 'an operation or a return',
          received: `no operation of ${who} for ${job.waited / 1000} s${job.known ? ', after a longer wait there in another scenario' : ''}`,
        },
      },
      trace: [...again.trace, entry],
      schedule: again.schedule,
      steps: job.decisions.length,
    },
    { preemptions: before.outcome?.preemptions ?? 0, faults: before.outcome?.faults ?? 0, occurrences: 1 },
  );
  return {
    ...emptyReport({ scenario, profile: job.profile }, scenario.preemptions, '', ''),
    executions: job.executions,
    error: null,
    stop: 'violation',
    findings: [finding],
  };
}
