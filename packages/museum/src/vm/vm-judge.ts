import {
  quiescentBreaches,
  resultBreaches,
  runningBreaches,
  stepBreaches,
  type Kernel,
  type PageList,
} from '@movable-pages/core';
import { Monitor, type ViolationSink } from '@movable-pages/explore';
import type { KThread } from '@movable-pages/machine';

/** Has core's checks judge every execution of a scene: what must hold of a step, after each step, and at the end. */
export class VmJudge extends Monitor {
  private sink: ViolationSink | null = null;

  constructor(private readonly kernel: Kernel) {
    super();
  }

  override begin(sink: ViolationSink): void {
    this.sink = sink;
  }

  override step(thread: KThread): void {
    this.report('MP_USE_AFTER_FREE', stepBreaches(this.kernel, thread), thread.name);
    this.report('MP_VM_STATE', runningBreaches(this.kernel), thread.name);
  }

  override quiesce(): void {
    this.report('MP_VM_LEFT', quiescentBreaches(this.kernel), null);
  }

  /** Judges what a migration gave back. */
  judgeResult(rc: number, left: PageList): void {
    this.report('MP_VM_RESULT', resultBreaches(rc, left), this.kernel.machine.currentThreadName());
  }

  private report(code: string, breaches: readonly string[], thread: string | null): void {
    const [first] = breaches;
    if (first === undefined) return;
    this.sink!.report({
      kind: 'monitor',
      code,
      message: breaches.join('; '),
      subject: first.replaceAll(/\d+/g, 'n'),
      thread,
      scope: null,
      party: 'vm',
      details: { subject: first.replaceAll(/\d+/g, 'n'), received: breaches.join('; ') },
    });
  }
}
