import { describe, expect, it } from 'vitest';
import { PageWord } from '../../src/memory/frame-table.ts';
import {
  clearPageMovable,
  MappingTag,
  pageMapping,
  pageMovable,
  pageMovableHint,
  setPageMovable,
  type Page,
} from '../../src/index.ts';
import { type Op } from '@movable-pages/machine';
import { misuse, runVm, ScriptedDriver, smallKernel, stateOf } from '../support.ts';

function build() {
  const kernel = smallKernel();
  return { kernel, driver: new ScriptedDriver(kernel) };
}

/** What the three questions say about a page, asked under its lock. */
function* asked(page: Page): Op<{ hint: boolean; sure: boolean; mapping: string | null }> {
  yield* page.lock();
  const sure = yield* pageMovable(page);
  yield* page.unlock();
  return { hint: yield* pageMovableHint(page), sure, mapping: (yield* pageMapping(page))?.name ?? null };
}

describe('the movable mark', () => {
  it('goes from none over set to cleared, where only the tag is left', () => {
    const { kernel, driver } = build();
    const [none, set, cleared] = runVm(kernel, function* () {
      const page = (yield* kernel.allocator.allocPage())!;
      const first = yield* asked(page);
      yield* page.lock();
      yield* setPageMovable(page, driver.mapping);
      yield* page.unlock();
      const second = yield* asked(page);
      yield* page.lock();
      yield* clearPageMovable(page);
      yield* page.unlock();
      expect(stateOf(page).mapping).toBe(MappingTag.movable);
      return [first, second, yield* asked(page)];
    });
    expect(none).toEqual({ hint: false, sure: false, mapping: null });
    expect(set).toEqual({ hint: true, sure: true, mapping: 'scripted' });
    expect(cleared).toEqual({ hint: true, sure: false, mapping: null });
  });

  it('is the id of the mapping shifted by two, with the tag', () => {
    const { kernel, driver } = build();
    const word = runVm(kernel, function* () {
      return stateOf(yield* driver.allocate()).mapping;
    });
    expect(word).toBe((driver.mapping.id << 2) | 2);
  });

  it('may be set on a page that is movable already', () => {
    const { kernel, driver } = build();
    const other = kernel.createMapping('other');
    const mapping = runVm(kernel, function* () {
      const page = yield* driver.allocate();
      yield* page.lock();
      yield* setPageMovable(page, other);
      yield* page.unlock();
      return (yield* asked(page)).mapping;
    });
    expect(mapping).toBe('other');
  });

  it('is not cleared twice', () => {
    const { kernel, driver } = build();
    const error = misuse(() =>
      runVm(kernel, function* () {
        const page = yield* driver.allocate();
        yield* page.lock();
        yield* clearPageMovable(page);
        yield* clearPageMovable(page);
      }),
    );
    expect(error.code).toBe('MP_NOT_MOVABLE');
    expect(error.message).toContain('clearPageMovable of page 0');
  });

  it('is gone once the page was freed, and a reused page starts without it', () => {
    const { kernel, driver } = build();
    const words = runVm(kernel, function* () {
      const page = yield* driver.allocate();
      yield* driver.release(page);
      const freed = stateOf(page).mapping;
      const again = (yield* kernel.allocator.allocPage())!;
      return [freed, kernel.frames.peek(again.pfn, PageWord.mapping)];
    });
    expect(words).toEqual([0, 0]);
  });

  it('tells of nothing for other tags', () => {
    const { kernel, driver } = build();
    const answers = runVm(kernel, function* () {
      const page = yield* driver.allocate();
      const word = stateOf(page).mapping;
      const seen: unknown[] = [];
      for (const tag of [MappingTag.none, MappingTag.anon, MappingTag.ksm]) {
        kernel.frames.poke(page.pfn, PageWord.mapping, (word & ~MappingTag.mask) | tag);
        seen.push(yield* asked(page));
      }
      return seen;
    });
    expect(answers).toEqual(Array.from({ length: 3 }, () => ({ hint: false, sure: false, mapping: null })));
  });

  it.each([
    ['setPageMovable', (page: Page, driver: ScriptedDriver) => setPageMovable(page, driver.mapping)],
    ['clearPageMovable', (page: Page) => clearPageMovable(page)],
    ['pageMovable', (page: Page) => pageMovable(page)],
  ] as const)('%s needs the page lock, held by the one who asks', (what, use) => {
    const { kernel, driver } = build();
    const error = misuse(() =>
      runVm(kernel, function* () {
        yield* use(yield* driver.allocate(), driver);
      }),
    );
    expect(error.code).toBe('MP_PAGE_NOT_LOCKED');
    expect(error.message).toContain(`${what} of page 0 without its page lock`);
  });

  it('tells who listens of every change', () => {
    const { kernel, driver } = build();
    const seen: string[] = [];
    kernel.events.on('set_page_movable', ({ page, mapping }) => seen.push(`set ${page.pfn} ${mapping.name}`));
    kernel.events.on('clear_page_movable', ({ page }) => seen.push(`clear ${page.pfn}`));
    runVm(kernel, function* () {
      yield* driver.release(yield* driver.allocate());
    });
    expect(seen).toEqual(['set 0 scripted', 'clear 0']);
  });
});
