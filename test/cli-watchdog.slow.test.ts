import { afterAll, expect, test } from 'vitest';
import { DriverFolder, movablePages } from './support/command.ts';

const drivers = new DriverFolder();
afterAll(() => drivers.remove());

const ISOLATE = '*isolatePage(page: Page): Op<boolean> {\n';

test('a driver that loops without an operation is ended by the watchdog, and so is its replay', async () => {
  const file = drivers.changed('loops.ts', ISOLATE, `${ISOLATE}    for (;;) if (page.pfn < 0) break;\n`);
  const ran = await movablePages(['check', file, '--scenario', 'migrate-sync', '--profile', 'linux-5.10']);
  expect(ran.code).toBe(1);
  expect(ran.stdout).toContain('cells.isolatePage never came back');
  const token = /movable-pages replay (mp2\.\S+)/.exec(ran.stdout)?.[1] ?? 'none';
  const again = await movablePages(['replay', token]);
  expect(again.code).toBe(1);
  expect(again.stdout).toContain('cells.isolatePage never came back');
}, 60_000);
