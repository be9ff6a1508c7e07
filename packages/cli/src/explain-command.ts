import { UsageError } from './coded-error.js';
import type { Io } from './io.js';

/** Explains a rule, or lists them all. @since 0.1.0 */
export async function explainCommand(id: string | undefined, io: Io): Promise<number> {
  const { rules } = await import('@movable-pages/conformance');
  if (id === undefined) {
    for (const rule of rules) io.out(`${rule.id.padEnd(12)} ${rule.level.padEnd(12)} ${rule.title}\n`);
    return 0;
  }
  const rule = rules.find((each) => each.id === id.toUpperCase());
  if (rule === undefined) {
    const family = rules
      .filter((each) => each.id.split('-')[1] === id.toUpperCase().split('-')[1])
      .map((each) => each.id);
    const near =
      family.length > 0
        ? `near it: ${family.join(', ')}`
        : `there are: ${rules.map((each) => each.id).join(', ')}`;
    throw new UsageError('MP_USAGE', `there is no rule ${id}; ${near}`);
  }
  const applies =
    rule.needs !== undefined
      ? `only with ${rule.needs}`
      : rule.unless !== undefined
        ? `not with ${rule.unless}`
        : 'always';
  const lines = [
    `${rule.id} ${rule.title}`,
    '',
    rule.statement,
    '',
    `level    ${rule.level}${rule.level === 'quality' ? '' : ' (mandatory)'}`,
    `applies  ${applies}`,
    `tested   when: ${rule.trigger}${rule.optional === undefined ? '' : `; skipped if ${rule.optional.why}`}`,
    `source   ${rule.source}`,
    `hint     ${rule.hint}`,
  ];
  io.out(`${lines.join('\n')}\n`);
  return 0;
}
