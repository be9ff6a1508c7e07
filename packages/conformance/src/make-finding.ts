import type { DriverDefinition } from '@movable-pages/core';
import type { Counterexample, Violation } from '@movable-pages/explore';
import type { Finding } from './finding.js';
import type { Judge } from './judge/judge.js';
import { driverLine } from './source-place.js';
import { encodeToken } from './token.js';

/** What a finding was found in. */
export interface FindingOrigin {
  readonly definition: DriverDefinition;
  readonly from: string;
  readonly scenario: string;
  readonly profile: string;
  readonly root: string;
}

/** Makes a finding from a counterexample: says which rule is broken, where in the driver, and how to replay it. */
export function makeFinding(
  origin: FindingOrigin,
  judge: Judge,
  counterexample: Counterexample,
  cost: { preemptions: number; faults: number; occurrences: number },
): Finding {
  const { violation, schedule } = counterexample;
  const rule = judge.ruleFor(violation);
  const ruleId = rule?.id ?? 'MP-API-001';
  const other = violation.other;
  const there = driverLine(violation.details.there, origin.root);
  return {
    ruleId,
    title: violation.message,
    expected: violation.details.expected ?? rule?.title ?? '',
    received: `${violation.details.received ?? violation.message}${changed(violation)}`,
    where: {
      thread: violation.thread,
      scope: violation.scope,
      source: driverLine(violation.details.here, origin.root),
    },
    other:
      other === undefined && violation.details.thereWhat === undefined
        ? null
        : {
            thread: other?.thread ?? null,
            scope: null,
            source: there ?? driverLine(other?.site, origin.root),
            what: violation.details.thereWhat ?? other?.what ?? '',
          },
    hint: violation.hint ?? rule?.hintFor?.(violation) ?? rule?.hint ?? '',
    code: violation.code,
    profile: origin.profile,
    scenario: origin.scenario,
    schedule,
    preemptions: cost.preemptions,
    faults: cost.faults,
    steps: counterexample.steps,
    occurrences: cost.occurrences,
    token: encodeToken({
      driver: origin.definition.name,
      version: origin.definition.version,
      from: origin.from,
      profile: origin.profile,
      scenario: origin.scenario,
      ruleId,
      schedule,
    }),
    trace: counterexample.trace,
  };
}

/** How the value of a race changed: `; the value changed: 1 -> 2`. */
function changed({ valueChanged }: Violation): string {
  return valueChanged === undefined ? '' : `; the value changed: ${valueChanged.from} -> ${valueChanged.to}`;
}
