import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { DriverFolder, movablePages } from './support/command.ts';
import { root } from './support/repository.ts';

const drivers = new DriverFolder();
const folder = mkdtempSync(path.join(tmpdir(), 'checkpoint-'));
afterAll(() => {
  drivers.remove();
  rmSync(folder, { recursive: true, force: true });
});

const RIGHT = 'examples/first-driver/src/driver.ts';
const PART = ['--scenario', 'migrate-sync', '--scenario', 'two-compactors', '--profile', 'linux-6.1'];

/** Starts a check, kills it without warning once a running search was saved, and says how far that was. */
async function killInTheMiddle(args: readonly string[], checkpoint: string): Promise<number> {
  const child = spawn(process.execPath, ['packages/cli/dist/bin.js', ...args], {
    cwd: root,
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (child.exitCode !== null) throw new Error('it ended before it could be killed');
    const searched = existsSync(checkpoint) ? executionsSaved(checkpoint) : 0;
    if (searched < 200) continue;
    child.kill('SIGKILL');
    await ended;
    return searched;
  }
}

function executionsSaved(checkpoint: string): number {
  const { saves } = JSON.parse(readFileSync(checkpoint, 'utf8')) as {
    saves: Record<string, { exploration: { running: { search: { totals: { executions: number } } } } }>;
  };
  return Object.values(saves).reduce(
    (sum, save) => sum + save.exploration.running.search.totals.executions,
    0,
  );
}

test('a check that was killed in the middle of a search goes on and ends as in one go', async () => {
  const whole = await movablePages(['check', RIGHT, ...PART, '--format', 'json']);
  // The digests of what was seen are among it.
  expect(whole.stdout.match(/"digest": "[0-9a-f]{16}"/g)).toHaveLength(2);
  const checkpoint = path.join(folder, 'killed.json');

  const searched = await killInTheMiddle(['check', RIGHT, ...PART, '--checkpoint', checkpoint], checkpoint);
  const resumed = await movablePages(['check', '--resume', checkpoint, '--format', 'json']);

  expect(searched).toBeGreaterThan(199);
  expect(resumed).toEqual(whole);
});

test('shards merge to what one check gives, with one worker or two', async () => {
  const file = drivers.changed('unlocked.ts', '    yield* this.lock.acquire();\n', '');
  for (const driver of [RIGHT, file]) {
    const all = ['--scenario', 'from-nothing', '--scenario', 'putback', '--scenario', 'two-compactors'];
    const certificate = (name: string) => ['--certificate', path.join(folder, name)];
    const whole = await movablePages([
      'check',
      driver,
      ...all,
      '--workers',
      '1',
      ...certificate('whole.json'),
    ]);
    const two = await movablePages(['check', driver, ...all, '--workers', '2', ...certificate('two.json')]);
    expect(two.stdout).toBe(whole.stdout);
    const parts = await Promise.all(
      [1, 2, 3, 4].map(async (k) => {
        const part = path.join(folder, `part${k}.json`);
        await movablePages(['check', driver, ...all, '--shard', `${k}/4`, '--checkpoint', part]);
        return part;
      }),
    );
    const merged = ['merge', ...parts.toReversed(), ...certificate('merged.json')];
    expect(await movablePages(merged)).toEqual(whole);
    const bytes = (name: string) => readFileSync(path.join(folder, name), 'utf8');
    expect(bytes('two.json')).toBe(bytes('whole.json'));
    expect(bytes('merged.json')).toBe(bytes('whole.json'));
    const missing = await movablePages(['merge', ...parts.slice(1)]);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(/^error MP_PARTS_MISSING: .* is in none of the 3 files/);
  }
});

test('what is no checkpoint of this check is refused, and says why', async () => {
  const file = drivers.changed('changing.ts', 'cells.lock', 'cells.guard');
  const checkpoint = path.join(folder, 'refused.json');
  const few = ['--scenario', 'two-compactors', '--profile', 'linux-6.1'];
  await movablePages(['check', file, ...few, '--checkpoint', checkpoint]);

  const beside = await movablePages(['check', RIGHT, '--resume', checkpoint]);
  expect(beside).toMatchObject({ code: 2, stdout: '' });
  expect(beside.stderr).toContain('error MP_USAGE: --resume goes on with what the checkpoint says');

  writeFileSync(path.join(root, file), `${readFileSync(path.join(root, file), 'utf8')}\n`);
  const changed = await movablePages(['check', '--resume', checkpoint]);
  expect(changed.stderr).toMatch(/^error MP_STALE_CHECKPOINT: .*changing\.ts has changed/);

  truncateSync(checkpoint, 100);
  const cut = await movablePages(['check', '--resume', checkpoint]);
  expect(cut).toMatchObject({ code: 2, stdout: '' });
  expect(cut.stderr).toMatch(/^error MP_BAD_CHECKPOINT: .* is no checkpoint: it is cut off/);

  const nowhere = await movablePages([
    'check',
    file,
    ...few,
    '--checkpoint',
    path.join(folder, 'no/where.json'),
  ]);
  expect(nowhere.stderr).toMatch(/^error MP_CANNOT_SAVE: /);
  const alone = await movablePages(['check', file, '--shard', '1/2']);
  expect(alone.stderr).toMatch(/^error MP_USAGE: --shard needs --checkpoint/);
  const strange = await movablePages(['check', file, '--shard', '3/2', '--checkpoint', checkpoint]);
  expect(strange.stderr).toMatch(/^error MP_USAGE: .*k\/n/);
});
