/** A whole number with a comma every three digits: `12,345`. @since 0.1.0 */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 schedule`, `2 schedules`, `no preemption`. @since 0.1.0 */
export function counted(value: number, noun: string, zero = '0'): string {
  if (value === 0 && zero !== '0') return `${zero} ${noun}`;
  return `${grouped(value)} ${noun}${value === 1 ? '' : 's'}`;
}
