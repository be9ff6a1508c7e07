import type { Kernel } from '../kernel.js';
import type { VmEventMap } from './events.js';
import { TRACE_FORMATS } from './trace-formats.js';

/**
 * How the five letters between processor and time are printed: as 6.1 does; as older kernels do, which have no letter for
 * disabled migration (readers made for those refuse a fifth); or not at all.
 *
 * @since 0.1.0
 */
export type TraceFlags = 'linux-6.1' | 'linux-5.10' | 'none';

/** What a {@link TraceLog} writes. @since 0.1.0 */
export interface TraceOptions {
  /** Default: as the kernel's profile. */
  readonly flags?: TraceFlags;
  /**
   * Callbacks of drivers as slices (`tracing_mark_write`), which viewers draw that ignore the events of migration.
   * Default false.
   */
  readonly slices?: boolean;
}

/** Letters of a thread in process context with nothing disabled. */
const FLAGS: Readonly<Record<TraceFlags, string>> = {
  'linux-6.1': '..... ',
  'linux-5.10': '.... ',
  none: '',
};

const LEGENDS: Readonly<Record<TraceFlags, readonly string[]>> = {
  'linux-6.1': [
    '#                                _-----=> irqs-off/BH-disabled',
    '#                               / _----=> need-resched',
    '#                              | / _---=> hardirq/softirq',
    '#                              || / _--=> preempt-depth',
    '#                              ||| / _-=> migrate-disable',
    '#                              |||| /     delay',
    '#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION',
    '#              | |         |   |||||     |         |',
  ],
  'linux-5.10': [
    '#                              _-----=> irqs-off',
    '#                             / _----=> need-resched',
    '#                            | / _---=> hardirq/softirq',
    '#                            || / _--=> preempt-depth',
    '#                            ||| /     delay',
    '#           TASK-PID     CPU#  ||||   TIMESTAMP  FUNCTION',
    '#              | |         |   ||||      |         |',
  ],
  none: [
    '#           TASK-PID     CPU#     TIMESTAMP  FUNCTION',
    '#              | |         |         |         |',
  ],
};

/** Characters of a name that the kernel keeps (`TASK_COMM_LEN` less one). */
const COMM_LENGTH = 15;
const MICROSECONDS = 1_000_000;

/**
 * Writes down the events of a kernel as ftrace does: the text of a `trace` file, which people, perfetto and, wrapped by
 * {@link traceDat}, trace-cmd can read. Time is the machine's: a microsecond an operation.
 *
 * It stands beside the machine and not in it: it keeps what it has written when an execution begins anew.
 *
 * @kernel kernel/trace/trace_output.c trace_print_context
 * @since 0.1.0
 */
export class TraceLog {
  /** The lines so far, without the header. */
  readonly lines: string[] = [];
  private readonly flags: TraceFlags;
  private readonly listening: (() => void)[] = [];
  private lastOperation = 0;
  private earlier = 0;

  /** Starts to listen. */
  constructor(
    private readonly kernel: Kernel,
    options: TraceOptions = {},
  ) {
    this.flags = options.flags ?? (kernel.profile.traceHasMigrateDisable ? 'linux-6.1' : 'linux-5.10');
    for (const name of Object.keys(TRACE_FORMATS) as (keyof typeof TRACE_FORMATS)[]) {
      const format = TRACE_FORMATS[name] as (event: never) => string;
      this.listen(name, (event) => this.write(name, format(event as never)));
    }
    if (options.slices === true) this.writeSlices();
  }

  /** The whole file: header and lines. */
  get text(): string {
    const { lines } = this;
    const entries = `# entries-in-buffer/entries-written: ${lines.length}/${lines.length}   #P:${this.kernel.allocator.cpus}`;
    return ['# tracer: nop', '#', entries, '#', ...LEGENDS[this.flags], ...lines, ''].join('\n');
  }

  /** Stops to listen. */
  stop(): void {
    for (const stop of this.listening.splice(0)) stop();
  }

  private listen<E extends keyof VmEventMap>(name: E, write: (event: VmEventMap[E][0]) => void): void {
    const { events } = this.kernel;
    const listener = ((event: VmEventMap[E][0]) => write(event)) as never;
    events.on(name, listener);
    this.listening.push(() => events.off(name, listener));
  }

  private writeSlices(): void {
    const begin = (callback: string) => (event: { readonly mapping: { readonly name: string } }) =>
      this.write('tracing_mark_write', `B|${this.pid}|${event.mapping.name}.${callback}`);
    const end = () => this.write('tracing_mark_write', `E|${this.pid}`);
    this.listen('driver_isolate_enter', begin('isolatePage'));
    this.listen('driver_isolate', end);
    this.listen('driver_migrate_enter', begin('migratePage'));
    this.listen('driver_migrate', end);
    this.listen('driver_putback_enter', begin('putbackPage'));
    this.listen('driver_putback', end);
  }

  private write(event: string, text: string): void {
    const thread = this.kernel.machine.current;
    const comm = (thread?.name ?? '<idle>').slice(0, COMM_LENGTH).padStart(COMM_LENGTH + 1);
    const pid = String(this.pid).padEnd(7);
    const cpu = String(this.pid % this.kernel.allocator.cpus).padStart(3, '0');
    this.lines.push(`${comm}-${pid} [${cpu}] ${FLAGS[this.flags]}${this.time()}: ${event}: ${text}`);
  }

  private get pid(): number {
    return this.kernel.machine.current?.id ?? 0;
  }

  /** Seconds with six places. Never goes back, though the machine counts each execution from 0. */
  private time(): string {
    const { steps, directSteps } = this.kernel.machine;
    const operation = steps + directSteps;
    if (operation < this.lastOperation) this.earlier += this.lastOperation;
    this.lastOperation = operation;
    const now = this.earlier + operation;
    const fraction = String(now % MICROSECONDS).padStart(6, '0');
    return `${String(Math.floor(now / MICROSECONDS)).padStart(5)}.${fraction}`;
  }
}
