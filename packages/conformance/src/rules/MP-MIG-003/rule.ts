import type { Rule } from '../../rule.js';

/** Contents survive migration. @since 0.1.0 */
export const contentsSurvive: Rule = {
  id: 'MP-MIG-003',
  title: 'Contents survive migration',
  statement:
    'What a user wrote into an object is what is read from it, before, during and after migration, and after shrinking took it out of memory.',
  source: 'page_migration.rst, "migratepage"',
  level: 'core',
  trigger: 'read-after-migration',
  unless: 'drops-content',
  hint: 'copy the page under the lock that keeps writers away, and redirect everything that leads to the old page before you return',
  judges: (violation) => violation.code === 'MP_CONTENTS_LOST',
};
