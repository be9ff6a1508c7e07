import { MachineError } from '../errors.js';
import { containerOf } from './container.js';
import { isConstant } from './frozen.js';
import { isHandle } from './handle.js';
import type { SharedHost } from './host.js';
import { wordFor } from './kinds.js';
import { markerOf } from './stale.js';
import { keySuffix } from './suffix.js';

/**
 * Checks a driver that has just been constructed, then freezes it. A field may hold tracked state, a handle (a lock, a page, an
 * injected service), a function, a primitive or a deeply frozen constant; anything else would carry state from one
 * execution to the next. Under the direct executor, where tracked state is plain, it is only frozen.
 *
 * `#private` fields and closure variables cannot be seen here; the hidden-state check of the explorer finds those that
 * change.
 *
 * @throws {MachineError} `MP_UNTRACKED_FIELD`, `MP_STALE_REFERENCE`, `MP_FOREIGN_VALUE`
 * @since 0.1.0
 */
export function checkConstructed(instance: object, name: string, host: SharedHost): void {
  if (containerOf(instance) !== undefined) return;
  if (host.tracked) {
    for (const key of Reflect.ownKeys(instance)) {
      const descriptor = Reflect.getOwnPropertyDescriptor(instance, key)!;
      if ('value' in descriptor) checkField(name + keySuffix(key), key, descriptor.value, host);
    }
  }
  Object.freeze(instance);
}

function checkField(subject: string, key: PropertyKey, value: unknown, host: SharedHost): void {
  if (typeof value !== 'object' || value === null) return;
  const container = containerOf(value);
  if (container !== undefined) {
    if (container.space.host === host) return;
    host.misuse(
      new MachineError(
        'MP_FOREIGN_VALUE',
        `${subject} holds tracked state of another machine. Make it in the constructor.`,
        {
          subject,
        },
      ),
    );
  }
  if (markerOf(value) !== undefined) {
    host.misuse(
      new MachineError(
        'MP_STALE_REFERENCE',
        `${subject} holds the literal that was passed to shared(), not its result.`,
        {
          subject,
        },
      ),
    );
  }
  if (isHandle(value) || isConstant(value, host)) return;
  const received = wordFor(value);
  host.misuse(
    new MachineError(
      'MP_UNTRACKED_FIELD',
      `${subject} holds ${received}, which is not undone between executions. Write \`${String(key)} = shared(...)\`; if it is a ` +
        `constant, freeze it and all that it holds; if it is a service, mark its class with [HANDLE].`,
      { subject, received },
    ),
  );
}
