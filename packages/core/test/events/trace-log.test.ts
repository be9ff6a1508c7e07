import { describe, expect, test } from 'vitest';
import {
  linux510,
  linux61,
  MigrateMode,
  migratePages,
  traceDat,
  TraceLog,
  type KernelProfile,
  type TraceOptions,
} from '../../src/index.ts';
import { runVm, ScriptedDriver, smallKernel, SpyRequest } from '../support.ts';

/** What is logged while one page moves and one is refused. */
function migrated(profile: KernelProfile, options: TraceOptions = {}, mode: MigrateMode = MigrateMode.sync) {
  const kernel = smallKernel({ profile });
  const driver = new ScriptedDriver(kernel);
  let log!: TraceLog;
  runVm(kernel, function* () {
    const { list } = yield* driver.isolated(2);
    let calls = 0;
    driver.migrate = function* (newPage, oldPage) {
      return calls++ === 0 ? -16 : yield* driver.move(newPage, oldPage);
    };
    log = new TraceLog(kernel, options);
    yield* migratePages(list, new SpyRequest(mode));
  });
  return log;
}

/** As trace viewers read a line. @kernel kernel/trace/trace_output.c */
const LINE =
  /^ *(?<comm>\S.*?)-(?<pid>\d+) +\[(?<cpu>\d{3})\] (?<flags>[a-zA-Z0-9.]{4,5} )? *(?<time>\d+\.\d{6}): (?<event>\w+): (?<text>.*)$/;

function parsed(log: TraceLog) {
  return log.lines.map((line) => {
    const groups = LINE.exec(line)?.groups;
    expect(groups, `${line}`).toBeDefined();
    return groups!;
  });
}

describe('the text of a trace', () => {
  test('has the fields of the tracepoints, in the words of the kernel', () => {
    const events = parsed(migrated(linux61)).map(({ event, text }) => `${event}: ${text}`);
    expect(events).toEqual([
      'mm_migrate_pages_start: mode=MIGRATE_SYNC reason=compaction',
      'mm_migrate_pages: nr_succeeded=1 nr_failed=1 nr_thp_succeeded=0 nr_thp_failed=0 nr_thp_split=0 mode=MIGRATE_SYNC reason=compaction',
    ]);
  });

  test('begins as readers expect it, and says how many entries there are', () => {
    const lines = migrated(linux61).text.split('\n');
    expect(lines[0]).toBe('# tracer: nop');
    expect(lines[2]).toBe('# entries-in-buffer/entries-written: 2/2   #P:1');
    expect(lines.filter((line) => !line.startsWith('#') && line !== '')).toHaveLength(2);
    expect(lines.at(-1)).toBe('');
  });

  test.each([
    [linux61, {}, '..... '],
    [linux510, {}, '.... '],
    [linux61, { flags: 'linux-5.10' }, '.... '],
    [linux61, { flags: 'none' }, undefined],
  ] as const)('prints the flags of $name with $flags', (profile, options, flags) => {
    for (const line of parsed(migrated(profile, options))) expect(line.flags).toBe(flags);
  });

  test('lines up: name in 16 columns, number in 7, time in 12', () => {
    const [line] = migrated(linux61).lines;
    expect(line).toMatch(/^ {12}main-0 {7}\[000\] \.{5} {5}0\.\d{6}: /);
  });

  test('prints the mode without a name as a number', () => {
    const [start] = parsed(migrated(linux61, {}, MigrateMode.syncNoCopy));
    expect(start!.text).toBe('mode=0x3 reason=compaction');
  });

  test('shows callbacks as slices if asked, each one closed', () => {
    const marks = parsed(migrated(linux61, { slices: true }))
      .filter(({ event }) => event === 'tracing_mark_write')
      .map(({ text }) => text);
    expect(marks).toEqual(['B|0|scripted.migratePage', 'E|0', 'B|0|scripted.migratePage', 'E|0']);
  });

  test('goes forward in time, also over executions that begin anew', () => {
    const kernel = smallKernel();
    const driver = new ScriptedDriver(kernel);
    const log = new TraceLog(kernel);
    for (let run = 0; run < 3; run++) {
      runVm(kernel, function* () {
        const { list } = yield* driver.isolated(2);
        yield* migratePages(list, new SpyRequest());
      });
    }
    const times = parsed(log).map(({ time }) => Number(time));
    expect(times).toHaveLength(6);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[5]).toBeGreaterThan(times[1]!);
  });

  test('ends when told to', () => {
    const kernel = smallKernel();
    const log = new TraceLog(kernel, { slices: true });
    log.stop();
    expect(kernel.events.eventNames()).toEqual([]);
  });
});

describe('trace.dat', () => {
  test('holds the text after the sections that trace-cmd reads first', () => {
    const { text } = migrated(linux61);
    const file = traceDat(text, 4);
    const view = new DataView(file.buffer);
    let at = 0;
    const take = (bytes: number) => file.subarray(at, (at += bytes));
    const string = () => {
      const end = file.indexOf(0, at);
      const value = String.fromCharCode(...take(end - at));
      at++;
      return value;
    };
    const u32 = () => view.getUint32((at += 4) - 4, true);
    const u64 = () => Number(view.getBigUint64((at += 8) - 8, true));
    expect([...take(3)]).toEqual([0x17, 0x08, 0x44]);
    expect(string()).toBe('tracing6');
    expect([...take(2)]).toEqual([0, 8]);
    expect(u32()).toBe(4096);
    expect([string(), u64()]).toEqual(['header_page', 0]);
    expect([string(), u64()]).toEqual(['header_event', 0]);
    expect([u32(), u32(), u32(), u32(), u64()]).toEqual([0, 0, 0, 0, 0]);
    expect(u32()).toBe(4);
    expect(string()).toBe('latency  ');
    expect(String.fromCharCode(...take(Infinity))).toBe(text);
  });
});
