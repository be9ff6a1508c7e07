import { counted, wrapLabelled } from '@movable-pages/explore';
import type { Playing } from '../play/playing.js';
import { renderExhibit } from './render-exhibit.js';
import { detectorWords } from './render-list.js';
import { searchedWords } from './searched-words.js';

/** How a playing is written down. @since 0.1.0 */
export interface PlayingOptions {
  /** Columns that there are. Default 80. */
  readonly width?: number;
  /** Folder that source lines are relative to. Default: they stay as they are. */
  readonly root?: string;
  /** With ANSI colours. Default false. */
  readonly color?: boolean;
}

const LABEL = 11;

/** An exhibit that was played, as text: what it is, the counterexample of the broken twin, and how the repaired one fared. @since 0.1.0 */
export function renderPlaying(playing: Playing, options: PlayingOptions = {}): string {
  const { exhibit, finding, caught } = playing;
  const { width = 80 } = options;
  const labelled = (label: string, text: string) => wrapLabelled(label, text, width, LABEL);
  const found =
    finding === null
      ? ['', ...labelled('broken', `nothing was found in it: ${searches(playing.brokenSearched)}`)]
      : [
          '',
          ...labelled(
            'broken',
            `${caught ? 'caught' : 'not caught for the right reason'}: ${detectorWords(exhibit, finding.detectors)} in ${finding.scenario}, within ${counted(finding.schedules, 'schedule')}`,
          ),
          '',
          finding.text(options),
        ];
  return [
    renderExhibit(exhibit, width),
    ...found,
    '',
    ...labelled(
      'repaired',
      `${playing.complaint === null ? 'clean' : `NOT CLEAN: ${playing.complaint}`}; searched: ${searches(playing.repairedSearched)}`,
    ),
  ].join('\n');
}

function searches(searched: Playing['repairedSearched']): string {
  return searched.map(searchedWords).join('; ');
}
