import type { Comment } from '@babel/types';
import { MutateError } from './errors.js';
import type { Source } from './source.js';

/** A comment that says why mutants of a line are no mistakes. */
export interface Ignore {
  readonly operator: string;
  readonly reason: string;
  /** Where the comment stands. */
  readonly file: string;
  readonly line: number;
  /** Line that it speaks of. */
  readonly about: number;
}

/** A file that its author leaves out, and why. @since 0.1.0 */
export interface LeftOut {
  readonly file: string;
  readonly reason: string;
}

const WHOLE_FILE = 'mutate-ignore-file';

/**
 * What the comment `mutate-ignore-file: reason` of a file says, or null if there is none.
 *
 * @throws MutateError `MP_BAD_IGNORE`.
 */
export function leftOut(source: Source): LeftOut | null {
  const comment = source.comments.find(({ value }) => textOf(value).startsWith(WHOLE_FILE));
  if (comment === undefined) return null;
  const [, reason] = /^mutate-ignore-file\s*:\s*(\S.*)$/.exec(textOf(comment.value)) ?? [];
  if (reason !== undefined) return { file: source.name, reason };
  throw new MutateError(
    'MP_BAD_IGNORE',
    `${source.name}:${source.lineAt(comment.start!)}: write // ${WHOLE_FILE}: reason; without a reason nobody can tell why`,
  );
}

function textOf(comment: string): string {
  return comment.replaceAll(/\s*\n\s*\*?\s*/g, ' ').trim();
}

/**
 * The comments `mutate-ignore OPERATOR[, OPERATOR]: reason` of a file. One beside code speaks of its line, any other of the
 * next line with code.
 *
 * @throws MutateError `MP_BAD_IGNORE`.
 */
export function ignoresOf(source: Source, operators: ReadonlySet<string>): Ignore[] {
  return source.comments.flatMap((comment) => {
    const text = textOf(comment.value);
    if (!text.startsWith('mutate-ignore') || text.startsWith(WHOLE_FILE)) return [];
    const line = source.lineAt(comment.start!);
    const [, ids, reason] = /^mutate-ignore\s+([\w-]+(?:\s*,\s*[\w-]+)*)\s*:\s*(\S.*)$/.exec(text) ?? [];
    if (ids === undefined || reason === undefined)
      throw new MutateError(
        'MP_BAD_IGNORE',
        `${source.name}:${line}: write // mutate-ignore OPERATOR: reason; without a reason nobody can tell that the mutant is right`,
      );
    return ids.split(/\s*,\s*/).map((operator) => {
      if (!operators.has(operator))
        throw new MutateError(
          'MP_BAD_IGNORE',
          `${source.name}:${line}: there is no operator ${operator}; there are: ${[...operators].join(', ')}`,
        );
      return { operator, reason, file: source.name, line, about: lineAbout(source, comment) };
    });
  });
}

function lineAbout(source: Source, comment: Comment): number {
  const line = source.lineAt(comment.start!);
  const { start } = source.lines(comment.start!, comment.start!);
  if (source.text.slice(start, comment.start!).trim() !== '') return line;
  const after = source.comments.filter(({ start: at }) => at! > comment.start!);
  let at = comment.end!;
  for (;;) {
    at += /^\s*/.exec(source.text.slice(at))![0].length;
    const next = after.find(({ start: begin }) => begin === at);
    if (next === undefined) return source.lineAt(at);
    at = next.end!;
  }
}
