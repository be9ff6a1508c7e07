import { describe, expect, it } from 'vitest';
import { Errno } from '../../src/errno.ts';
import { madviseDontNeed, mlock, mprotect, mremap, munlock, munmap, unpinUserPage } from '../../src/index.ts';
import { runVm } from '../support.ts';
import { processWith, vmKernel } from '../vm-support.ts';

describe('a range of pages', () => {
  it.each([-1, 0.5, Number.NaN])('of %s pages is refused', (pages) => {
    for (const call of [
      mlock,
      munlock,
      munmap,
      madviseDontNeed,
      (...[mm, start, count]: Parameters<typeof mlock>) => mprotect(mm, start, count, 0),
      (...[mm, start, count]: Parameters<typeof mlock>) => mremap(mm, start, count, 64),
    ]) {
      const kernel = vmKernel();
      expect(() =>
        runVm(kernel, function* () {
          const { mm, start } = yield* processWith(kernel, 1);
          yield* call(mm, start, pages);
        }),
      ).toThrow(expect.objectContaining({ code: 'MP_PARAMETER' }));
    }
  });

  it('of no pages is left alone by mprotect and refused by mremap and munmap', () => {
    const kernel = vmKernel();
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 2);
      expect(yield* mprotect(mm, start + 1, 0, 0)).toBe(0);
      expect(mm.vmas).toHaveLength(1);
      expect(yield* munmap(mm, start, 0)).toBe(-Errno.EINVAL);
      expect(yield* mremap(mm, start, 0, 64)).toBe(-Errno.EINVAL);
    });
  });
});

it('a page without pins cannot be unpinned', () => {
  const kernel = vmKernel();
  expect(() =>
    runVm(kernel, function* () {
      yield* unpinUserPage((yield* kernel.allocator.allocPage())!);
    }),
  ).toThrow(expect.objectContaining({ code: 'MP_COUNTER_UNDERFLOW' }));
});
