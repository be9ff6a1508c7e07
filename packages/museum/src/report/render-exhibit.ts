import { wrap, wrapIndented, wrapLabelled } from '@movable-pages/explore';
import type { Exhibit } from '../exhibit.js';

const LABEL = 11;

/** What an exhibit is about, as text: story, rule, reference, and who may catch it. @since 0.1.0 */
export function renderExhibit(exhibit: Exhibit, width = 80): string {
  const labelled = (label: string, text: string) => wrapLabelled(label, text, width, LABEL);
  return [
    ...wrap(`${exhibit.id} ${exhibit.title}`, width),
    '',
    ...wrapIndented(exhibit.story, width, ''),
    '',
    ...labelled('rule', exhibit.rule),
    ...labelled('when', `${exhibit.year}, ${exhibit.version} (${exhibit.component}, ${exhibit.kind})`),
    ...labelled('reference', exhibit.reference),
    ...(exhibit.related ?? []).flatMap((each) => labelled('related', each)),
    ...labelled('caught by', exhibit.detectors.join(', ')),
    ...labelled('differs in', exhibit.twins.differsIn.join(', ')),
  ].join('\n');
}
