import type { Rule } from '../../rule.js';

/** Operations are registered while a page is movable, and not after. @since 0.1.0 */
export const operationsRegistered: Rule = {
  id: 'MP-OPS-001',
  title: 'Operations are registered while pages are movable',
  statement:
    'While a page is marked movable or isolated, the operations of its driver are registered; when the driver was unloaded, or could not be loaded, they are not, and neither are its shrinkers and notifiers.',
  source: 'mm/migrate.c set_movable_ops; module_exit of drivers',
  level: 'lifecycle',
  trigger: 'unloaded',
  optional: { although: 'quiesced', why: 'the workload has no unload()' },
  hint: 'register before the first page is marked, unregister after the last isolation has ended, and undo in reverse order when a later step of loading fails',
  judges: (violation) => violation.code === 'MP_NO_MOVABLE_OPS',
  watch(context) {
    const { kernel, mapping, workload } = context;
    // Who is not loaded has registered by now, when he was built.
    const clients = workload.load === undefined ? 0 : kernel.reclaim.clients;
    return {
      quiesce(unloaded) {
        if (workload.unload === undefined || !unloaded) return;
        const left: string[] = [];
        if (workload.load !== undefined && mapping.registered) left.push('its movable operations');
        const more = kernel.reclaim.clients - clients;
        if (more > 0) left.push(`${more} of its shrinkers and notifiers`);
        if (left.length === 0) return;
        context.broken({
          title: `after unloading, or loading that failed, the driver has registered ${left.join(' and ')}`,
          expected: 'nothing registered',
          received: left.join(', '),
          subject: 'registered',
        });
      },
    };
  },
};
