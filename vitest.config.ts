import { defineConfig } from 'vitest/config';

const tests = (suffix: string) => ['packages', 'examples', 'test'].map((dir) => `${dir}/**/*${suffix}`);
const never = ['**/node_modules/**', '**/dist/**', 'test/.snippets/**'];

/**
 * Two tiers. `quick` (`*.test.ts`) is what `npm test` runs; `slow` (`*.slow.test.ts`) joins it in `npm run test:full`.
 * Packages resolve to their TypeScript sources, so nothing needs a build, save what starts a process or a worker.
 */
export default defineConfig({
  ssr: { resolve: { conditions: ['@movable-pages/source', 'module', 'node', 'import', 'default'] } },
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: false } },
  test: {
    pool: 'threads',
    isolate: false,
    // Left to itself, it keeps one processor free: on two that is half.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: tests('.test.ts'),
          exclude: [...never, '**/*.slow.test.ts'],
          // A hang must end, and a busy machine must not look like one.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: tests('.slow.test.ts'),
          exclude: never,
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
