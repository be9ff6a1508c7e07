import { groupFindings } from './group-findings.js';
import type { Verdict } from '../verdict.js';

/**
 * A vitest file with a test for each bug that was found: it fails as long as the bug is there.
 *
 * @param specifierOf Gives the code of an expression for the module of a driver, as seen from the file.
 * @returns The text, or null if nothing was found.
 * @since 0.1.0
 */
export function renderTest(
  verdicts: readonly Verdict[],
  specifierOf: (from: string) => string,
): string | null {
  const found = verdicts.flatMap((verdict) =>
    groupFindings(verdict.findings).map(({ shown }) => ({
      shown,
      from: verdict.driver.from,
      driver: verdict.driver.name,
    })),
  );
  if (found.length === 0) return null;
  const tests = found.map(({ shown, from, driver }) =>
    [
      `test(${quoted(`${driver}: ${shown.ruleId} ${shown.title}`)}, async () => {`,
      `  const token =`,
      `    ${quoted(shown.token)};`,
      `  const finding = await checkRegression(token, { file: ${specifierOf(from)} });`,
      `  expect(finding === null ? '' : renderFinding(finding)).toBe('');`,
      `}, 60_000);`,
    ].join('\n'),
  );
  return [
    "import { checkRegression, renderFinding } from '@movable-pages/conformance';",
    "import { expect, test } from 'vitest';",
    '',
    tests.join('\n\n'),
    '',
  ].join('\n');
}

/** A text as a literal of TypeScript. */
function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}
