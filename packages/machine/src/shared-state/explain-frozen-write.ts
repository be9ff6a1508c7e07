import { MachineError } from '../errors.js';

const READ_ONLY = /^Cannot assign to read only property '(.+)' of object '(.+)'$/s;
const NOT_EXTENSIBLE = /^Cannot add property (.+), object is not extensible$/s;

/**
 * Explains the engine's TypeError for a write to a frozen object: a changed field of a driver, or the literal that was
 * passed to `shared()`. Returns null for any other error, so that the caller reports it as it is.
 *
 * @param name - the driver's name
 * @returns `MP_UNTRACKED_FIELD` for a field of the instance, `MP_STALE_REFERENCE` for a frozen literal
 * @since 0.1.0
 */
export function explainFrozenWrite(error: unknown, instance: object, name: string): MachineError | null {
  if (!(error instanceof TypeError)) return null;
  const changed = READ_ONLY.exec(error.message);
  const field = changed?.[1] ?? NOT_EXTENSIBLE.exec(error.message)?.[1];
  if (field === undefined) return null;
  const own =
    changed === null
      ? !(field in instance)
      : Object.hasOwn(instance, field) && describes(changed[2]!, instance);
  const details = {
    subject: `${name}.${field}`,
    ...(error.stack === undefined ? {} : { here: error.stack }),
  };
  let explained: MachineError | null = null;
  if (own) {
    explained = new MachineError(
      'MP_UNTRACKED_FIELD',
      `${name}.${field} was assigned after construction. A driver is frozen then, because its fields are not undone ` +
        `between executions: keep what changes in shared(), for example \`state = shared({ ${field}: ... })\`.`,
      details,
    );
  } else if (changed !== null && /^(\[object (Object|Array)\]|#<Object>)$/.test(changed[2]!)) {
    explained = new MachineError(
      'MP_STALE_REFERENCE',
      `The field ${field} of a frozen object was assigned. Most often that is the literal that was passed to shared(): go ` +
        `on with what shared() returned.`,
      { ...details, subject: field },
    );
  }
  if (explained !== null) explained.cause = error;
  return explained;
}

/** Whether the engine's word for the object, `#<Balloon>`, can mean the instance. */
function describes(word: string, instance: object): boolean {
  const maker = (Reflect.getPrototypeOf(instance) as { constructor?: { name?: string } } | null)?.constructor
    ?.name;
  return Object.isFrozen(instance) && (word === `#<${maker ?? 'Object'}>` || word === '[object Object]');
}
