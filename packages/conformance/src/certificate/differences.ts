/**
 * Where two pieces of plain data differ, in words: `units[3].executions: 100 in the file, 99 now`.
 *
 * @param given What stands in a file.
 * @param now What it should be.
 */
export function differences(given: unknown, now: unknown, path: string): string[] {
  if (isObject(given) && isObject(now)) {
    const keys = [...new Set([...Object.keys(given), ...Object.keys(now)])];
    return keys.flatMap((key) => {
      const name = Array.isArray(given) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
      return differences(own(given, key), own(now, key), name);
    });
  }
  if (Object.is(given, now)) return [];
  return [`${path}: ${show(given)} in the file, ${show(now)} now`];
}

/** Not what it inherits: a file may have a key of any name. */
function own(object: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
