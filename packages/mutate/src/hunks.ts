import { applyEdits, type Edit } from './edit.js';
import type { Hunk } from './mutant.js';
import type { Source } from './source.js';

/** The lines that edits change, and what becomes of them. Neighbouring lines make one hunk. */
export function hunksOf(source: Source, edits: readonly Edit[]): Hunk[] {
  const pieces: { start: number; end: number; edits: Edit[] }[] = [];
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    const { start, end } = source.lines(edit.start, edit.end);
    const last = pieces.at(-1);
    if (last !== undefined && start <= last.end + 1) {
      last.end = Math.max(last.end, end);
      last.edits.push(edit);
    } else pieces.push({ start, end, edits: [edit] });
  }
  return pieces.map((piece) => {
    const text = source.text.slice(piece.start, piece.end);
    const shifted = piece.edits.map((edit) => ({
      ...edit,
      start: edit.start - piece.start,
      end: edit.end - piece.start,
    }));
    return {
      line: source.lineAt(piece.start),
      before: text.split('\n'),
      after: applyEdits(text, shifted)
        .split('\n')
        .filter((line) => line.trim() !== ''),
    };
  });
}
