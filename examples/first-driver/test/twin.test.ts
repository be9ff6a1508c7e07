import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const linesOf = (name: string): string[] =>
  readFileSync(new URL(`../src/${name}`, import.meta.url), 'utf8').split('\n');

it('broken.ts is driver.ts with one mistake: isolatePage without the lock', () => {
  const broken = linesOf('broken.ts');
  const renamed = /^\/\*\* (A store of cells|The driver of)|movableDriver\(|export default class/;
  const missing: string[] = [];
  let at = 0;
  for (const line of linesOf('driver.ts')) {
    if (line === broken[at] || (renamed.test(line) && renamed.test(broken[at]!))) at++;
    else missing.push(line.trim());
  }
  expect(at).toBe(broken.length);
  expect(missing).toEqual(['yield* this.lock.acquire();', 'yield* this.lock.release();']);
});
