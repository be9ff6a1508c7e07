import type { DriverDefinition } from '@movable-pages/core';
import { Beacon, replayLocks } from '@movable-pages/explore';
import { buildScenario } from '../build-scenario.js';
import type { Finding } from '../finding.js';
import { judgeLocksTogether } from '../judge-locks-together.js';
import { lockSightings } from '../lock-sightings.js';
import { findScenario } from '../select-scenarios.js';
import type { ReplayJob } from './job.js';
import type { ReplayReport } from './replay-token.js';

/** Replays, in this thread, the schedules of several scenarios that only together show something. */
export function replayTogether(
  definition: DriverDefinition,
  job: ReplayJob,
): Pick<ReplayReport, 'finding' | 'misfits'> {
  const { content, root } = job;
  const { profile, from, scenario, schedule, elsewhere = [] } = content;
  const looks = [...elsewhere, { scenario, schedule }].map((side) => {
    const { program, kernel } = buildScenario(definition, findScenario(side.scenario), profile);
    const look = replayLocks(program, side.schedule, { beacon: new Beacon(job.beacon) });
    const locks = lockSightings(look.lockFacts, kernel.machine, definition.name, root);
    return { ...look, scenario: side.scenario, profile, locks, findings: [] };
  });
  const { name, version } = definition;
  const findings: Finding[] = judgeLocksTogether({ name, version, from }, looks);
  const found = findings.find((each) => each.scenario === scenario) ?? findings[0];
  const trace = looks.findLast((look) => look.scenario === found?.scenario)?.trace ?? [];
  return {
    finding:
      found === undefined ? null : { ...found, trace: trace.filter(({ step }) => step <= found.steps) },
    misfits: looks.flatMap(({ misfits }) => misfits),
  };
}
