import {
  DriverOptions,
  inject,
  KernelService,
  movableDriver,
  MovableMapping,
  type AddressSpaceDriver,
  type Capability,
  type MigrateMode,
  type Op,
  type Page,
} from '@movable-pages/core';
import { MAX_PAGES_PER_ZSPAGE } from './class-table.js';
import { ZsMigration } from './migration.js';
import { ZsPool } from './pool.js';
import { zsmallocWorkload, type ZsmallocWorkload } from './workload.js';

/**
 * The options of the driver.
 *
 * @since 0.1.0
 */
export interface ZsmallocOptions {
  /** Bytes of an object that the workload allocates; 0 stands for three eighths of a page. */
  readonly objectSize: number;
  /** Pages of a zspage at most, 1 to 8. */
  readonly pagesPerZspage: number;
}

/** What a pool can do, by the objects of its workload: one that fills a page has no other page. */
function capabilitiesOf({ objectSize, pagesPerZspage }: ZsmallocOptions): Capability[] {
  const grouped = objectSize === 0 && pagesPerZspage > 1;
  return grouped ? ['refuses-isolation', 'shrinks', 'page-groups'] : ['refuses-isolation', 'shrinks'];
}

/**
 * An allocator of small objects in chains of pages, any of which can be moved: the objects are reached by handles.
 *
 * @kernel mm/zsmalloc.c
 * @since 0.1.0
 */
@movableDriver({
  name: 'zsmalloc',
  version: '0.1.0',
  contract: 'a_ops',
  capabilities: capabilitiesOf,
  options: { objectSize: 0, pagesPerZspage: MAX_PAGES_PER_ZSPAGE },
})
export class ZsmallocDriver implements AddressSpaceDriver {
  /** What users allocate from. */
  readonly pool: ZsPool;
  private readonly migration: ZsMigration;
  private readonly objectSize: number;

  /** Asks for its services by token; the registry calls it. */
  constructor(
    @inject(KernelService) kernel: KernelService,
    @inject(MovableMapping) mapping: MovableMapping,
    @inject(DriverOptions) options: DriverOptions,
  ) {
    const { objectSize, pagesPerZspage } = options as unknown as ZsmallocOptions;
    this.pool = new ZsPool(kernel, mapping, pagesPerZspage);
    this.migration = new ZsMigration(this.pool);
    this.objectSize = objectSize === 0 ? (kernel.contents.pageWords * 3) >> 1 : objectSize;
  }

  /** @kernel mm/zsmalloc.c zs_page_isolate */
  isolatePage(page: Page): Op<boolean> {
    return this.migration.isolate(page);
  }

  /** @kernel mm/zsmalloc.c zs_page_migrate */
  migratePage(_mapping: MovableMapping, newPage: Page, oldPage: Page, mode: MigrateMode): Op<number> {
    return this.migration.migrate(newPage, oldPage, mode);
  }

  /** @kernel mm/zsmalloc.c zs_page_putback */
  putbackPage(page: Page): Op<void> {
    return this.migration.putback(page);
  }

  /** How a test uses the pool. */
  workload(): ZsmallocWorkload {
    return zsmallocWorkload(this.pool, this.objectSize);
  }
}
