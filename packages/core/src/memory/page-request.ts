import type { Gfp } from './gfp.js';
import type { MigrateType } from './migrate-type.js';
import type { ZoneType } from './zone-type.js';

/** An allocation on its way: what was asked for, with the defaults filled in. */
export interface PageRequest {
  readonly order: number;
  readonly gfp: Gfp;
  readonly migrateType: MigrateType;
  readonly highestZone: ZoneType;
  readonly node: number;
  /** Only from that node. */
  readonly thisNode: boolean;
  /** Only from these nodes; null: from all. */
  readonly nodeMask: readonly number[] | null;
}
