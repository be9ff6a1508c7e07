import { Beacon } from '@movable-pages/explore';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { SavedScenario } from '../check-scenario.js';
import type { WorkerAnswer, WorkerJob } from './job.js';
import { workerFile } from './worker-file.js';

/** Milliseconds without a step after which a loop is taken to be endless. */
const WATCHDOG = 10_000;
/** The part of that time which will do where the driver is known to loop. */
const KNOWN = 1 / 10;
/** How often the watchdog looks. */
const LOOK = 100;
/** Milliseconds without a step that a search is left with once it was asked to end. */
const GRACE = 1000;
/** Memory of one worker, in MiB. */
const MEMORY = 1024;

type Unlit<J> = J extends WorkerJob ? Omit<J, 'beacon' | 'saves'> : never;

/** How a job ended: with an answer, hung and was ended, interrupted before it had anything
 * to say, or not run at all. */
export type JobResult =
  | { readonly end: 'answer'; readonly answer: WorkerAnswer }
  | { readonly end: 'hung'; readonly beacon: Beacon; readonly waited: number; readonly known: boolean }
  | { readonly end: 'interrupted' }
  | { readonly end: 'not run' };

/** Watches a job while it runs. */
export interface JobWatch {
  readonly onProgress?: (progress: Beacon['progress']) => void;
  /** Asks the search to end early; it then reports what it has. */
  readonly signal?: AbortSignal;
  /**
   * Places where the driver is known to loop or to end its worker, shared by the jobs of one driver: standing still in
   * one of them is not waited for as long. The pool adds to it.
   */
  readonly stuckIn?: Set<string>;
  /** Asked when a worker is free: true if the job need not be run any more. */
  readonly unless?: () => boolean;
  /** Goes before the jobs that wait. */
  readonly urgent?: boolean;
  /** Called with each save of the search. */
  readonly onSave?: (save: SavedScenario) => void;
}

/**
 * Worker threads that run jobs, each under a watchdog: a job whose beacon stands still is ended, with its worker. Jobs
 * wait here and not in the pool below, which leaves them waiting for ever when the last worker dies.
 */
export class WorkerPool {
  private readonly pool: Piscina;
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(
    workers: number,
    private readonly watchdog = WATCHDOG,
  ) {
    this.free = workers;
    this.pool = new Piscina({
      filename: workerFile(),
      minThreads: 0,
      maxThreads: workers,
      idleTimeout: 1000,
      // The flags of this process, such as conditions for resolving packages, are not meant for the built worker.
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MEMORY },
      // A worker that waits in Atomics.wait while it dies of an exception is never woken, and the process never ends.
      atomics: 'disabled',
    });
    // A worker that dies between two jobs, of what a driver left behind, takes nothing with it. One with a job rejects that.
    this.pool.on('error', () => {});
  }

  /** Runs a job when a worker is free. Rejects if the worker dies. */
  async run(job: Unlit<WorkerJob>, watch: JobWatch = {}): Promise<JobResult> {
    if (!(await this.turn(watch))) return { end: 'interrupted' };
    try {
      if (watch.unless?.() === true) return { end: 'not run' };
      return await this.runNow(job, watch);
    } finally {
      this.free++;
      this.waiting[0]?.();
    }
  }

  /** Ends all workers. */
  async close(): Promise<void> {
    await this.pool.destroy();
  }

  /** Waits until a worker is free, and takes it; gives false if it was interrupted before. */
  private async turn({ urgent, signal }: JobWatch): Promise<boolean> {
    const aborted = (): boolean => signal?.aborted === true;
    while (this.free === 0 && !aborted()) {
      await new Promise<void>((resolve) => {
        const come = () => {
          signal?.removeEventListener('abort', come);
          const at = this.waiting.indexOf(come);
          if (at >= 0) this.waiting.splice(at, 1);
          resolve();
        };
        if (urgent === true) this.waiting.unshift(come);
        else this.waiting.push(come);
        signal?.addEventListener('abort', come);
      });
    }
    if (aborted()) return false;
    this.free--;
    return true;
  }

  private async runNow(job: Unlit<WorkerJob>, watch: JobWatch): Promise<JobResult> {
    const memory = new SharedArrayBuffer(Beacon.bytes);
    const beacon = new Beacon(memory);
    const ender = new AbortController();
    const guard = new Guard(beacon, this.watchdog, watch);
    const timer = setInterval(() => {
      if (guard.looksHopeless()) ender.abort();
      else watch.onProgress?.(beacon.progress);
    }, LOOK);
    const cancel = () => beacon.cancel();
    watch.signal?.addEventListener('abort', cancel, { once: true });
    const saves = watch.onSave === undefined ? null : new MessageChannel();
    saves?.port1.on('message', watch.onSave!);
    try {
      const options = { signal: ender.signal, ...(saves === null ? {} : { transferList: [saves.port2] }) };
      const full = { ...job, beacon: memory, saves: saves?.port2 ?? null };
      const answer = (await this.pool.run(full, options)) as WorkerAnswer;
      // What the worker sent before its answer is here by now, but may not have been looked at.
      for (
        let left = saves && receiveMessageOnPort(saves.port1);
        left;
        left = receiveMessageOnPort(saves!.port1)
      )
        watch.onSave?.(left.message as SavedScenario);
      return { end: 'answer', answer };
    } catch (error) {
      if (!ender.signal.aborted) {
        guard.noteStuck();
        throw error;
      }
      if (beacon.cancelled) return { end: 'interrupted' };
      const waited = guard.patience();
      guard.noteStuck();
      return { end: 'hung', beacon, waited, known: waited < this.watchdog };
    } finally {
      clearInterval(timer);
      saves?.port1.close();
      watch.signal?.removeEventListener('abort', cancel);
    }
  }
}

/** Watches one beacon for standing still. */
class Guard {
  private pulse: number;
  private still = 0;

  constructor(
    private readonly beacon: Beacon,
    private readonly watchdog: number,
    private readonly watch: JobWatch,
  ) {
    this.pulse = beacon.pulse;
  }

  /** Looks, every {@link LOOK} milliseconds, and says whether the job is to be ended. */
  looksHopeless(): boolean {
    const now = this.beacon.pulse;
    this.still = this.beacon.started && now === this.pulse ? this.still + LOOK : 0;
    this.pulse = now;
    if (this.beacon.cancelled && !this.beacon.started) return true;
    return this.still >= this.patience();
  }

  /** Milliseconds that standing still in the present place is waited for. */
  patience(): number {
    if (this.beacon.cancelled) return Math.min(GRACE, this.watchdog);
    return this.watch.stuckIn?.has(this.beacon.place) === true ? this.watchdog * KNOWN : this.watchdog;
  }

  /** Remembers where the driver is. */
  noteStuck(): void {
    if (this.beacon.place !== '') this.watch.stuckIn?.add(this.beacon.place);
  }
}
