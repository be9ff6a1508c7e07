import path from 'node:path';
import { files, read } from './repository.ts';

/** A name of ours that mirrors one of the kernel. */
export interface Mirror {
  /** The kernel's name: a function, a type, a constant. */
  kernel: string;
  /** The kernel file that it stands in. */
  from: string;
  /** Our name, methods with their class: `Page.lock`. */
  ours: string;
  /** The file that ours stands in. */
  file: string;
}

const doc = /\/\*\*(?:(?!\*\/)[\s\S])*?@kernel(?:(?!\*\/)[\s\S])*?\*\//g;
const exported =
  /^(?:@\w+\([\s\S]*?^\}\)\s*)?export (?:default )?(?:abstract )?(?:async )?(?:function\*?|class|interface|type|const) (\w+)/m;
const member =
  /^(?:(?:public|protected|readonly|static|async|get|set) )*(?:\*\s*)?(?!private |const |function )(\[[\w.]+\]|\w+)\??[(:=<\s]/;

/** What a `@kernel` tag says: `file name`, several of them after commas. The last file goes for the names without one. */
function entriesOf(comment: string): { from: string; name: string }[] {
  const lines = comment.replace(/^\s*\*(?!\/) ?/gm, '').replace(/\*\/$/, '');
  const tag = /@kernel\s+([^@]*)/.exec(lines)?.[1]?.trim() ?? '';
  const entries: { from: string; name: string }[] = [];
  for (const part of tag.split(/,\s*/)) {
    const [first = '', ...rest] = part.trim().split(/\s+/);
    if (first.includes('/')) entries.push({ from: first, name: rest.join(' ') });
    else entries.push({ from: entries.at(-1)?.from ?? '', name: part.trim() });
  }
  return entries;
}

/** The class that a place in a file lies in. */
const classAt = (text: string, at: number): string =>
  [...text.slice(0, at).matchAll(/^export (?:abstract )?(?:class|interface) (\w+)/gm)].at(-1)?.[1] ?? '';

/** Every `@kernel` tag of the sources with the declaration it stands over; not those of the museum, whose names are no face. */
export function mirrors(): Mirror[] {
  const sources = files.filter((file) =>
    /^packages\/(?!museum\/)[^/]+\/src\/.*(?<!\.test|\.fixture)\.ts$/.test(file),
  );
  return sources.flatMap((file) => {
    const text = read(file);
    return [...text.matchAll(doc)].flatMap((found) => {
      const end = found.index + found[0].length;
      const after = text.slice(end).trimStart();
      // A helper that the file keeps to itself is no place to look for.
      if (/^(?:function\*?|const|class|interface|type)\s/.test(after)) return [];
      const top = /^(@|export )/.test(after) ? exported.exec(after)?.[1] : undefined;
      const inner = top === undefined ? member.exec(after)?.[1] : undefined;
      const ours = top ?? (inner === undefined ? undefined : `${classAt(text, found.index)}.${inner}`);
      if (ours === undefined) return [];
      return entriesOf(found[0]).map(({ from, name }) => ({ kernel: name, from, ours, file }));
    });
  });
}

const plain = (name: string): string => name.replace(/^(struct|enum|union) /, '').replace(/^_+/, '');

/** The page `docs/guide/kernel-names.md`. */
export function kernelNamesPage(): string {
  const found = mirrors().filter(({ kernel }) => kernel !== '');
  const packageOf = (file: string) => file.split('/')[1] ?? '';
  const rows = found
    .toSorted((a, b) => {
      const [x, y] = [plain(a.kernel).toLowerCase(), plain(b.kernel).toLowerCase()];
      return x < y ? -1 : x > y ? 1 : a.ours < b.ours ? -1 : a.ours > b.ours ? 1 : 0;
    })
    .map(
      ({ kernel, from, ours, file }) =>
        `| \`${kernel}\` | \`${from}\` | \`${ours}\` | ${packageOf(file)}: \`${path.posix.relative(`packages/${packageOf(file)}`, file)}\` |`,
    );
  return [
    '---',
    'title: Kernel names',
    '---',
    '',
    '# From kernel names to ours',
    '',
    'You know the name in the kernel and look for ours. The index is generated from the `@kernel` tags of the sources;',
    'a test keeps it fresh (`npx vitest run --project quick test/docs-generated.test.ts -u` writes it).',
    '',
    'Names follow one rule: the kernel name in camelCase, types in PascalCase, leading underscores dropped. Where dropping',
    'them would make two names one, the unlocked look is a *hint*: `PageMovable` is `pageMovable`, `__PageMovable` is',
    '`pageMovableHint`.',
    '',
    `| kernel | stands in | here | file |`,
    `| --- | --- | --- | --- |`,
    ...rows,
    '',
  ].join('\n');
}
