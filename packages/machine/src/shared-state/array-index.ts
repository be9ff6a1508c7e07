/** The array index that a property key spells, or -1. Digit by digit: indices are short and this allocates nothing. */
export function arrayIndex(key: string): number {
  const { length } = key;
  const first = key.charCodeAt(0) - 48;
  if (!(first >= 0 && first <= 9)) return -1;
  if (length === 1) return first;
  if (first === 0 || length > 10) return -1;
  let index = first;
  for (let at = 1; at < length; at++) {
    const digit = key.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    index = index * 10 + digit;
  }
  return index;
}
