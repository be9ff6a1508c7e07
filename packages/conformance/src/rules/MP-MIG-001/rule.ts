import { describeValue } from '../../judge/describe-value.js';
import type { Rule } from '../../rule.js';

/** The kernel's MAX_ERRNO. */
const MAX_ERRNO = 4095;

/** migratePage returns 0 or a negative error. @since 0.1.0 */
export const migrateReturnCode: Rule = {
  id: 'MP-MIG-001',
  title: 'migratePage returns 0 or a negative error',
  statement:
    'migratePage returns MIGRATEPAGE_SUCCESS, -EAGAIN or another negative error number, never a positive one and nothing else.',
  source: 'mm/migrate.c migrate_pages, switch on the result',
  level: 'core',
  trigger: 'migrate',
  hint: 'return MIGRATEPAGE_SUCCESS or -Errno.EAGAIN and the like',
  watch: (context) => ({
    migrate(_newPage, oldPage, _mode, result) {
      if (typeof result === 'number' && Number.isInteger(result) && result <= 0 && result >= -MAX_ERRNO)
        return;
      context.broken({
        title: `migratePage of ${oldPage} returned ${describeValue(result)}`,
        expected: '0 or a negative error number',
        received: describeValue(result),
        subject: 'migratePage',
      });
    },
  }),
};
