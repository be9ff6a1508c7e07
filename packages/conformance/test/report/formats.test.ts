import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import {
  renderJunit,
  renderKtap,
  renderMarkdown,
  renderTerminal,
  renderTest,
  type Verdict,
} from '../../src/index.ts';
import { renderXml } from '../../src/report/xml.ts';
import { bad, finding, good, scenario } from './verdict.fixture.ts';

const ROOT = '/x/me';
const FAILURE = { from: 'gone.ts', code: 'MP_CANNOT_LOAD', message: 'there is no file <gone.ts> & "more"' };
const partial: Verdict = {
  ...good,
  conformant: false,
  outcome: 'partial',
  selection: { rules: ['MP-ISO-001'], scenarios: null, profiles: ['linux-6.1'] },
  waivers: [{ rule: 'MP-ISO-002', reason: 'mended in 2.0', until: '2027-01-31' }],
};
/** Five bugs of one rule. */
const many: Verdict = {
  ...bad,
  findings: [1, 2, 3, 4, 5].map((line) => ({
    ...finding,
    where: { ...finding.where, source: `toy.ts:${line}` },
  })),
};
const broken: Verdict = {
  ...good,
  conformant: false,
  outcome: 'broken',
  scenarios: [{ ...scenario, error: { code: 'MP_SETUP_FAILED', message: 'no object & none' } }],
  rules: good.rules.map((rule) => ({ ...rule, status: 'broken', reason: 'migrate-sync: MP_SETUP_FAILED' })),
};

interface JunitCase {
  readonly '@_classname': string;
  readonly '@_name': string;
  readonly failure?: { '#text': string; '@_message': string };
  readonly error?: unknown;
  readonly skipped?: unknown;
}

function junit(text: string) {
  expect(XMLValidator.validate(text)).toBe(true);
  const parser = new XMLParser({
    ignoreAttributes: false,
    isArray: (name) => /^test(suite|case)$/.test(name),
  });
  const { testsuites } = parser.parse(text) as {
    testsuites: Record<string, string> & {
      testsuite: (Record<string, string> & { testcase: JunitCase[] })[];
    };
  };
  return testsuites;
}

describe('JUnit', () => {
  test('has a case for each rule and each scenario, and a failure with the counterexample', () => {
    const { testsuite } = junit(renderJunit([good, bad], { root: ROOT }));
    expect(
      testsuite.map((suite) => [suite['@_name'], suite['@_tests'], suite['@_failures'], suite['@_skipped']]),
    ).toEqual([
      ['toy 1.2.3', '3', '0', '1'],
      ['toy 1.2.3', '3', '1', '0'],
    ]);
    expect(testsuite[0]!.testcase.map((each) => [each['@_classname'], each['@_name']])).toEqual([
      ['toy.rules', 'MP-ISO-001 isolatePage says true or false'],
      ['toy.rules', 'MP-MIG-003 Contents survive'],
      ['toy.scenarios', 'migrate-sync linux-5.10'],
    ]);
    const { failure } = testsuite[1]!.testcase[0]!;
    expect(failure!['@_message']).toBe(finding.title);
    for (const part of [
      'hint      take the lock',
      'user A',
      'toy.isolatePage {',
      'replay: movable-pages replay mp2.abc',
    ])
      expect(failure!['#text']).toContain(part);
  });

  test('calls what is no pass and no finding an error, a module that is not there included', () => {
    const { testsuite } = junit(renderJunit([broken], {}, [FAILURE]));
    expect(testsuite.map((suite) => suite['@_errors'])).toEqual(['3', '1']);
  });

  test('is well-formed whatever stands in a message', () => {
    const title = 'a ]]> <b> & "c" \u0000\u001B[31m \uD800 \uFFFF\ttab\nline';
    const text = renderJunit([{ ...bad, findings: [{ ...finding, title, received: title }] }]);
    const { failure } = junit(text).testsuite[0]!.testcase[0]!;
    expect(failure!['@_message']).toContain('a ]]> <b> & "c" \uFFFD\uFFFD[31m \uFFFD \uFFFD');
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0008\u001B]/);
  });

  test('writes an element without content short', () => {
    expect(renderXml({ name: 'a', attributes: { b: 1 } })).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<a b="1"/>\n',
    );
  });
});

