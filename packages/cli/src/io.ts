/** What a command reads and writes: a process, or a test. @since 0.1.0 */
export interface Io {
  readonly cwd: string;
  /** Writes results. */
  out(text: string): void;
  /** Writes errors and progress. */
  err(text: string): void;
  /** Columns of the terminal that results go to; absent in a pipe. */
  readonly columns?: number | undefined;
  /** Results may be coloured. */
  readonly color: boolean;
  /** Errors go to a terminal, so progress is shown there. */
  readonly progress: boolean;
  /** Ends what runs, at the first Ctrl-C. */
  readonly signal?: AbortSignal | undefined;
  /** Throws if a file cannot be written: better known at the beginning than after a long check. */
  refuseUnwritable?(path: string): void;
  /** The day, as `2026-12-31`. */
  today(): string;
  /** A number from 1 that nobody knows beforehand. */
  chance(): number;
  /** Writes a whole file at once. */
  writeFile(path: string, text: string): void;
}
