import {
  describeLockOrder,
  LockGraph,
  scheduleLength,
  type LockEdge,
  type LockOrderStep,
} from '@movable-pages/explore';
import type { Finding } from './finding.js';
import { distinctSightings, type LockSighting } from './lock-sightings.js';
import { noDeadlock } from './rules/MP-DEAD-001/rule.js';
import { encodeToken } from './token.js';
import type { ScenarioReport } from './verdict.js';

/** Whose scenarios are judged. */
export interface LocksOrigin {
  readonly name: string;
  readonly version: string;
  readonly from: string;
}

/** A sighting with where it was made. */
interface Placed extends LockSighting {
  readonly scenario: string;
}

/**
 * Judges the order of locks over all scenarios of a driver, under each profile: one scenario may take them in one order, and
 * another in the other. Where a scenario breaks the rule by itself, that is left to be mended first.
 */
export function judgeLocksTogether(
  origin: LocksOrigin,
  reports: readonly Pick<ScenarioReport, 'scenario' | 'profile' | 'locks' | 'findings'>[],
): Finding[] {
  const profiles = [...new Set(reports.map(({ profile }) => profile))];
  return profiles.flatMap((profile) => {
    const own = reports.filter((report) => report.profile === profile);
    if (own.some(({ findings }) => findings.some(({ ruleId }) => ruleId === noDeadlock.id))) return [];
    const seen = own.flatMap(({ scenario, locks }) => locks.map((each) => ({ ...each, scenario })));
    return cyclesOf(seen).map((cycle) => findingOf(origin, profile, cycle));
  });
}

/** A cycle, and the writers without whom its readers would not wait. */
interface Cycle {
  readonly edges: readonly LockEdge[];
  readonly writers: readonly Placed[];
}

/** The cycles that sightings close, each set of lock classes once. */
function cyclesOf(seen: readonly Placed[]): Cycle[] {
  const users = [...new Set(seen.filter(({ user }) => user).map(({ thread }) => thread))];
  const graph = new LockGraph();
  const cycles = new Map<string, Cycle>();
  for (const sighting of distinctSightings(seen)) {
    const edges = graph.add(sighting.alone ? { ...sighting, never: users } : sighting);
    if (edges === null) continue;
    const classes = edges.map(({ from }) => from.lockClass).sort();
    const key = classes.join();
    if (!cycles.has(key)) cycles.set(key, { edges, writers: graph.writersOf(edges) as Placed[] });
  }
  return [...cycles.values()];
}

function findingOf(origin: LocksOrigin, profile: string, { edges, writers }: Cycle): Finding {
  const violation = describeLockOrder(edges, writers);
  const facts = [...new Set([...edges.flatMap((edge) => edge.facts as readonly Placed[]), ...writers])];
  const factOf = (step: LockOrderStep) => facts.find(({ schedule }) => schedule === step.schedule)!;
  const steps = violation.lockOrder!;
  const last = steps.at(-1)!;
  const other = steps[0]!;
  const { scenario, schedule, preemptions } = factOf(last);
  const elsewhere = facts.filter((fact) => fact.schedule !== schedule);
  return {
    ruleId: noDeadlock.id,
    title: violation.message,
    expected: violation.details.expected!,
    received: steps
      .map((step) => `${step.asks} asked for with ${step.holds} held, in ${factOf(step).scenario}`)
      .join('; '),
    where: { thread: last.thread, scope: last.scope, source: last.asksSite ?? null },
    other: {
      thread: other.thread,
      scope: other.scope,
      source: other.asksSite ?? null,
      what: `${other.thread} asks for ${other.asks} with ${other.holds} held, in ${factOf(other).scenario}`,
    },
    hint: violation.hint!,
    code: violation.code,
    profile,
    scenario,
    schedule,
    preemptions,
    faults: schedule.choices.length,
    steps: scheduleLength(schedule),
    occurrences: 0,
    elsewhere: [...new Set(elsewhere.map((fact) => fact.scenario))],
    token: encodeToken({
      driver: origin.name,
      version: origin.version,
      from: origin.from,
      profile,
      scenario,
      ruleId: noDeadlock.id,
      schedule,
      elsewhere,
    }),
    trace: [],
  };
}
