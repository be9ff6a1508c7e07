import type { MutationReport } from '@movable-pages/mutate';
import { describe, expect, test } from 'vitest';
import { run, type Api } from '../src/index.ts';
import { coded, fakeApi, fakeIo } from './fakes.ts';

const report = (more: Partial<MutationReport>): MutationReport => ({
  from: 'toy.ts',
  drivers: [{ name: 'toy', version: '1.0.0' }],
  suite: '0.1.0',
  files: ['toy.ts'],
  profiles: ['linux-6.1'],
  preemptions: 2,
  found: 20,
  seed: 1,
  score: 0.9,
  counts: { killed: 18, survived: 2, undecided: 0, ignored: 0, 'not-run': 0 },
  operators: [],
  mutants: [],
  staleIgnores: [],
  leftOut: [],
  interrupted: false,
  ...more,
});

function mutating(answer: MutationReport | Error) {
  const asked: Parameters<Api['mutateModule']>[] = [];
  const api: Api = {
    ...fakeApi({}).api,
    async mutateModule(...args) {
      asked.push(args);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  return { api, asked };
}

describe('mutate', () => {
  test.each<[string, Partial<MutationReport>, string[], number]>([
    ['a score below the limit', { score: 0.949 }, [], 1],
    ['a score at the limit', { score: 0.95 }, [], 0],
    ['a score at a limit that is asked for', { score: 0.5 }, ['--at-least', '0.5'], 0],
    ['no mutant judged', { score: null }, [], 2],
    ['an interruption', { score: 1, interrupted: true }, [], 130],
  ])('exits by %s', async (_what, more, flags, code) => {
    const { io, written } = fakeIo();

    expect(await run(['mutate', 'toy.ts', ...flags], io, mutating(report(more)).api)).toBe(code);
    expect(written.out).toContain('toy 1.0.0: ');
    expect(written.err).toBe('');
  });

  test('hands its flags on', async () => {
    const { api, asked } = mutating(report({}));
    const flags =
      '--mutate src/* --operator skip-put --operator skip-get --profile linux-6.1 --scenario putback --limit 5 --seed 3 --workers 2 --preemptions 0';

    await run(['mutate', 'toy.ts', ...flags.split(' ')], fakeIo().io, api);

    expect(asked[0]).toMatchObject([
      'toy.ts',
      {
        cwd: '/x/me',
        files: ['src/*'],
        operators: ['skip-put', 'skip-get'],
        profiles: ['linux-6.1'],
        scenarios: ['putback'],
        limit: 5,
        seed: 3,
        workers: 2,
        preemptions: 0,
      },
    ]);
  });

  test('gives JSON to standard output, or to a file and words to people', async () => {
    const { api } = mutating(report({}));
    const first = fakeIo();
    const second = fakeIo();

    await run(['mutate', 'toy.ts', '--format', 'json'], first.io, api);
    await run(['mutate', 'toy.ts', '--format', 'json', '--out', 'm.json'], second.io, api);

    expect(JSON.parse(first.written.out)).toMatchObject({ schema: 'movable-pages/mutation@1', score: 0.9 });
    expect(second.written.files.get('m.json')).toBe(first.written.out);
    expect(second.written.out).toContain('18 of 20 mutants killed');
  });

  test.each([
    [['--at-least', '1.5'], 'It must be a number from 0 to 1'],
    [['--preemptions', '3'], 'It must be 0, 1 or 2'],
  ])('refuses %j', async (flags, message) => {
    const { io, written } = fakeIo();

    expect(await run(['mutate', 'toy.ts', ...flags], io, mutating(report({})).api)).toBe(2);
    expect(written.err).toContain(message);
  });

  test('says in one line why it could not run', async () => {
    const { io, written } = fakeIo();

    const { api } = mutating(coded('MP_ORIGINAL_FAILS', 'toy.ts does not pass as it is'));
    expect(await run(['mutate', 'toy.ts'], io, api)).toBe(2);
    expect(written).toMatchObject({
      out: '',
      err: 'error MP_ORIGINAL_FAILS: toy.ts does not pass as it is\n',
    });
  });
});
