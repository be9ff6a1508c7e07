/** How a report is laid out. @since 0.1.0 */
export interface ReportOptions {
  /** With ANSI colours. Default false. */
  readonly color?: boolean;
  /** Columns that there are. Default 80; less than 60 counts as 60. */
  readonly width?: number;
  /** Findings of one rule that are shown. Default 3. */
  readonly findings?: number;
  /** Folder that source lines are relative to. Default: they stay as they are. */
  readonly root?: string;
}

const NARROWEST = 60;
const USUAL = 80;

/** The columns to lay out for. */
export function widthOf(options: ReportOptions): number {
  return Math.max(NARROWEST, options.width ?? USUAL);
}
