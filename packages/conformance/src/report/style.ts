/** Paints words of a report. @since 0.1.0 */
export interface Style {
  /** Names. */
  readonly bold: (text: string) => string;
  /** What may be skipped. */
  readonly dim: (text: string) => string;
  /** What fails. */
  readonly red: (text: string) => string;
  /** What passes. */
  readonly green: (text: string) => string;
  /** What nobody knows. */
  readonly yellow: (text: string) => string;
}

const asIs = (text: string): string => text;

const PLAIN: Style = { bold: asIs, dim: asIs, red: asIs, green: asIs, yellow: asIs };

const ANSI: Style = {
  bold: sequence(1, 22),
  dim: sequence(2, 22),
  red: sequence(31, 39),
  green: sequence(32, 39),
  yellow: sequence(33, 39),
};

/** The style for a terminal, or one that leaves text as it is. @since 0.1.0 */
export function styleOf(color: boolean): Style {
  return color ? ANSI : PLAIN;
}

function sequence(on: number, off: number): (text: string) => string {
  return (text) => (text === '' ? '' : `\u001B[${on}m${text}\u001B[${off}m`);
}
