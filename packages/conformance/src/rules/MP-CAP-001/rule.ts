import type { Rule } from '../../rule.js';

/** Capabilities are true. @since 0.1.0 */
export const capabilitiesAreTrue: Rule = {
  id: 'MP-CAP-001',
  title: 'Capabilities are true',
  statement:
    'A driver does what its capabilities say and nothing that they rule out: one without `refuses-isolation` never refuses a page of its own that is not being freed.',
  source: 'this suite: capabilities select rules',
  level: 'core',
  trigger: 'isolate',
  hint: 'declare the capability, or do not do it',
  watch: (context) => ({
    isolate(page, _mode, result) {
      if (result !== false || context.capabilities.has('refuses-isolation')) return;
      context.broken({
        title: `isolatePage refused ${page}, but the driver does not declare refuses-isolation`,
        expected: 'true, or the capability refuses-isolation',
        received: 'false',
        subject: 'refuses-isolation',
      });
    },
  }),
};
