/** Files of these packages are the machinery, not the program. */
const MACHINERY =
  /(?:packages|@movable-pages)\/(?:machine|explore)\/(?:src|dist)\/|node:internal|\(node:|node_modules\//;

const LOCATION = /\(?((?:file:\/\/)?\/?[^()\s]+?):(\d+):(\d+)\)?$/;

/**
 * The line of the program in a stack: the first frame that is none of the machinery's, relative to `root` if it lies
 * there.
 *
 * @param machinery What the files to pass over match. Default: the machine, the explorer, Node and installed packages.
 * @returns `src/driver.ts:31`, or null.
 * @since 0.1.0
 */
export function sourceLine(stack: string | undefined, root: string, machinery = MACHINERY): string | null {
  for (const line of (stack ?? '').split('\n')) {
    if (!line.includes(':') || !line.trimStart().startsWith('at ') || machinery.test(line)) continue;
    const match = LOCATION.exec(line.trim());
    if (match === null) continue;
    return `${relative(match[1]!, root)}:${match[2]}`;
  }
  return null;
}

function relative(path: string, root: string): string {
  const plain = path.replace(/^file:\/\//, '');
  const prefix = root.endsWith('/') ? root : `${root}/`;
  return plain.startsWith(prefix) ? plain.slice(prefix.length) : plain;
}
