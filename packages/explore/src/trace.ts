import {
  blockedThreads,
  OpKind,
  type KThread,
  type Machine,
  type MachineObserver,
  type Scope,
} from '@movable-pages/machine';
import { innermost } from './innermost.js';
import type { Violation } from './violation.js';

/** One line of a trace. @since 0.1.0 */
export interface TraceEntry {
  /** Number of the step, from 1. */
  readonly step: number;
  readonly thread: string;
  readonly party: string;
  /** The innermost scope, for example `balloon.migratePage`. */
  readonly scope: string | null;
  /**
   * A step; a callback or user operation that begins or ends; a remark; the plain access of the other side of a race; a
   * thread that waits for ever; what went wrong, last.
   */
  readonly kind: 'op' | 'enter' | 'leave' | 'note' | 'access' | 'wait' | 'violation';
  /** The operation in words: `acquire balloon.pages`, `load page 2 refcount`. */
  readonly text: string;
  /** What it gave, as text; absent if it gives nothing. */
  readonly result?: string;
  /** The stack where it was made. */
  readonly site?: string | undefined;
  /** Whether it is the side of what went wrong at which it showed, or the other one. */
  readonly mark?: 'failing' | 'other';
}

/** A plain access, as far as its place in the trace matters. */
interface Access {
  /** Entries that come before it. */
  readonly at: number;
  readonly step: number;
  readonly party: string;
  readonly scope: string | null;
  readonly write: boolean;
}

/**
 * Records what one execution did. Attach it as {@link Executor.tap} on the second look.
 *
 * @since 0.1.0
 */
export class TraceRecorder implements MachineObserver {
  readonly entries: TraceEntry[] = [];
  /** The last plain accesses of each thread to each location, reads and writes apart. */
  private readonly accesses = new Map<string, Access>();

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

  access(thread: KThread, location: number, write: boolean): void {
    this.accesses.set(accessKey(thread.name, location, write), {
      at: this.entries.length,
      step: this.machine.steps + 1,
      party: thread.runningParty,
      scope: innermost(thread),
      write,
    });
  }

  reference(): void {}
  misuse(): void {}

  /** Adds a line of somebody else's, for the thread that runs now. */
  note(text: string): void {
    const thread = this.machine.current;
    if (thread !== null) this.push(thread, 'note', text, undefined, this.machine.site());
  }

  /** Ends the trace with what went wrong, and marks the other side of it where that can be told. */
  violation(violation: Violation): void {
    const { kind, details } = violation;
    const stuck = kind === 'deadlock' || kind === 'livelock' ? blockedThreads(this.machine) : [];
    const failing = stuck.find((thread) => thread.name === violation.thread);
    if (kind === 'race') this.markAccess(violation);
    else if (stuck.length === 0 && details.there !== undefined) this.markStep(details.there);
    for (const thread of stuck)
      if (thread !== failing)
        this.push(thread, 'wait', this.waiting(thread), undefined, thread.site, 'other');
    const doing = violation.doing ?? (failing === undefined ? violation.message : this.waiting(failing));
    this.entries.push({
      step: this.machine.steps + 1,
      thread: violation.thread ?? '',
      party: violation.party ?? '',
      scope: violation.scope,
      kind: 'violation',
      text: doing,
      mark: 'failing',
      ...(details.here === undefined ? {} : { site: details.here }),
    });
  }

  /** Puts the access of the other side of a race where it was made. */
  private markAccess({ other, details }: Violation): void {
    if (other === undefined || details.location === undefined) return;
    const { location } = details;
    const wrote = this.accesses.get(accessKey(other.thread, location, true));
    const read = this.accesses.get(accessKey(other.thread, location, false));
    const access = other.what.startsWith('wrote') ? wrote : (read ?? wrote);
    if (access === undefined) return;
    const { at, step, party, scope, write } = access;
    this.entries.splice(at, 0, {
      step,
      thread: other.thread,
      party,
      scope,
      kind: 'access',
      text: `${write ? 'writes' : 'reads'} ${details.subject ?? this.machine.nameOf(location)}`,
      site: other.site ?? details.there,
      mark: 'other',
    });
  }

  /** Marks the last step that was made there. */
  private markStep(there: string): void {
    const at = this.entries.findLastIndex(({ kind, site }) => kind === 'op' && site === there);
    if (at >= 0) this.entries[at] = { ...this.entries[at]!, mark: 'other' };
  }

  private waiting(thread: KThread): string {
    const holder = thread.lock === null ? null : this.machine.holderOf(thread.lock);
    const held =
      holder === null ? '' : `, held by ${holder.thread === thread ? 'itself' : holder.thread.name}`;
    return `waits in ${this.machine.describeOp(thread)}${held}`;
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
    mark?: TraceEntry['mark'],
  ): void {
    this.entries.push({
      step: this.machine.steps + 1,
      thread: thread.name,
      party: thread.runningParty,
      scope: innermost(thread),
      kind,
      text,
      ...(result === undefined ? {} : { result }),
      ...(site === undefined ? {} : { site }),
      ...(mark === undefined ? {} : { mark }),
    });
  }
}

function accessKey(thread: string, location: number, write: boolean): string {
  return `${location} ${write ? 'w' : 'r'} ${thread}`;
}
