import { renderColumns, type TraceEntry } from '@movable-pages/explore';
import { driverLine } from '../source-place.js';
import type { Style } from './style.js';

/** The trace of a finding by columns. The steps of the VM are background: they are folded, and have no line of the driver. */
export function findingColumns(
  trace: readonly TraceEntry[],
  root: string,
  width: number,
  style: Style,
): string[] {
  return renderColumns(trace, {
    width,
    paint: style,
    isMinor: isOfVm,
    sourceOf: (entry) =>
      isOfVm(entry) && entry.kind === 'op' && entry.mark === undefined ? null : driverLine(entry.site, root),
  });
}

function isOfVm(entry: TraceEntry): boolean {
  return entry.party === 'vm';
}
