import type { TraceEntry } from '@movable-pages/explore';
import type { Finding, RuleReport, ScenarioReport, Verdict } from '../../src/index.ts';

const at = (line: number) =>
  `Error: site\n    at Machine.site (file:///x/packages/machine/dist/machine.js:1:1)\n    at isolateMovablePage (file:///x/packages/core/dist/movable/isolate-movable-page.js:9:1)\n    at Toy.isolatePage (/x/me/src/toy.ts:${line}:5)`;

const VM_ONLY =
  'Error: site\n    at isolateMovablePage (file:///x/packages/core/dist/movable/isolate-movable-page.js:9:1)';

function op(step: number, thread: string, text: string, result?: string, line?: number): TraceEntry {
  return {
    step,
    thread,
    party: line === undefined ? 'vm' : 'driver',
    scope: null,
    kind: 'op',
    text,
    site: line === undefined ? VM_ONLY : at(line),
    ...(result === undefined ? {} : { result }),
  };
}

const scope = (step: number, thread: string, kind: 'enter' | 'leave', text: string): TraceEntry => ({
  step,
  thread,
  party: 'driver',
  scope: text,
  kind,
  text,
});

/** A race between a user who frees and the compactor that isolates. */
export const finding: Finding = {
  ruleId: 'MP-RACE-001',
  title: 'compactor writes toy.list while nothing orders it after user A, which wrote it',
  expected: 'one lock around every access to toy.list',
  received: 'compactor writes it and user A wrote it with no common lock',
  where: { thread: 'compactor', scope: 'toy.isolatePage', source: 'src/toy.ts:31' },
  other: { thread: 'user A', scope: null, source: 'src/toy.ts:12', what: 'user A wrote it in toy.free' },
  hint: 'take the lock',
  code: 'MP_DATA_RACE',
  profile: 'linux-5.10',
  scenario: 'migrate-sync',
  schedule: {
    segments: [
      { thread: 'user A', steps: 3 },
      { thread: 'compactor', steps: 11 },
    ],
    choices: [],
  },
  preemptions: 1,
  faults: 0,
  steps: 14,
  occurrences: 12,
  token: 'mp2.abc',
  trace: [
    scope(1, 'user A', 'enter', 'toy.free'),
    op(2, 'user A', 'acquire toy.lock', undefined, 10),
    op(3, 'user A', 'tryAcquire page 0 lock', 'true', 11),
    ...Array.from({ length: 10 }, (_, index) => op(4 + index, 'compactor', 'load page 0 mapping', '6')),
    scope(14, 'compactor', 'enter', 'toy.isolatePage'),
    op(14, 'compactor', 'fetchAdd page 0 refCount -1', '2', 31),
  ],
};

const rule = (id: string, title: string, more: Partial<RuleReport> = {}): RuleReport => ({
  id,
  title,
  level: 'core',
  status: 'pass',
  triggers: 1200,
  executions: 948,
  reason: '',
  ...more,
});

/** A scenario that ran to its bound. */
export const scenario: ScenarioReport = {
  scenario: 'migrate-sync',
  profile: 'linux-5.10',
  executions: 948,
  steps: 41_234,
  preemptions: 2,
  faults: 0,
  exhausted: false,
  unbounded: false,
  abandoned: 0,
  deepest: 2,
  phases: [],
  bound: 2,
  longest: 77,
  stop: 'bound',
  sampled: 0,
  digest: '0123456789abcdef',
  triggers: { migrate: 3, isolate: 5 },
  alike: [],
  locks: [],
  findings: [],
  error: null,
};

/** A conformant driver. */
export const good: Verdict = {
  driver: {
    name: 'toy',
    version: '1.2.3',
    from: 'src/toy.ts',
    contract: 'a_ops',
    capabilities: ['pins'],
    digest: null,
  },
  suite: '0.1.0',
  budget: 'quick',
  seed: 1,
  selection: null,
  waivers: [],
  profiles: ['linux-5.10'],
  conformant: true,
  outcome: 'conformant',
  rules: [
    rule('MP-ISO-001', 'isolatePage says true or false'),
    rule('MP-MIG-003', 'Contents survive', {
      status: 'skip',
      triggers: 0,
      executions: 0,
      reason: 'not with drops-content',
    }),
  ],
  scenarios: [scenario],
  findings: [],
};

/** A driver with one race, found under both profiles. */
export const bad: Verdict = {
  ...good,
  profiles: ['linux-5.10', 'linux-6.1'],
  conformant: false,
  outcome: 'not-conformant',
  rules: [rule('MP-RACE-001', 'No data race', { status: 'fail', level: 'concurrency' })],
  scenarios: [
    { ...scenario, stop: 'violation', preemptions: 0, findings: [finding] },
    { ...scenario, profile: 'linux-6.1', stop: 'violation', preemptions: 0, findings: [finding] },
  ],
  findings: [{ ...finding, profile: 'linux-6.1', steps: 20 }, finding],
};
