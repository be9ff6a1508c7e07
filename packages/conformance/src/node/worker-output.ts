/** Whatever a driver prints, in each of thousands of schedules, must not mix with reports. */
export function silence(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (_text: unknown, ...rest: unknown[]) => {
      const done = rest.at(-1);
      if (typeof done === 'function') done();
      return true;
    };
  }
}

/** What a driver prints in one schedule is what its author wants to see; results have standard output to themselves. */
export function printToStandardError(): void {
  process.stdout.write = process.stderr.write.bind(process.stderr);
}

/** Waits until the main thread has what was printed: a worker that is ended loses the rest. */
export function flushed(): Promise<void> {
  return new Promise((resolve) => {
    process.stderr.write('', () => resolve());
  });
}
