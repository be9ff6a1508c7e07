import type { Program } from '@movable-pages/explore';
import type { VmTwins } from './exhibit.js';

/**
 * The twins of an exhibit of the VM: one scene, built with a step as it was and as it is.
 *
 * @param differsIn The name of the step.
 * @param scene Who does what, in words.
 */
export function vmTwins<S>(
  differsIn: readonly string[],
  scene: string,
  steps: { readonly broken: S; readonly repaired: S },
  build: (step: S) => Program,
  { preemptions = 2, faults = 0 }: { readonly preemptions?: number; readonly faults?: number } = {},
): VmTwins {
  return {
    kind: 'vm',
    broken: () => build(steps.broken),
    repaired: () => build(steps.repaired),
    differsIn,
    scene,
    preemptions,
    faults,
  };
}
