import { MachineError, type Machine } from '@movable-pages/machine';

type Called = (this: unknown, ...args: unknown[]) => unknown;
type Holder = Record<string, unknown>;

/** Parts of Node that browsers lack, and Node releases before 20.16 do not hand out. */
interface Builtins {
  getBuiltinModule?(name: string): unknown;
}

interface AsyncHooks {
  createHook(callbacks: { init(id: number, type: string): void }): { enable(): unknown; disable(): unknown };
}

const CHANCE = [
  'getRandomValues',
  'randomBytes',
  'randomFill',
  'randomFillSync',
  'randomInt',
  'randomUUID',
  'pseudoRandomBytes',
];

/** What would run outside every schedule. */
const LATER = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'];

const ASKED = {
  why: 'a schedule must do the same twice, so take time from now() and chance from random()',
  instead: 'now() or random() of the machine',
};
const LEFT = {
  why: 'what is left to the host runs outside every schedule, so let a kthread or a work item do it, and wait in the machine',
  instead: 'a kthread, a work item, or a wait of the machine',
};

/**
 * Runs `body`, in which threads of `machine` may not ask the host for time or chance, which would make one schedule two, nor
 * leave anything to it: no timers, no promises, no `async` functions. Whoever does is reported as `MP_NON_DETERMINISTIC`, with the place. Outside threads the host answers as ever, and
 * afterwards everything is as it was.
 *
 * @since 0.1.0
 */
export function withHostTraps<T>(machine: Machine, body: () => T): T {
  const traps = new HostTraps(machine);
  try {
    traps.set();
    return body();
  } finally {
    traps.restore();
  }
}

class HostTraps {
  private readonly undo: (() => void)[] = [];
  /** Making the report may ask the host as well. */
  private reporting = false;

  constructor(private readonly machine: Machine) {}

  set(): void {
    const host = globalThis as unknown as Holder;
    this.trapClock(host);
    this.trap(host, LATER, null, LEFT);
    this.trap(Math as unknown as Holder, ['random'], 'Math');
    this.trap(host['performance'], ['now'], 'performance');
    this.trap(host['crypto'], CHANCE, 'crypto');
    const process = host['process'] as (Holder & Builtins) | undefined;
    this.trap(process, ['hrtime'], 'process');
    this.trap(process, ['nextTick'], 'process', LEFT);
    const crypto = process?.getBuiltinModule?.('node:crypto');
    if (crypto === undefined) return;
    this.trap(crypto, CHANCE, 'crypto');
    this.trap(process!.getBuiltinModule!('node:timers'), LATER, null, LEFT);
    this.publish(process!);
    this.trapPromises(process!);
  }

  restore(): void {
    for (const undo of this.undo.toReversed()) undo();
  }

  /** Lets those who import functions of a module by name see what has become of them; again when all is undone. */
  private publish(process: Builtins): void {
    const module = process.getBuiltinModule!('node:module') as { syncBuiltinESMExports(): void };
    module.syncBuiltinESMExports();
    this.undo.unshift(() => module.syncBuiltinESMExports());
  }

  private trapClock(host: Holder): void {
    const clock = host['Date'] as Called & Holder;
    this.trap(clock, ['now'], 'Date');
    this.put(
      host,
      'Date',
      new Proxy(clock, {
        apply: (target, self, args: unknown[]) => {
          this.check('Date()');
          return Reflect.apply(target, self, args);
        },
        construct: (target, args: unknown[], newTarget) => {
          // With arguments it is a date like any other, and depends on nothing.
          if (args.length === 0) this.check('new Date()');
          return Reflect.construct(target, args, newTarget) as object;
        },
      }),
    );
  }

  /** Those of `async` functions too, which no global stands for. */
  private trapPromises(process: Builtins): void {
    const { createHook } = process.getBuiltinModule!('node:async_hooks') as AsyncHooks;
    const hook = createHook({
      init: (_id, type) => {
        const { machine } = this;
        // What is thrown here ends the process. Besides, whoever gives the promise back is told more to the point.
        if (type === 'PROMISE' && this.isAsked()) machine.deferred ??= this.mistake('a promise', LEFT);
      },
    });
    hook.enable();
    this.undo.push(() => hook.disable());
  }

  private trap(holder: unknown, names: readonly string[], of: string | null, reason = ASKED): void {
    if (typeof holder !== 'object' && typeof holder !== 'function') return;
    for (const name of names) {
      const original = (holder as Holder)[name];
      if (typeof original !== 'function') continue;
      this.put(
        holder as Holder,
        name,
        new Proxy(original as Called, {
          apply: (target, self, args: unknown[]) => {
            this.check(of === null ? `${name}()` : `${of}.${name}()`, reason);
            return Reflect.apply(target, self, args);
          },
          // What hangs on it asks as well: process.hrtime.bigint.
          get: (target, key) => {
            if (key === 'bigint') this.check(`${of}.${name}.bigint()`);
            return Reflect.get(target, key) as unknown;
          },
        }),
      );
    }
  }

  private put(holder: Holder, name: string, value: unknown): void {
    const before = Reflect.getOwnPropertyDescriptor(holder, name);
    const done = Reflect.defineProperty(holder, name, {
      configurable: true,
      writable: true,
      enumerable: before?.enumerable ?? false,
      value,
    });
    if (!done) return;
    this.undo.push(() => {
      if (before === undefined) Reflect.deleteProperty(holder, name);
      else Reflect.defineProperty(holder, name, before);
    });
  }

  private check(what: string, reason = ASKED): void {
    if (!this.isAsked()) return;
    this.reporting = true;
    try {
      this.machine.misuse(this.mistake(what, reason));
    } finally {
      this.reporting = false;
    }
  }

  /** Whether a thread is running, and not a report being made of it. */
  private isAsked(): boolean {
    return this.machine.current !== null && !this.reporting;
  }

  private mistake(what: string, { why, instead }: typeof ASKED): MachineError {
    const { machine } = this;
    return new MachineError(
      'MP_NON_DETERMINISTIC',
      `${machine.current!.name} asks the host: ${what}; ${why}`,
      {
        subject: what,
        here: machine.site(),
        expected: instead,
        received: what,
      },
    );
  }
}
