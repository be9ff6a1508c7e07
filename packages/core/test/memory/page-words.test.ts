import { describe, expect, it } from 'vitest';
import { userRead, userWrite } from '../../src/index.ts';
import { runVm } from '../support.ts';
import { processWith, vmKernel } from '../vm-support.ts';

describe('a word that a page does not have', () => {
  it.each([-1, 4, 0.5, Number.NaN])('is refused: %s', (word) => {
    const parameter = expect.objectContaining({ code: 'MP_PARAMETER' });
    const attempt = (body: (kernel: ReturnType<typeof vmKernel>) => Parameters<typeof runVm>[1]): void => {
      const kernel = vmKernel();
      expect(() => runVm(kernel, body(kernel))).toThrow(parameter);
    };
    attempt(
      (kernel) =>
        function* () {
          (yield* kernel.allocator.allocPage())!.writeWord(word, 1);
        },
    );
    attempt(
      (kernel) =>
        function* () {
          (yield* kernel.allocator.allocPage())!.readWord(word);
        },
    );
    attempt(
      (kernel) =>
        function* () {
          const { mm, start } = yield* processWith(kernel, 1);
          yield* userWrite(mm, start, word, 1);
        },
    );
    attempt(
      (kernel) =>
        function* () {
          const { mm, start } = yield* processWith(kernel, 1);
          yield* userRead(mm, start, word);
        },
    );
  });

  it('is told with the words that there are', () => {
    const kernel = vmKernel();
    expect(() =>
      runVm(kernel, function* () {
        (yield* kernel.allocator.allocPage())!.writeWord(4, 1);
      }),
    ).toThrow(/has no word 4; it has words 0 to 3/);
  });
});
