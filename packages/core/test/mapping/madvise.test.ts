import { expect, test } from 'vitest';
import { madviseDontNeed, Rss, userRead, userWrite } from '../../src/index.ts';
import { runVm } from '../support.ts';
import { pageAt, processWith, vmKernel } from '../vm-support.ts';

test('pages that are let go of are free, their neighbours and the area are not, and the next touch is of a new page', () => {
  const kernel = vmKernel();
  runVm(kernel, function* () {
    const { mm, start } = yield* processWith(kernel, 6);
    const free = kernel.allocator.freePages(0);
    const kept = [0, 3, 4, 5].map((page) => pageAt(mm, start + page));
    yield* madviseDontNeed(mm, start + 1, 2);
    expect(kernel.allocator.freePages(0)).toBe(free + 2);
    expect([0, 3, 4, 5].map((page) => pageAt(mm, start + page))).toEqual(kept);
    expect(mm.vmas.map((vma) => [vma.start, vma.end])).toEqual([[start, start + 6]]);
    expect(mm.rss(Rss.anon)).toBe(4);
    expect(yield* userRead(mm, start + 1, 0)).toBe(0);
    expect(yield* userWrite(mm, start + 2, 0, 7)).toBe(true);
    expect(yield* userRead(mm, start + 3, 0)).toBe(103);
  });
});
