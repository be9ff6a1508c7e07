import { describe, expect, it } from 'vitest';
import { adjustManagedPageCount } from '../../src/index.ts';
import { misuse, smallKernel } from '../support.ts';

describe.each([
  ['with', { buddy: { pageBlockOrder: 1, maxOrder: 1, minFreeKbytes: 0 } }],
  ['without', {}],
])('adjustManagedPageCount %s a buddy allocator', (_with, options) => {
  const kernel = () => smallKernel({ nodes: [4, 4], ...options });

  it('counts in the zone of the page and in the total', () => {
    const made = kernel();
    const { memory } = made;
    const page = made.page(5);
    expect(memory.totalPages).toBe(8);
    adjustManagedPageCount(page, -3);
    expect(memory.zones.map((zone) => zone.managedPages)).toEqual([4, 1]);
    expect(memory.totalPages).toBe(5);
    adjustManagedPageCount(page, 3);
    expect(memory.totalPages).toBe(8);
  });

  it('refuses to count more than there is, or less than nothing', () => {
    expect(misuse(() => adjustManagedPageCount(kernel().page(0), 1)).code).toBe('MP_COUNTER_UNDERFLOW');
    expect(misuse(() => adjustManagedPageCount(kernel().page(0), -5)).code).toBe('MP_COUNTER_UNDERFLOW');
  });
});
