/**
 * The specifiers that pnpm-lock.yaml was made for: workspace folder, then dependency name, then specifier.
 * Reads the `importers` section by its indentation, which pnpm writes and nobody edits.
 */
export function lockedSpecifiers(lockfile: string): Map<string, Map<string, string>> {
  const importers = new Map<string, Map<string, string>>();
  const section = /^importers:\n([\s\S]*?)(?=^\S)/m.exec(lockfile)?.[1] ?? '';
  const unquote = (text: string) => text.replace(/^'(.*)'$/, '$1');
  let current = new Map<string, string>();
  let dependency = '';
  for (const line of section.split('\n')) {
    const [, indent = '', key = '', value = ''] = /^( *)(.+?):(?: (.*))?$/.exec(line) ?? [];
    if (indent.length === 2) {
      current = new Map();
      importers.set(unquote(key), current);
    } else if (indent.length === 6) dependency = unquote(key);
    else if (indent.length === 8 && key === 'specifier') current.set(dependency, unquote(value));
  }
  return importers;
}
