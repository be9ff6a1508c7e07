import { OpKind, type KThread, type Machine, type MachineObserver, type Scope } from '@movable-pages/machine';
import type { Violation } from './violation.js';

/** One line of a trace. @since 0.1.0 */
export interface TraceEntry {
  /** Number of the step, from 1. */
  readonly step: number;
  readonly thread: string;
  readonly party: string;
  /** The innermost scope, for example `balloon.migratePage`. */
  readonly scope: string | null;
  readonly kind: 'op' | 'enter' | 'leave' | 'note' | 'violation';
  /** The operation in words: `acquire balloon.pages`, `load page 2 refcount`. */
  readonly text: string;
  /** What it gave, as text; absent if it gives nothing. */
  readonly result?: string;
  /** The stack where it was made. */
  readonly site?: string | undefined;
}

/**
 * Records what one execution did. Attach it as {@link Executor.tap} on the second look.
 *
 * @since 0.1.0
 */
export class TraceRecorder implements MachineObserver {
  readonly entries: TraceEntry[] = [];

  constructor(private readonly machine: Machine) {}

  step(thread: KThread, result: unknown): void {
    if (thread.kind === OpKind.start) {
      this.push(thread, 'note', 'starts', undefined, undefined);
      return;
    }
    const given = result === undefined || typeof result === 'object' ? undefined : String(result);
    this.push(thread, 'op', this.wording(thread), given, thread.site);
  }

  /** Notes that a callback or a user operation begins. */
  scopeEnter(thread: KThread, scope: Scope): void {
    this.push(thread, 'enter', scope.what, undefined, undefined);
  }

  /** Notes that it ends. */
  scopeLeave(thread: KThread, scope: Scope): void {
    this.push(thread, 'leave', scope.what, undefined, undefined);
  }

  access(): void {}
  reference(): void {}
  misuse(): void {}

  /** Adds a line of somebody else's, for the thread that runs now. */
  note(text: string): void {
    const thread = this.machine.current;
    if (thread !== null) this.push(thread, 'note', text, undefined, this.machine.site());
  }

  /** Ends the trace with what went wrong. */
  violation(violation: Violation): void {
    this.entries.push({
      step: this.machine.steps + 1,
      thread: violation.thread ?? '',
      party: violation.party ?? '',
      scope: violation.scope,
      kind: 'violation',
      text: violation.doing ?? violation.message,
      ...(violation.details.here === undefined ? {} : { site: violation.details.here }),
    });
  }

  private wording(thread: KThread): string {
    const text = this.machine.describeOp(thread);
    switch (thread.kind) {
      case OpKind.store:
        return `${text} = ${thread.a}`;
      case OpKind.fetchAdd:
      case OpKind.add:
        return `${text} ${thread.a < 0 ? '-' : '+'}${Math.abs(thread.a)}`;
      case OpKind.fetchOr:
        return `${text} | 0x${(thread.a >>> 0).toString(16)}`;
      case OpKind.fetchAnd:
        return `${text} & ~0x${(~thread.a >>> 0).toString(16)}`;
      default:
        return text;
    }
  }

  private push(
    thread: KThread,
    kind: TraceEntry['kind'],
    text: string,
    result: string | undefined,
    site: string | undefined,
  ): void {
    this.entries.push({
      step: this.machine.steps + 1,
      thread: thread.name,
      party: thread.runningParty,
      scope: thread.scopes[thread.scopes.length - 1]?.what ?? null,
      kind,
      text,
      ...(result === undefined ? {} : { result }),
      ...(site === undefined ? {} : { site }),
    });
  }
}
