/** Runs something a few times after one warm-up; gives the best time in seconds. */
export function bestOf(times: number, body: () => void): number {
  body();
  let best = Infinity;
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    body();
    best = Math.min(best, performance.now() - start);
  }
  return best / 1000;
}

/** Seconds of processor time that something takes: for what is too long to be run twice beside others. */
export function processorTime(body: () => void): number {
  const start = process.cpuUsage();
  body();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

/** The middle one of an odd number of values. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** `1,234,567`. */
export function grouped(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** Prints a line of a benchmark. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
