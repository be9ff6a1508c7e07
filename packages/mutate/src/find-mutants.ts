import type { Statement } from '@babel/types';
import { applyEdits } from './edit.js';
import { hunksOf } from './hunks.js';
import type { Mutant } from './mutant.js';
import { operators } from './operators/index.js';
import { Source } from './source.js';

/** Every mutant of a file, in the order of its lines. No two have the same text, and each can be parsed. */
export function findMutants(source: Source): Mutant[] {
  const seen = new Set([source.text]);
  const found: Omit<Mutant, 'id'>[] = [];
  for (const operator of operators) {
    for (const { at, edits } of operator.breaks(source)) {
      const text = applyEdits(source.text, edits);
      if (seen.has(text) || !parses(source, text)) continue;
      seen.add(text);
      const { breaks: _, ...described } = operator;
      found.push({
        operator: described,
        source,
        line: source.lineAt(at.start!),
        edits,
        hunks: hunksOf(source, edits),
        statements: statementsIn(
          source,
          edits.map(({ start }) => start),
        ),
      });
    }
  }
  const count = new Map<string, number>();
  return found
    .toSorted((a, b) => a.line - b.line)
    .map((mutant) => {
      const id = `${mutant.operator.id}@${source.name}:${mutant.line}`;
      const number = (count.get(id) ?? 0) + 1;
      count.set(id, number);
      return { ...mutant, id: number === 1 ? id : `${id}#${number}` };
    });
}

/** The innermost statements of blocks that offsets lie in. */
function statementsIn(source: Source, offsets: readonly number[]): Statement[] {
  const statements = offsets.map((offset) => {
    const node = source.nodes.findLast(
      ({ start, end, type }) => start! <= offset && offset <= end! && type !== 'EmptyStatement',
    );
    return node === undefined ? null : source.statementAround(node);
  });
  return [...new Set(statements)].filter((statement) => statement !== null);
}

function parses(source: Source, text: string): boolean {
  try {
    return new Source(source.path, source.name, text).text === text;
  } catch {
    return false;
  }
}
