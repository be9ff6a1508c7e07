import type { RecordResult } from './record.js';

/** The first place where the simulator differs from the kernel. */
export interface Difference {
  /** Inside the result of the step: `vmstat.pgmigrate_fail`, `log[3].ret`. */
  readonly path: string;
  /** What the kernel had there; undefined for nothing. */
  readonly kernel: unknown;
  /** What the simulator has there; undefined for nothing. */
  readonly simulator: unknown;
}

/** Fields that a result leaves out if they are empty. */
const LEFT_OUT_IF_EMPTY = ['vmstat', 'migrate_calls', 'held_list', 'old_frames', 'frames_changed'] as const;

/** Fields of a driver page that the first records were made without. */
const LATER_PAGE_FIELDS = new Set(['has_ops', 'locked', 'owned', 'on_held_list', 'extra_refs']);

/**
 * Compares a step of the simulator with that of the kernel, field by field.
 *
 * @param varies Whether a path differed between runs of the kernel itself.
 */
export function compareResults(
  kernel: RecordResult,
  simulator: RecordResult,
  varies: (path: string) => boolean,
): Difference | null {
  const expected: Record<string, unknown> = { ...kernel };
  const received: Record<string, unknown> = { ...simulator };
  for (const key of LEFT_OUT_IF_EMPTY) {
    if (isEmpty(expected[key])) delete expected[key];
    if (isEmpty(received[key])) delete received[key];
  }
  if (expected.migrate_calls_too_many !== undefined) {
    delete expected.migrate_calls_too_many;
    delete received.migrate_calls;
  }
  if (Array.isArray(expected.pages) && Array.isArray(received.pages))
    received.pages = likeThose(received.pages, expected.pages);
  return compare('', expected, received, varies);
}

/** Pages with the fields that the record has of them. */
function likeThose(pages: readonly unknown[], recorded: readonly unknown[]): unknown[] {
  const first = recorded[0];
  if (typeof first !== 'object' || first === null || 'has_ops' in first) return [...pages];
  return pages.map((page) =>
    Object.fromEntries(Object.entries(page as object).filter(([key]) => !LATER_PAGE_FIELDS.has(key))),
  );
}

function compare(
  path: string,
  kernel: unknown,
  simulator: unknown,
  varies: (path: string) => boolean,
): Difference | null {
  if (Object.is(kernel, simulator) || varies(path)) return null;
  if (Array.isArray(kernel) && Array.isArray(simulator)) {
    for (let i = 0; i < Math.max(kernel.length, simulator.length); i++) {
      const difference = compare(`${path}[${i}]`, kernel[i], simulator[i], varies);
      if (difference !== null) return difference;
    }
    return null;
  }
  if (isPlain(kernel) && isPlain(simulator)) {
    for (const key of new Set([...Object.keys(kernel), ...Object.keys(simulator)])) {
      const inside = path === '' ? key : `${path}.${key}`;
      const difference = compare(inside, kernel[key], simulator[key], varies);
      if (difference !== null) return difference;
    }
    return null;
  }
  return { path, kernel, simulator };
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
