import type { DriverDefinition } from '@movable-pages/core';
import { Beacon, replaySchedule } from '@movable-pages/explore';
import { buildScenario } from '../build-scenario.js';
import { findScenario } from '../select-scenarios.js';
import { makeFinding } from '../make-finding.js';
import { SUITE_VERSION } from '../version.js';
import type { ReplayJob } from './job.js';
import type { ReplayReport } from './replay-token.js';
import { replayTogether } from './replay-together.js';

/** Replays a token's schedule in this thread. */
export function replayHere(definition: DriverDefinition, job: ReplayJob): ReplayReport {
  const { content } = job;
  const changed: string[] = [];
  if (definition.version !== content.version)
    changed.push(`driver version ${content.version} -> ${definition.version}`);
  if (content.suite !== SUITE_VERSION) changed.push(`suite version ${content.suite} -> ${SUITE_VERSION}`);
  if (content.elsewhere !== undefined) return { content, ...replayTogether(definition, job), changed };
  const ready = buildScenario(definition, findScenario(content.scenario), content.profile);
  const result = replaySchedule(ready.program, content.schedule, { beacon: new Beacon(job.beacon) });
  if (result.violation === null) return { content, finding: null, misfits: result.misfits, changed };
  const finding = makeFinding(
    { definition, from: content.from, scenario: content.scenario, profile: content.profile, root: job.root },
    ready.judge,
    {
      violation: result.violation,
      trace: result.trace,
      schedule: result.misfits.length === 0 ? content.schedule : result.schedule,
      steps: result.outcome.steps,
    },
    { preemptions: result.outcome.preemptions, faults: result.outcome.faults, occurrences: 1 },
  );
  return { content, finding, misfits: result.misfits, changed };
}
