import { describe, expect, it } from 'vitest';
import {
  isolateMovablePage,
  PageFlag,
  PageWord,
  putbackMovablePage,
  rightSteps,
  setPageMovable,
} from '../../src/index.ts';
import { misuse, runVm, ScriptedDriver, smallKernel } from '../support.ts';

describe('registered operations', () => {
  it('are there for a driver that was built, until it takes them back', () => {
    const kernel = smallKernel();
    const driver = new ScriptedDriver(kernel);
    expect(driver.mapping.registered).toBe(true);
    runVm(kernel, function* () {
      yield* driver.mapping.unregister();
      expect(driver.mapping.registered).toBe(false);
      yield* driver.mapping.register();
      expect(driver.mapping.registered).toBe(true);
    });
  });

  it('are needed to mark a page', () => {
    const kernel = smallKernel();
    const driver = new ScriptedDriver(kernel);
    const error = misuse(() =>
      runVm(kernel, function* () {
        const page = (yield* kernel.allocator.allocPage())!;
        yield* driver.mapping.unregister();
        yield* page.lock();
        yield* setPageMovable(page, driver.mapping);
      }),
    );
    expect(error).toMatchObject({ code: 'MP_NO_MOVABLE_OPS' });
    expect(error.message).toMatch(
      /^page 0 is marked movable, and the operations of scripted are not registered/,
    );
  });

  it.each(['isolation', 'putback'])('are needed for the %s of a page', (when) => {
    const kernel = smallKernel();
    const driver = new ScriptedDriver(kernel);
    const error = misuse(() =>
      runVm(kernel, function* () {
        const page = yield* driver.allocate();
        if (when === 'putback') yield* isolateMovablePage(page, 0);
        yield* driver.mapping.unregister();
        if (when === 'putback') yield* putbackMovablePage(page);
        else yield* isolateMovablePage(page, 0);
      }),
    );
    expect(error.code).toBe('MP_NO_MOVABLE_OPS');
    expect(driver.calls).toEqual(when === 'putback' ? ['isolate 0'] : []);
  });
});

describe('a page of another kind, with the movable bit in its mapping word', () => {
  /** A slab page whose word is a poisoned list pointer. */
  const isolateSlab = (steps: Parameters<typeof smallKernel>[0]) => {
    const kernel = smallKernel(steps);
    return runVm(kernel, function* () {
      const page = (yield* kernel.allocator.allocPage())!;
      yield* page.setFlags(PageFlag.slab);
      kernel.machine.words[kernel.frames.location(page.pfn, PageWord.mapping)] = 0x122;
      const rc = yield* isolateMovablePage(page, 0);
      return { rc, references: page.refCount, flags: page.peekFlags() };
    });
  };

  it('is left alone', () => {
    expect(isolateSlab({})).toEqual({ rc: -16, references: 1, flags: PageFlag.slab });
  });

  it('is believed by a kernel with that step replaced', () => {
    const error = misuse(() => isolateSlab({ steps: { isOtherKind: () => false } }));
    expect(error.code).toBe('MP_NO_MOVABLE_OPS');
    expect(error.message).toMatch(/its mapping word names no driver/);
  });
});

it('a kernel has the right steps but those that it was given', () => {
  expect(smallKernel().steps).toBe(rightSteps);
  const isOtherKind = () => false;
  expect(smallKernel({ steps: { isOtherKind } }).steps).toEqual({ ...rightSteps, isOtherKind });
});
