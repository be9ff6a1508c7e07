import type { Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import {
  formatBuddyinfo,
  formatPageOwner,
  formatPagetypeinfo,
  formatVmstat,
  formatZoneinfo,
  Gfp,
  isolateMovablePage,
  Kernel,
  type KernelOptions,
} from '../../src/index.ts';
import { runVm, smallKernel } from '../support.ts';
import { TableDriver } from '../table-driver.ts';

function machine(options: KernelOptions = {}): Kernel {
  return new Kernel({
    nodes: [{ zones: { DMA32: 64, Normal: 128 } }, 64],
    pageSize: 1024,
    ...options,
    buddy: { pageBlockOrder: 3, maxOrder: 4, minFreeKbytes: 48, watermarkScaleFactor: 1, ...options.buddy },
  });
}

/** Seven driver pages, the third given up, and one that cannot move. */
function* use(kernel: Kernel): Op<TableDriver> {
  const driver = new TableDriver(kernel);
  for (let n = 0; n < 7; n++) yield* driver.allocate(Gfp.userMovable);
  yield* driver.release(2);
  yield* kernel.allocator.allocPage({ gfp: Gfp.kernel, node: 1 });
  return driver;
}

describe('formatBuddyinfo', () => {
  it('counts the free blocks of each zone by order', () => {
    const kernel = machine();
    runVm(kernel, () => use(kernel));
    expect(formatBuddyinfo(kernel)).toBe(
      [
        'Node 0, zone    DMA32      0      0      0      0      4 \n',
        'Node 0, zone   Normal      2      0      0      1      7 \n',
        'Node 1, zone   Normal      1      1      1      1      3 \n',
      ].join(''),
    );
  });

  it('needs a buddy allocator', () => {
    expect(() => formatBuddyinfo(smallKernel())).toThrow(expect.objectContaining({ code: 'MP_PARAMETER' }));
  });
});

describe('formatPagetypeinfo', () => {
  it('counts free blocks by type, and page blocks', () => {
    const kernel = machine();
    runVm(kernel, () => use(kernel));
    const text = formatPagetypeinfo(kernel).split('\n');
    expect(text.slice(0, 4)).toEqual([
      'Page block order: 3',
      'Pages per block:  8',
      '',
      'Free pages count per migrate type at order       0      1      2      3      4 ',
    ]);
    expect(text).toContain('Node    0, zone   Normal, type      Movable      2      0      0      1      7 ');
    expect(text).toContain('Node    1, zone   Normal, type    Unmovable      1      1      1      1      0 ');
    expect(text.slice(-5)).toEqual([
      'Number of blocks type     Unmovable      Movable  Reclaimable   HighAtomic          CMA      Isolate ',
      'Node 0, zone    DMA32            0            8            0            0            0            0 ',
      'Node 0, zone   Normal            0           16            0            0            0            0 ',
      'Node 1, zone   Normal            2            6            0            0            0            0 ',
      '',
    ]);
  });
});

describe('formatZoneinfo', () => {
  it('tells marks, sizes, reserves and counts', () => {
    const kernel = machine({ cpus: 2, buddy: { perCpu: { batch: 3, high: 9 } } });
    runVm(kernel, () => use(kernel));
    expect(formatZoneinfo(kernel)).toBe(
      `Node 0, zone    DMA32
  per-node stats
      nr_inactive_anon 0
      nr_active_anon 0
      nr_inactive_file 0
      nr_active_file 0
      nr_unevictable 0
      nr_isolated_anon 0
      nr_isolated_file 0
      nr_zspages   0
  pages free     64
        boost    0
        min      12
        low      15
        high     18
        spanned  64
        present  64
        managed  64
        cma      0
        protection: (0, 0, 0, 0)
      nr_free_pages 64
      nr_free_cma  0
  pagesets
    cpu: 0
              count: 0
              high:  9
              batch: 3
    cpu: 1
              count: 0
              high:  9
              batch: 3
  node_unreclaimable:  0
  start_pfn:           0
Node 0, zone   Normal
  pages free     119
        boost    0
        min      24
        low      30
        high     36
        spanned  128
        present  128
        managed  128
        cma      0
        protection: (0, 0, 0, 0)
      nr_free_pages 119
      nr_free_cma  0
  pagesets
    cpu: 0
              count: 3
              high:  9
              batch: 3
    cpu: 1
              count: 0
              high:  9
              batch: 3
  node_unreclaimable:  0
  start_pfn:           64
Node 1, zone   Normal
  per-node stats
      nr_inactive_anon 0
      nr_active_anon 0
      nr_inactive_file 0
      nr_active_file 0
      nr_unevictable 0
      nr_isolated_anon 0
      nr_isolated_file 0
      nr_zspages   0
  pages free     61
        boost    0
        min      12
        low      15
        high     18
        spanned  64
        present  64
        managed  64
        cma      0
        protection: (0, 0, 0, 0)
      nr_free_pages 61
      nr_free_cma  0
  pagesets
    cpu: 0
              count: 2
              high:  9
              batch: 3
    cpu: 1
              count: 0
              high:  9
              batch: 3
  node_unreclaimable:  0
  start_pfn:           192
`,
    );
  });
});

describe('formatVmstat', () => {
  it('sums zones and nodes and has every event once', () => {
    const kernel = machine();
    runVm(kernel, () => use(kernel));
    const lines = formatVmstat(kernel).trimEnd().split('\n');
    expect(lines).toContain('nr_free_pages 249');
    expect(lines).toContain('numa_hit 8');
    expect(lines).toContain('pgmigrate_success 0');
    const names = lines.map((line) => line.split(' ')[0]);
    expect(new Set(names).size).toBe(names.length);
    for (const name of kernel.vmstat.names()) expect(names).toContain(name);
  });

  it('counts single pages too', () => {
    expect(formatVmstat(smallKernel())).toContain('nr_free_pages 8\n');
  });
});

describe('formatPageOwner', () => {
  it('names every holder of every page in use', () => {
    const kernel = machine({ pageOwner: true });
    runVm(kernel, function* () {
      const driver = yield* use(kernel);
      const page = driver.places[1]!;
      yield* isolateMovablePage(page, 0);
      kernel.lists.create('isolated pages', 'vm').add(page);
    });
    expect(formatPageOwner(kernel, 64, 67)).toBe(
      `Page allocated via order 0, mask GFP_USER|__GFP_MOVABLE|__GFP_RETRY_MAYFAIL, by main (driver)
PFN 64 type Movable Block 8 type Movable Flags none
 1 reference: driver 1
 movable, of table

Page allocated via order 0, mask GFP_USER|__GFP_MOVABLE|__GFP_RETRY_MAYFAIL, by main (driver)
PFN 65 type Movable Block 8 type Movable Flags isolated
 2 references: driver 1, vm 1
 movable, of table
 on isolated pages (vm)
`,
    );
    // The page that was given up is not in use.
    expect(formatPageOwner(kernel, 66, 67)).toBe('');
    expect(formatPageOwner(kernel, 192)).toContain('mask GFP_KERNEL, by main (vm)');
  });

  it('forgets with every execution what happened in it', () => {
    const kernel = machine({ pageOwner: true });
    kernel.machine.seal();
    runVm(kernel, () => use(kernel));
    expect(kernel.pageOwners!.of(64)).not.toBeNull();
    kernel.machine.begin();
    expect(kernel.pageOwners!.of(64)).toBeNull();
    expect(formatPageOwner(kernel)).toBe('');
  });

  it('tells references only, in a machine that remembers no more', () => {
    const kernel = new Kernel({ nodes: [8], pageSize: 64, tracked: false });
    runVm(kernel, () => kernel.allocator.allocPage());
    expect(formatPageOwner(kernel)).toBe('PFN 0 Flags none\n 1 reference\n');
  });
});
