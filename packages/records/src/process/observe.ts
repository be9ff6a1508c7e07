import { numaMaps } from '@movable-pages/core';
import type { Process, Region } from './process.js';

/** More values than this are written as runs. */
const LONG = 16;

/** Where the pages of all processes are, as records write it after each step. */
export function observeProcesses(processes: Iterable<Process>): {
  loc: Record<string, unknown>;
  numa_maps: Record<string, unknown>;
} {
  const loc: Record<string, unknown> = {};
  const maps: Record<string, unknown> = {};
  for (const process of processes) {
    const lines = numaMaps(process.mm);
    for (const [letter, region] of process.regions) {
      const key = `${process.name}:${letter}`;
      loc[key] = runs(pagesOf(region).map((vpn) => process.nodeOf(vpn)));
      maps[key] = lines
        .filter(({ start }) => start >= region.start && start < region.start + region.pages)
        .map(({ start, text }) => ({ page: start - region.start, text }));
    }
  }
  return { loc, numa_maps: maps };
}

/** The frame of each page of all processes, by process and region. */
export function framesOf(processes: Iterable<Process>): Map<string, number[]> {
  const frames = new Map<string, number[]>();
  for (const process of processes)
    for (const [letter, region] of process.regions)
      frames.set(
        `${process.name}:${letter}`,
        pagesOf(region).map((vpn) => process.frameOf(vpn)),
      );
  return frames;
}

/** How many pages of each region are in another frame than before. */
export function framesChanged(
  before: ReadonlyMap<string, readonly number[]>,
  after: ReadonlyMap<string, readonly number[]>,
): Record<string, number> {
  const changed: Record<string, number> = {};
  for (const [key, frames] of after) {
    const old = before.get(key) ?? [];
    const count = frames.filter(
      (pfn, page) => pfn >= 0 && (old[page] ?? -1) >= 0 && pfn !== old[page],
    ).length;
    if (count > 0) changed[key] = count;
  }
  return changed;
}

function pagesOf({ start, pages }: Region): number[] {
  return Array.from({ length: pages }, (_, page) => start + page);
}

function runs(values: readonly unknown[]): unknown {
  if (values.length <= LONG) return values;
  const rle: [number, unknown][] = [];
  for (const value of values) {
    const last = rle.at(-1);
    if (last !== undefined && last[1] === value) last[0]++;
    else rle.push([1, value]);
  }
  return { rle };
}
