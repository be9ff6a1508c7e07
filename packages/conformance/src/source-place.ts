import { sourceLine } from '@movable-pages/explore';

/** Files of these packages are the machinery, not the driver. */
const MACHINERY =
  /(?:packages|@movable-pages)\/(?:machine|core|explore|conformance)\/(?:src|dist)\/(?!.*\.fixture\.)|node:internal|\(node:|node_modules\/(?:\.pnpm\/)?(?:tsyringe|jiti|eventemitter3|piscina|vitest|@vitest)/;

/**
 * The line of the driver in a stack: the first frame that is none of the suite's own, relative to `root` if it lies
 * there.
 *
 * @returns `src/driver.ts:31`, or null.
 */
export function driverLine(stack: string | undefined, root: string): string | null {
  return sourceLine(stack, root, MACHINERY);
}

/** The name of the kernel function in a stack: the innermost one of core that has a name. */
export function kernelFunction(stack: string | undefined): string | null {
  for (const line of (stack ?? '').split('\n')) {
    const match = /at (?:async )?([a-z]\w+)(?:\.next)? \(.*\/core\/(?:src|dist)\/(?:movable|migrate)\//.exec(
      line,
    );
    if (match !== null) return match[1]!;
  }
  return null;
}
