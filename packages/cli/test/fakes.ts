import type { Finding, Verdict } from '@movable-pages/conformance';
import type { Api, Io } from '../src/index.ts';

/** An {@link Io} that keeps what was written. */
export function fakeIo(more: Partial<Io> = {}) {
  const written = { out: '', err: '', files: new Map<string, string>() };
  const io: Io = {
    cwd: '/x/me',
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
    color: false,
    progress: false,
    today: () => '2026-11-26',
    chance: () => 5,
    writeFile: (path, text) => void written.files.set(path, text),
    ...more,
  };
  return { io, written };
}

/** An error as the suite throws it. */
export function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** An {@link Api} that gives each module its verdicts, or throws its error. */
export function fakeApi(
  modules: Record<string, Verdict | Error>,
  replay?: Awaited<ReturnType<Api['replayToken']>>,
) {
  const asked: { module: string; options: Parameters<Api['checkModule']>[1] }[] = [];
  const api: Api = {
    async checkModule(module, options) {
      asked.push({ module, options });
      const answer = modules[module] ?? coded('MP_CANNOT_LOAD', `there is no file ${module}`);
      if (answer instanceof Error) throw answer;
      options?.onEvent?.({ type: 'driver', driver: answer.driver.name, version: '1.0.0', jobs: 1 });
      return [answer];
    },
    beginCheckpoint: unexpected,
    resumeCheckpoint: unexpected,
    mergeCheckpoints: unexpected,
    mutateModule: unexpected,
    certify: unexpected,
    verifyCertificate: unexpected,
    loadModule: unexpected,
    async replayToken(token) {
      if (replay === undefined) throw coded('MP_BAD_TOKEN', `${token} is no replay token`);
      return replay;
    },
    museum: unexpected,
  };
  return { api, asked };
}

function unexpected(): never {
  throw new Error('not expected here');
}

/** A verdict of an outcome, with nothing in it. */
export function verdict(outcome: Verdict['outcome'], name = 'toy'): Verdict {
  return {
    driver: { name, version: '1.0.0', from: `${name}.ts`, contract: 'a_ops', capabilities: [], digest: null },
    suite: '0.1.0',
    budget: 'quick',
    seed: 1,
    selection: null,
    waivers: [],
    profiles: ['linux-5.10'],
    conformant: outcome === 'conformant',
    outcome,
    rules: [],
    scenarios: [],
    findings: [],
  };
}

/** A small finding. */
export const finding: Finding = {
  ruleId: 'MP-RACE-001',
  title: 'compactor writes toy.list beside user A',
  expected: 'one lock',
  received: 'no common lock',
  where: { thread: 'compactor', scope: 'toy.isolatePage', source: 'toy.ts:3' },
  other: null,
  hint: 'take the lock',
  code: 'MP_DATA_RACE',
  profile: 'linux-5.10',
  scenario: 'migrate-sync',
  schedule: { segments: [{ thread: 'compactor', steps: 1 }], choices: [] },
  preemptions: 0,
  faults: 0,
  steps: 1,
  occurrences: 1,
  token: 'mp2.abc',
  trace: [
    { step: 1, thread: 'compactor', party: 'driver', scope: null, kind: 'op', text: 'acquire toy.lock' },
  ],
};
