/** A copy of plain data with one field changed. */
export interface Edit {
  /** The field: `drivers[0].units[0].steps`. */
  readonly path: string;
  readonly edited: unknown;
}

/** Every way to change one field of plain data: values become others, lists and objects lose or gain a member. */
export function edits(value: unknown): Edit[] {
  return placesOf(value, []).map((place) => ({ path: pathOf(place), edited: changed(value, place) }));
}

type Place = readonly string[];

function placesOf(value: unknown, place: Place): Place[] {
  if (typeof value !== 'object' || value === null) return [place];
  const inner = Object.entries(value).flatMap(([key, each]) => placesOf(each, [...place, key]));
  return place.length === 0 ? inner : [...inner, place];
}

function changed(value: unknown, place: Place): unknown {
  const [key, ...rest] = place;
  if (key === undefined) return other(value);
  const copy: Record<string, unknown> = Array.isArray(value)
    ? ([...value] as never)
    : { ...(value as object) };
  copy[key] = changed(copy[key], rest);
  return copy;
}

function other(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'string') return value.endsWith('1') ? `${value}0` : `${value}1`;
  if (value === null) return 'MP_HANG';
  if (Array.isArray(value)) return value.length > 0 ? value.slice(0, -1) : [{ added: 1 }];
  return { ...(value as object), added: 1 };
}

function pathOf(place: Place): string {
  return place.reduce((path, key) => (/^\d+$/.test(key) ? `${path}[${key}]` : `${path}.${key}`));
}
