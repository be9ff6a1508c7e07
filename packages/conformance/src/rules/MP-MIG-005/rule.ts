import { Errno, errnoName, MigrateMode } from '@movable-pages/core';
import { describeValue } from '../../judge/describe-value.js';
import type { Rule } from '../../rule.js';

/** SYNC_NO_COPY is refused. @since 0.1.0 */
export const noCopyRefused: Rule = {
  id: 'MP-MIG-005',
  title: 'SYNC_NO_COPY is refused',
  statement: 'A driver that cannot leave copying to others returns -EINVAL for MIGRATE_SYNC_NO_COPY.',
  source: 'mm/zsmalloc.c zs_page_migrate, mm/balloon_compaction.c balloon_page_migrate',
  level: 'core',
  trigger: 'migrate-no-copy',
  unless: 'supports-no-copy',
  hint: 'begin migratePage with: if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL',
  watch: (context) => ({
    migrate(_newPage, oldPage, mode, result) {
      if (mode !== MigrateMode.syncNoCopy || result === -Errno.EINVAL) return;
      context.broken({
        title: `migratePage of ${oldPage} returned ${describeValue(result)} in MIGRATE_SYNC_NO_COPY`,
        expected: '-EINVAL',
        received: typeof result === 'number' ? errnoName(result) : describeValue(result),
        subject: 'migratePage',
      });
    },
  }),
};
