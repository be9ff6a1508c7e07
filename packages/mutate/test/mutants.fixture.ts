import { applyEdits } from '../src/edit.ts';
import { findMutants } from '../src/find-mutants.ts';
import { Source } from '../src/source.ts';

/** A file with a text. */
export function sourceOf(text: string): Source {
  return new Source('/x/driver.ts', 'driver.ts', text);
}

/** What mutants of one operator make of the body of a function, one line each. */
export function mutated(operator: string, body: string, head = 'function* step(page, lock)'): string[] {
  const inObject = / \{ /.test(head) ? ' }' : '';
  const text = `${head} { ${body} }${inObject}`;
  return findMutants(sourceOf(text))
    .filter((mutant) => mutant.operator.id === operator)
    .map(({ edits }) => applyEdits(text, edits).slice(head.length + 3, -2 - inObject.length))
    .map((each) => each.replaceAll(/ {2,}/g, ' ').trim());
}
