/** Characters that take two columns: CJK, Hangul, full-width forms, emoji. */
const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;
/** Colours, as reports paint them. */
// oxlint-disable-next-line no-control-regex
const COLOUR = /\u001B\[[\d;]*m/g;
/** Characters that take none. */
const COMBINING = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** Columns that a text takes on a terminal; colours take none. @since 0.1.0 */
export function textWidth(text: string): number {
  const plain = text.replaceAll(COLOUR, '');
  // oxlint-disable-next-line no-control-regex
  if (/^[\u0000-\u00FF]*$/.test(plain)) return plain.length;
  let width = 0;
  for (const character of plain) {
    if (!COMBINING.test(character)) width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}

/** The text with blanks after it up to a width. @since 0.1.0 */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

/** The text with blanks before it up to a width. @since 0.1.0 */
export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - textWidth(text))) + text;
}
