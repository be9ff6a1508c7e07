import { describe, expect, it } from 'vitest';
import {
  PageFlag,
  quiescentBreaches,
  runningBreaches,
  type Kernel,
  type Mm,
  type Op,
  type Page,
} from '../../src/index.ts';
import { PageWord } from '../../src/memory/frame-table.ts';
import { EntryType, nonPresentPte } from '../../src/mapping/pte.ts';
import { runVm } from '../support.ts';
import { pageAt, processWith, vmKernel } from '../vm-support.ts';

interface Scene {
  readonly kernel: Kernel;
  readonly mm: Mm;
  readonly start: number;
  readonly page: Page;
}

/** Breaks something on purpose and gives what the two checks say of it. */
function broken(how: (scene: Scene) => Op<void> | void) {
  const kernel = vmKernel({ swapPages: 4 });
  return runVm(kernel, function* () {
    const { mm, start } = yield* processWith(kernel, 2);
    expect(runningBreaches(kernel)).toEqual([]);
    expect(quiescentBreaches(kernel)).toEqual([]);
    const given = how({ kernel, mm, start, page: pageAt(mm, start) });
    if (given !== undefined) yield* given;
    return { running: runningBreaches(kernel), quiescent: quiescentBreaches(kernel) };
  });
}

function pokePte({ kernel, mm, start }: Scene, pte: number): void {
  kernel.machine.words[mm.peekTable(start)!.location(start)] = pte;
}

const poke = (page: Page, word: number, value: number): void =>
  page.kernel.frames.poke(page.pfn, word, value);

describe('what is broken is said', () => {
  it('a reference that nobody holds', () => {
    const { quiescent } = broken(({ page }) => page.get());
    expect(quiescent).toEqual(['page 0 has 2 references and 1 of them are known']);
  });

  it('a reference too few', () => {
    const { running, quiescent } = broken(({ page, mm, start, kernel }) => {
      poke(page, PageWord.mapCount, 1);
      poke(kernel.page(4), PageWord.refCount, 0);
      kernel.machine.words[mm.peekTable(start + 1)!.location(start + 1)] = mm.peekPte(start);
    });
    expect(running).toEqual(['2 entries map page 0, which has 1 references']);
    expect(quiescent).toContain('page 0 has 1 references and 2 of them are known');
  });

  it('a map count that is not the entries that there are', () => {
    const { running } = broken(({ page }) => poke(page, PageWord.mapCount, 3));
    expect(running).toEqual(['1 entries map page 0, whose map count is 4']);
  });

  it('a migration entry of a page that nobody has locked, or that is on the LRU', () => {
    const { running, quiescent } = broken((scene) =>
      pokePte(scene, nonPresentPte(EntryType.migrationWrite, scene.page.pfn)),
    );
    expect(running).toEqual([
      '1 migration entries name page 0, which is not locked',
      '1 migration entries name page 0, which is on an LRU list',
    ]);
    expect(quiescent).toContain('1 migration entries name page 0');
  });

  it('a page that is on an LRU list and not marked, or the other way round', () => {
    const { quiescent } = broken(({ page }) => poke(page, PageWord.flags, page.peekFlags() & ~PageFlag.lru));
    expect(quiescent).toEqual(['page 0 is on an LRU list and its flag says otherwise']);
  });

  it('a page left locked', () => {
    const { quiescent } = broken(({ page }) =>
      poke(page, PageWord.flags, page.peekFlags() | PageFlag.locked),
    );
    expect(quiescent).toEqual(['page 0 is locked']);
  });

  it('a page left isolated', () => {
    const { quiescent } = broken(({ kernel }) => kernel.vmstat.add('nr_isolated_anon', 1));
    expect(quiescent).toEqual(['nr_isolated_anon is 1']);
  });

  it('a process that counts what it does not have', () => {
    const { quiescent } = broken(({ mm }) => mm.addRss(0, 1));
    expect(quiescent).toEqual(['parent has 2 pages of kind 0 and counts 3']);
  });

  it('a swap slot that nobody names', () => {
    const { quiescent } = broken(({ kernel }) => kernel.swap!.duplicate(2));
    expect(quiescent).toEqual(['0 entries name swap slot 2, whose count is 1']);
  });
});
