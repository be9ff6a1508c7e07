import { textWidth } from './text-width.js';

/** Breaks a text between words into lines of at most `width` columns; a longer word stands on a line of its own. @since 0.1.0 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && textWidth(line) + 1 + textWidth(word) > width) {
        // Two blanks in the text leave one at the break.
        lines.push(line.trimEnd());
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  return lines;
}

/** Breaks a text as {@link wrap} does and puts `indent` before each line. @since 0.1.0 */
export function wrapIndented(text: string, width: number, indent: string): string[] {
  return wrap(text, width - indent.length).map((line) => `${indent}${line}`);
}

/** `label     text`, the text broken into lines that stand below each other. @since 0.1.0 */
export function wrapLabelled(label: string, text: string, width: number, labelWidth: number): string[] {
  const room = ' '.repeat(labelWidth);
  return wrap(text, width - labelWidth).map(
    (line, index) => (index === 0 ? label.padEnd(labelWidth) : room) + line,
  );
}
