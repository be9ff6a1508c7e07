import { spawn } from 'node:child_process';

/** Set in a process that was started to time one thing: its name. */
const TASK = 'MOVABLE_PAGES_BENCH_TASK';

/** The name of what this process was started to time, or null. */
export function taskOfProcess(): string | null {
  return process.env[TASK] ?? null;
}

/** Prints what {@link rateInOwnProcess} waits for: units per second of processor time, after one warm-up. */
export async function reportRate(body: () => number | Promise<number>): Promise<void> {
  await body();
  const start = process.cpuUsage();
  const units = await body();
  const { user, system } = process.cpuUsage(start);
  process.stdout.write(String((units / (user + system)) * 1_000_000));
}

/**
 * Runs a benchmark of this program once more, to time one thing of it alone: what else a process has run decides how its code
 * was compiled.
 *
 * @returns The rate that {@link reportRate} printed there.
 */
export async function rateInOwnProcess(benchmark: string, task: string): Promise<number> {
  const child = spawn(process.execPath, [process.argv[1]!, benchmark], {
    env: { ...process.env, [TASK]: task },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  for await (const text of child.stdout.setEncoding('utf8')) printed += text as string;
  const rate = Number(printed);
  if (!(rate > 0)) throw new Error(`timing ${task} gave ${JSON.stringify(printed)}`);
  return rate;
}
