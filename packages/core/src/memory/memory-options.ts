import { MachineError } from '@movable-pages/machine';
import type { ZoneName } from './zone-type.js';

/** A node of the machine. @since 0.1.0 */
export interface NodeOptions {
  /** Pages of each of its zones. */
  readonly zones: Readonly<Partial<Record<ZoneName, number>>>;
  /** Whether it has processors. Default true. */
  readonly hasCpus?: boolean;
}

/** Lists of single pages at hand for each processor. @since 0.1.0 */
export interface PerCpuOptions {
  /** Pages moved between such a list and the buddy allocator at a time. */
  readonly batch: number;
  /** More than this many go back to the buddy allocator. */
  readonly high: number;
}

/** How the buddy allocator works. @since 0.1.0 */
export interface BuddyOptions {
  /** A page block has 2 to the power of this pages. Default 9. */
  readonly pageBlockOrder?: number;
  /** The greatest order of a free block. Default 10, and the page block's at least. */
  readonly maxOrder?: number;
  /** Kilobytes kept free (`/proc/sys/vm/min_free_kbytes`). Default: what the kernel makes of the memory's size. */
  readonly minFreeKbytes?: number;
  /** Ten-thousandths of a zone between its marks (`watermark_scale_factor`). Default 10. */
  readonly watermarkScaleFactor?: number;
  /**
   * Ten-thousandths of the high mark by which marks rise at most when a page block is broken into
   * (`watermark_boost_factor`). The kernel's default is 15,000; here it is 0, because only a kswapd takes the rise back
   * (`settleAfterReclaim`).
   */
  readonly watermarkBoostFactor?: number;
  /** Default: none, pages come from and go to the buddy allocator one by one. */
  readonly perCpu?: PerCpuOptions;
  /**
   * Page blocks that only pages which can move may use, so that a device can have them: `allocContigRange` with
   * `MigrateType.cma`. Whole page blocks. Default none.
   */
  readonly cma?: readonly { readonly startPfn: number; readonly pages: number }[];
  /** Compaction thinks that memory is lacking, not scattered, up to this index (`extfrag_threshold`). Default 500. */
  readonly extfragThreshold?: number;
  /** How early a kcompactd works without being asked, 0 (never) to 100 (`compaction_proactiveness`). Default 20. */
  readonly compactionProactiveness?: number;
  /** Compaction takes unevictable pages along (`compact_unevictable_allowed`). Default true. */
  readonly compactUnevictable?: boolean;
}

/** {@link BuddyOptions} with nothing left open. @since 0.1.0 */
export type BuddySettings = Required<Omit<BuddyOptions, 'minFreeKbytes' | 'perCpu'>> & {
  readonly minFreeKbytes: number | undefined;
  readonly perCpu: PerCpuOptions | undefined;
};

/** Fills in the defaults. @throws MachineError `MP_PARAMETER`. */
export function buddySettings(options: BuddyOptions): BuddySettings {
  const pageBlockOrder = options.pageBlockOrder ?? 9;
  const settings = {
    pageBlockOrder,
    maxOrder: options.maxOrder ?? Math.max(10, pageBlockOrder),
    minFreeKbytes: options.minFreeKbytes,
    watermarkScaleFactor: options.watermarkScaleFactor ?? 10,
    watermarkBoostFactor: options.watermarkBoostFactor ?? 0,
    perCpu: options.perCpu,
    cma: options.cma ?? [],
    extfragThreshold: options.extfragThreshold ?? 500,
    compactionProactiveness: options.compactionProactiveness ?? 20,
    compactUnevictable: options.compactUnevictable ?? true,
  };
  const { maxOrder } = settings;
  const whole = Number.isInteger(pageBlockOrder) && Number.isInteger(maxOrder);
  if (!whole || maxOrder < pageBlockOrder || pageBlockOrder < 0 || maxOrder > 20)
    throw new MachineError(
      'MP_PARAMETER',
      `pageBlockOrder ${pageBlockOrder} and maxOrder ${maxOrder} do not go together; give 0 <= pageBlockOrder <= maxOrder <= 20`,
      { subject: 'order', received: `${pageBlockOrder}, ${maxOrder}` },
    );
  checkNumber('minFreeKbytes', settings.minFreeKbytes ?? 0, 0, Number.MAX_SAFE_INTEGER);
  checkNumber('watermarkScaleFactor', settings.watermarkScaleFactor, 0, 10_000);
  checkNumber('watermarkBoostFactor', settings.watermarkBoostFactor, 0, Number.MAX_SAFE_INTEGER);
  checkNumber('perCpu.batch', settings.perCpu?.batch ?? 1, 1, Number.MAX_SAFE_INTEGER);
  checkNumber('perCpu.high', settings.perCpu?.high ?? 0, 0, Number.MAX_SAFE_INTEGER);
  checkNumber('extfragThreshold', settings.extfragThreshold, 0, 1000);
  checkNumber('compactionProactiveness', settings.compactionProactiveness, 0, 100);
  return settings;
}

function checkNumber(subject: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const upTo = most === Number.MAX_SAFE_INTEGER ? ' on' : ` to ${most}`;
  throw new MachineError(
    'MP_PARAMETER',
    `${subject} cannot be ${value}; give a whole number from ${least}${upTo}`,
    { subject, received: String(value) },
  );
}
