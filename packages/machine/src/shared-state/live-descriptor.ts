/**
 * The descriptor that a tracked form gives for one of its fields. Object.keys and hasOwnProperty ask for descriptors and must
 * not count as reads of the value, so the value is not in it: whoever takes it from the descriptor reads the field.
 */
export function liveDescriptor(face: object, key: PropertyKey): PropertyDescriptor {
  return {
    configurable: true,
    enumerable: true,
    get: () => Reflect.get(face, key),
    set: (value: unknown) => void Reflect.set(face, key, value),
  };
}
