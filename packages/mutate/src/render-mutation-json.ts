import type { MutationReport } from './report.js';

/** The shape of the report for machines; it changes its number when it changes its meaning. @since 0.1.0 */
export const MUTATION_SCHEMA = 'movable-pages/mutation@1';

/** The report for machines. @since 0.1.0 */
export function renderMutationJson(report: MutationReport): string {
  return `${JSON.stringify({ schema: MUTATION_SCHEMA, ...report }, null, 2)}\n`;
}
