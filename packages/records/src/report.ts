import type { Disagreement, Played } from './judge-record.js';
import type { RecordOp } from './record.js';

/** How many agree, of records and of steps. */
export interface Sum {
  readonly agree: number;
  readonly records: number;
  readonly agreeingSteps: number;
  readonly steps: number;
}

/** Adds up. */
export function sumOf(played: readonly Played[]): Sum {
  return {
    agree: played.filter(({ agrees }) => agrees).length,
    records: played.length,
    agreeingSteps: played.reduce((sum, { agreeing }) => sum + agreeing, 0),
    steps: played.reduce((sum, { steps }) => sum + steps, 0),
  };
}

/** The report for people: a line or two for each record that does not agree, then the sum. */
export function textReport(played: readonly Played[]): string {
  const { agree, records, agreeingSteps, steps } = sumOf(played);
  const lines = played.filter(({ agrees }) => !agrees).flatMap(explain);
  return [...lines, `agree ${agree} of ${records} records, ${agreeingSteps} of ${steps} steps`, ''].join(
    '\n',
  );
}

/** The report for machines. */
export function jsonReport(profile: string, played: readonly Played[]): string {
  const report = { format: 'movable-pages/records', version: 1, profile, ...sumOf(played), played };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function explain(played: Played): string[] {
  const { id, first, missing, error, agreeing, steps } = played;
  const lines: string[] = [];
  if (first !== null) lines.push(`${id}: ${describe(first)}`);
  if (error !== null) lines.push(`${id}: the simulator stopped: ${error}`);
  if (missing.length > 0) lines.push(`${id}: needs what is not built yet: ${missing.join(', ')}`);
  if (lines.length === 0) lines.push(`${id}: ${agreeing} of ${steps} steps agree`);
  return lines;
}

function describe({ step, op, difference: { path, kernel, simulator } }: Disagreement): string {
  return `step ${step} (${describeOp(op)}): ${path}: the kernel had ${shown(kernel)}, the simulator has ${shown(simulator)}`;
}

function describeOp({ op, by: _by, ...args }: RecordOp): string {
  const words = Object.entries(args).map(([key, value]) =>
    key === 'command' ? String(value) : `${key} ${shown(value)}`,
  );
  return [op, ...words].join(' ');
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
