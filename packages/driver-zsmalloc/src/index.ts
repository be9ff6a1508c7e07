/**
 * zsmalloc, an allocator of small objects whose pages can be moved: a reference driver of movable-pages, written as a third
 * party would write one.
 *
 * @packageDocumentation
 */
export { classTable, HANDLE_SIZE, MAX_PAGES_PER_ZSPAGE, type ClassGeometry } from './class-table.js';
export { ZsmallocDriver, type ZsmallocOptions } from './driver.js';
export { Fullness } from './fullness.js';
export { ZsHandle } from './handle.js';
export { IsolationCount } from './isolation-count.js';
export { MapMode, MappedObject } from './mapped-object.js';
export { ZsMigration } from './migration.js';
export { ZsPool } from './pool.js';
export { SizeClass } from './size-class.js';
export { zsmallocWorkload, type ZsmallocWorkload } from './workload.js';
export { Zspage } from './zspage.js';
export { Zspages } from './zspages.js';
