// Taken before any driver is loaded: whoever changes builtins could change these too.
const { getOwnPropertyDescriptor, getPrototypeOf } = Object;
const { ownKeys } = Reflect;

/** Builtins that everything here is made of. What the search itself replaces for a while (clocks, chance) is not among them. */
const OBJECTS: readonly (readonly [string, object])[] = [
  ['Object', Object],
  ['Reflect', Reflect],
  ['JSON', JSON],
  ['Array', Array],
  ...[
    Object,
    Function,
    Array,
    String,
    Number,
    Boolean,
    Symbol,
    BigInt,
    RegExp,
    Error,
    Map,
    Set,
    WeakMap,
    WeakSet,
  ].map((each): readonly [string, object] => [`${each.name}.prototype`, each.prototype as object]),
  ['TypedArray.prototype', getPrototypeOf(Int32Array.prototype) as object],
  ['Iterator.prototype', getPrototypeOf(getPrototypeOf([][Symbol.iterator]()) as object) as object],
  ['Array Iterator.prototype', getPrototypeOf([][Symbol.iterator]()) as object],
  ['Map Iterator.prototype', getPrototypeOf(new Map().entries()) as object],
  ['Set Iterator.prototype', getPrototypeOf(new Set().values()) as object],
  ['Generator.prototype', (getPrototypeOf(function* () {}) as { prototype: object }).prototype],
];

interface Known {
  readonly name: string;
  readonly object: object;
  readonly keys: readonly PropertyKey[];
  readonly values: readonly (PropertyDescriptor | undefined)[];
}

/** Notices that somebody changed a builtin: after that, nothing that is judged in this thread can be trusted. */
export class BuiltinsWatch {
  private readonly known: Known[] = [];

  constructor() {
    for (const [name, object] of OBJECTS) {
      const keys = ownKeys(object);
      this.known.push({
        name,
        object,
        keys,
        values: keys.map((key) => getOwnPropertyDescriptor(object, key)),
      });
    }
  }

  /** The first builtin that is not as it was, such as `Array.prototype.push`, or null. Calls nothing that could be changed. */
  changed(): string | null {
    for (let at = 0; at < this.known.length; at++) {
      const { name, object, keys, values } = this.known[at]!;
      for (let i = 0; i < keys.length; i++) {
        const now = getOwnPropertyDescriptor(object, keys[i]!);
        const before = values[i];
        if (now?.value !== before?.value || now?.get !== before?.get || now?.set !== before?.set)
          return `${name}.${label(keys[i]!)}`;
      }
      const present = ownKeys(object);
      if (present.length !== keys.length) return `${name}.${label(present[present.length - 1]!)}`;
    }
    return null;
  }
}

function label(key: PropertyKey): string {
  return typeof key === 'symbol' ? '[symbol]' : `${key}`;
}
