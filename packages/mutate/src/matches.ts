/** Whether a path fits one of some patterns, in which `*` stands for a name and `**` for any folders. All fit none. */
export function matches(path: string, patterns: readonly string[] | undefined): boolean {
  return patterns === undefined || patterns.some((pattern) => toExpression(pattern).test(path));
}

function toExpression(pattern: string): RegExp {
  const pieces = pattern
    .replace(/^\.\//, '')
    .split(/(\*\*\/|\*\*|\*)/)
    .map((piece) => MEANINGS[piece] ?? piece.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pieces.join('')}$`);
}

const MEANINGS: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*' };
