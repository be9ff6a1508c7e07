import type { Playing } from './judge-record.js';
import { NotBuilt } from './not-built.js';
import { operations } from './operations.js';
import type { KernelRecord, RecordResult } from './record.js';
import { RecordsError } from './records-error.js';
import { World } from './world.js';

/**
 * Plays a record on a fresh machine. A step that cannot be played ends it.
 *
 * @throws RecordsError `MP_BAD_RECORD` if an operation lacks what it needs to know.
 */
export function playRecord(record: KernelRecord): Playing {
  const missing = new Set(record.ops.map(({ op }) => op).filter((op) => !Object.hasOwn(operations, op)));
  const world = new World(record.harness_node);
  const results: RecordResult[] = [];
  let error: string | null = null;
  for (const op of record.ops) {
    const operation = Object.hasOwn(operations, op.op) ? operations[op.op]! : null;
    if (operation === null) break;
    try {
      const { result, ...moved } = world.watch(() => operation(world, op));
      results.push({ ...result, ...moved });
    } catch (thrown) {
      if (thrown instanceof RecordsError)
        throw new RecordsError(thrown.code, `${record.id}: ${thrown.message}`);
      if (thrown instanceof NotBuilt) missing.add(thrown.what);
      else error = thrown instanceof Error ? thrown.message : String(thrown);
      break;
    }
  }
  return { results, missing: [...missing], error };
}
