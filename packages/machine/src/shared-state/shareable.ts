import type { HANDLE } from './handle.js';

type Primitive = string | number | bigint | boolean | symbol | null | undefined;
// oxlint-disable-next-line typescript/no-explicit-any -- the top type of functions
type AnyFunction = (...args: any[]) => unknown;
type Opaque =
  | Date
  | Promise<unknown>
  | ArrayBuffer
  | ArrayBufferView
  | WeakMap<object, unknown>
  | WeakSet<object>
  | WeakRef<object>;

/** Depth left when looking into a type. Recursive types, linked lists for instance, end here. */
type Less = [never, 0, 1, 2, 3, 4, 5];

type Why<What extends string> = { readonly 'cannot be tracked': What };

/** The reason why a type cannot be tracked, or never. Methods of an object are allowed, functions elsewhere
 * are not. Map and Set are asked for first, because they pass for the weak collections. */
type Problem<T, Depth extends number, Member extends boolean> = [Depth] extends [never]
  ? never
  : 0 extends 1 & T
    ? never
    : T extends Primitive
      ? never
      : T extends { readonly [HANDLE]: true }
        ? never
        : T extends AnyFunction
          ? Member extends true
            ? never
            : Why<'a function'>
          : T extends ReadonlyMap<infer K, infer V>
            ? Problem<K, Less[Depth], false> | Problem<V, Less[Depth], false>
            : T extends ReadonlySet<infer M>
              ? Problem<M, Less[Depth], false>
              : T extends Opaque
                ? Why<'a Date, promise, typed array, weak collection'>
                : T extends readonly (infer E)[]
                  ? Problem<E, Less[Depth], false>
                  : T extends object
                    ? { [K in keyof T]-?: Problem<T[K], Less[Depth], true> }[keyof T]
                    : never;

/**
 * `unknown` for a type that `shared()` takes, otherwise an object type that says why not; intersected with the parameter it
 * makes the call an error at compile time. What the type does not show is checked when the program runs.
 *
 * @since 0.1.0
 */
export type Rejection<T> = [Problem<T, 4, false>] extends [never] ? unknown : Problem<T, 4, false>;

/**
 * `T` if `shared()` takes it, otherwise never.
 *
 * @since 0.1.0
 */
export type Shareable<T> = [Problem<T, 4, false>] extends [never] ? T : never;
