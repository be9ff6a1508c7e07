import { wrap } from '@movable-pages/explore';

const MEANING =
  'What a pass means: the rule was put to the test and held in every schedule within the bounds above. A row with two profiles was run once: nothing was asked there that they answer differently. What it does not ' +
  'prove: anything beyond those bounds; weak memory (every schedule here is sequentially consistent) and ' +
  'cache maintenance are not modelled; interrupts come only if the workload has interrupt(); and the model was judged, not the C code that it stands for.';

/** The paragraph that says what a verdict is worth. */
export function renderMeaning(width: number): string[] {
  return wrap(MEANING, width);
}
