import { MachineError } from '../errors.js';
import { CONTAINER, type Container, type TrackingSpace } from './container.js';

/** What a literal carries once `shared()` has taken it in. */
export class StaleMarker {
  constructor(readonly container: Container) {}
}

/** The marker of a literal that was taken in, or undefined. */
export function markerOf(value: object): StaleMarker | undefined {
  const found = (value as { [CONTAINER]?: unknown })[CONTAINER];
  return found instanceof StaleMarker ? found : undefined;
}

/** Marks a literal while it is being taken in, which also ends cycles. */
export function mark(literal: object, container: Container): void {
  (literal as { [CONTAINER]?: unknown })[CONTAINER] = new StaleMarker(container);
}

/**
 * Makes a literal unusable after its contents moved into tracked state. During construction each field becomes an
 * accessor that throws. During execution, where that would cost more than the object itself, each field gets a value that throws
 * on any use, and the literal is frozen.
 */
export function spoil(literal: object, space: TrackingSpace): void {
  if (Array.isArray(literal)) {
    literal.length = 0;
    Object.setPrototypeOf(literal, spoilt(space));
  } else if (space.sealed) {
    const poison = spoilt(space);
    for (const key of Object.keys(literal)) (literal as Record<string, unknown>)[key] = poison;
    Object.freeze(literal);
  } else {
    for (const key of Reflect.ownKeys(literal)) {
      if (key !== CONTAINER) Object.defineProperty(literal, key, trapFor(space));
    }
  }
}

/** Reports the use of a literal that was taken in. */
export function stale(space: TrackingSpace, literal: unknown): never {
  // A value taken from a spoilt literal is the poison itself, which must not be looked at.
  const object = typeof literal === 'object' && literal !== null && literal !== poisons.get(space);
  const marker = object ? markerOf(literal) : undefined;
  const subject = marker === undefined ? 'a literal' : `the literal of ${space.nameOf(marker.container)}`;
  throw space.host.misuse(
    new MachineError(
      'MP_STALE_REFERENCE',
      `${subject} was used after it had been passed to shared(). Go on with what shared() returned.`,
      { subject },
    ),
  );
}

const traps = new WeakMap<TrackingSpace, PropertyDescriptor>();
const poisons = new WeakMap<TrackingSpace, object>();

function trapFor(space: TrackingSpace): PropertyDescriptor {
  let trap = traps.get(space);
  if (trap === undefined) {
    trap = {
      configurable: true,
      enumerable: true,
      get(this: object) {
        return stale(space, this);
      },
      set(this: object) {
        return stale(space, this);
      },
    };
    traps.set(space, trap);
  }
  return trap;
}

/** An object that throws on any use, also as a prototype. */
function spoilt(space: TrackingSpace): object {
  let poison = poisons.get(space);
  if (poison === undefined) {
    const refuse = (_target: object, _key?: unknown, ...rest: unknown[]): never => stale(space, rest.at(-1));
    poison = new Proxy(
      {},
      {
        get: refuse,
        set: refuse,
        has: () => stale(space, undefined),
        ownKeys: () => stale(space, undefined),
        getOwnPropertyDescriptor: () => stale(space, undefined),
        defineProperty: () => stale(space, undefined),
        deleteProperty: () => stale(space, undefined),
      },
    );
    poisons.set(space, poison);
  }
  return poison;
}