/** Reads KTAP as its document says: versions, plans, numbers, and whether a group is as its tests. */
function readKtap(lines: string[], indent: string): { ok: boolean; name: string; directive: string }[] {
  expect(lines.shift()).toBe(`${indent}KTAP version 1`);
  const plan = /^ *1\.\.(\d+)$/.exec(lines.shift() ?? '');
  const results: { ok: boolean; name: string; directive: string }[] = [];
  while (results.length < Number(plan?.[1])) {
    let inner: { ok: boolean }[] | null = null;
    if (lines[0] === `${indent}  KTAP version 1`) inner = readKtap(lines, `${indent}  `);
    while (lines[0]?.startsWith(`${indent}#`) === true) lines.shift();
    const result = /^( *)(ok|not ok) (\d+) ([^#]*?)(?: # (.*))?$/.exec(lines.shift() ?? '');
    expect(result?.[1]).toBe(indent);
    expect(Number(result?.[3])).toBe(results.length + 1);
    const ok = result?.[2] === 'ok';
    if (inner !== null) expect(ok).toBe(inner.every((each) => each.ok));
    results.push({ ok, name: result![4]!, directive: result![5] ?? '' });
  }
  return results;
}

describe('KTAP', () => {
  test('has a plan, numbers and subtests, and says for each driver what its subtests say', () => {
    const lines = renderKtap([good, bad], { root: ROOT }, [FAILURE]).trimEnd().split('\n');
    expect(readKtap(lines, '')).toEqual([
      { ok: true, name: 'toy 1.2.3', directive: '' },
      { ok: false, name: 'toy 1.2.3', directive: '' },
      { ok: false, name: 'gone.ts', directive: '' },
    ]);
    expect(lines).toEqual([]);
  });

  test('skips what does not apply, and puts the counterexample before the line of its rule', () => {
    const text = renderKtap([good, bad], { root: ROOT });
    expect(text).toContain('    ok 2 MP-MIG-003 Contents survive # SKIP skip: not with drops-content\n');
    expect(text).toMatch(
      / {4}# replay: movable-pages replay mp2\.abc\n {4}not ok 1 MP-RACE-001 No data race\n/,
    );
    expect(text).toContain('# toy 1.2.3: not conformant: 1 rule fails (MP-RACE-001)');
  });
});

describe('Markdown', () => {
  test('begins with the verdict and folds the details', () => {
    const text = renderMarkdown([bad], { root: ROOT });
    expect(text.split('\n')[0]).toBe(
      '**toy 1.2.3: not conformant: 1 rule fails (MP-RACE-001), 0 pass in 1,896 schedules**',
    );
    expect(text).toContain('| fail | MP-RACE-001 | No data race | 2 findings |');
    expect(text).toContain('<details><summary>The counterexample</summary>\n\n```text\nMP-RACE-001 ');
    expect(text).toContain('```text\nmovable-pages replay mp2.abc\n```');
    expect(text.match(/<details>/g)).toHaveLength(text.match(/<\/details>/g)!.length);
  });

  test('puts failures first and what has one reason into one row', () => {
    const inconclusive = good.rules.map(
      (rule) => ({ ...rule, status: 'inconclusive', reason: 'cut off' }) as const,
    );
    const rows = renderMarkdown([{ ...bad, rules: [...inconclusive, ...bad.rules] }])
      .split('\n')
      .slice(2, 6);
    expect(rows.slice(2)).toEqual([
      '| fail | MP-RACE-001 | No data race | 2 findings |',
      '| inconclusive | 2 rules |  | cut off |',
    ]);
  });

  test('takes nothing in a message for Markdown', () => {
    const title = 'a | b <script> `c` *d*';
    const text = renderMarkdown([{ ...bad, findings: [{ ...finding, title }] }]);
    expect(text).toContain('### MP-RACE-001 a | b \\<script> \\`c\\` \\*d\\*\n');
  });
});

describe.each([
  ['terminal', (verdict: Verdict) => renderTerminal(verdict)],
  ['junit', (verdict: Verdict) => renderJunit([verdict])],
  ['ktap', (verdict: Verdict) => renderKtap([verdict])],
  ['markdown', (verdict: Verdict) => renderMarkdown([verdict])],
] as const)('%s', (name, render) => {
  test('shows three findings of a rule and says how many more there are', () => {
    const text = render(many).replaceAll('\\', '');
    expect(text.match(/replay: movable-pages replay/g)).toHaveLength(3);
    expect(text.replaceAll(/\s+/g, ' ')).toContain('2 more of MP-RACE-001 are not shown');
  });

  test('never calls a part conformant, and says at once what is left out', () => {
    const text = render(partial).replaceAll('\\', '').replaceAll(/\s+/g, ' ');
    const words =
      'partial verdict (only MP-ISO-001; linux-6.1; MP-ISO-002 disabled until 2027-01-31: mended in 2.0)';
    expect(text).not.toMatch(/\bconformant/);
    expect(text).toContain(`toy 1.2.3: ${words}`);
    if (name === 'terminal' || name === 'markdown') expect(text.indexOf(words)).toBeLessThan(20);
  });
});

describe('a regression test', () => {
  test('is written for each bug once, and holds its token', () => {
    const text = renderTest(
      [bad],
      (from) => `new URL(${JSON.stringify(`../${from}`)}, import.meta.url).href`,
    )!;
    expect(text.match(/^test\(/gm)).toHaveLength(1);
    expect(text).toContain(`test('toy: MP-RACE-001 ${finding.title}', async () => {`);
    expect(text).toContain('new URL("../src/toy.ts", import.meta.url).href');
    expect(text).toContain("'mp2.abc'");
  });

  test('is none if nothing was found', () => {
    expect(renderTest([good], (from) => from)).toBeNull();
  });
});
