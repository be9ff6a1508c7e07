import { expect, test } from 'vitest';
import { fork, mmap, mprotect, munmap, numaMaps, PageFlag, userRead, userWrite } from '../../src/index.ts';
import { runVm } from '../support.ts';
import { pageAt, vmKernel } from '../vm-support.ts';

const kernelWithTwoNodes = () => vmKernel({ nodes: [16, 16], pageSize: 4096 });

test('an area that was never touched has its policy and nothing else; one page of zeros is no page', () => {
  const kernel = kernelWithTwoNodes();
  runVm(kernel, function* () {
    const mm = kernel.mms.createMm('a');
    const start = yield* mmap(mm, { pages: 4 });
    yield* userRead(mm, start, 0);
    expect(numaMaps(mm)).toEqual([{ start, text: 'default' }]);
  });
});

test('pages are counted by what they are and where, in the order of the kernel', () => {
  const kernel = kernelWithTwoNodes();
  runVm(kernel, function* () {
    const mm = kernel.mms.createMm('a');
    const start = yield* mmap(mm, { pages: 8 });
    for (const page of [0, 1, 2]) yield* userWrite(mm, start + page, 0, 1);
    mm.homeNode = 1;
    for (const page of [3, 4]) yield* userWrite(mm, start + page, 0, 1);
    yield* pageAt(mm, start).setFlags(PageFlag.active);
    yield* pageAt(mm, start + 1).setFlags(PageFlag.writeback);
    expect(numaMaps(mm)[0]!.text).toBe(
      'default anon=5 dirty=5 active=1 writeback=1 N0=3 N1=2 kernelpagesize_kB=4',
    );
    yield* pageAt(mm, start + 1).clearFlags(PageFlag.writeback);
    for (const page of [1, 2, 3, 4]) yield* pageAt(mm, start + page).setFlags(PageFlag.active);
    // All of them active: not worth saying.
    expect(numaMaps(mm)[0]!.text).toBe('default anon=5 dirty=5 N0=3 N1=2 kernelpagesize_kB=4');
  });
});

test('a child maps the pages of its parent, dirty as they are, until one of them writes', () => {
  const kernel = kernelWithTwoNodes();
  runVm(kernel, function* () {
    const parent = kernel.mms.createMm('parent');
    const start = yield* mmap(parent, { pages: 2 });
    for (const page of [0, 1]) yield* userWrite(parent, start + page, 0, 1);
    const child = (yield* fork(parent))!;
    const shared = 'default anon=2 dirty=2 mapmax=2 active=0 N0=2 kernelpagesize_kB=4';
    expect([parent, child].map((mm) => numaMaps(mm)[0]!.text)).toEqual([shared, shared]);
    child.homeNode = 1;
    yield* userWrite(child, start, 0, 2);
    expect(numaMaps(child)[0]!.text).toBe(
      'default anon=2 dirty=2 mapmax=2 active=0 N0=1 N1=1 kernelpagesize_kB=4',
    );
  });
});

test('each area has a line; pages without access count too', () => {
  const kernel = kernelWithTwoNodes();
  runVm(kernel, function* () {
    const mm = kernel.mms.createMm('a');
    const start = yield* mmap(mm, { pages: 6 });
    for (let page = 0; page < 6; page++) yield* userWrite(mm, start + page, 0, 1);
    yield* munmap(mm, start + 2, 1);
    yield* mprotect(mm, start + 4, 2, 0);
    expect(numaMaps(mm)).toEqual([
      { start, text: 'default anon=2 dirty=2 active=0 N0=2 kernelpagesize_kB=4' },
      { start: start + 3, text: 'default anon=1 dirty=1 active=0 N0=1 kernelpagesize_kB=4' },
      { start: start + 4, text: 'default anon=2 dirty=2 active=0 N0=2 kernelpagesize_kB=4' },
    ]);
  });
});
