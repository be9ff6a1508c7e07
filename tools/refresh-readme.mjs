/**
 * Puts the real output of the commands into the README: the fences that begin with ```text output=NAME. With `--check`
 * it only says whether they are what the commands print now. `npm test` prints times and counts that change with every
 * test, so its fence keeps the lines of its summary that matter.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const root = new URL('..', import.meta.url);
const readme = new URL('README.md', root);
const bin = 'packages/cli/dist/bin.js';

function run(...args) {
  return spawnSync(process.execPath, [bin, ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  }).stdout.trimEnd();
}

/** The finding alone: from its first line to its replay line. */
function finding(text) {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^MP-[A-Z]+-\d+ /.test(line));
  const end = lines.findIndex((line) => line.startsWith('replay: '));
  return lines.slice(start, end + 1).join('\n');
}

/** The first verdict whole, of the others the last line. */
function firstWhole(text) {
  const lines = text.split('\n');
  const isLast = (line) => /^[a-z][a-z0-9-]* \d+\.\d+\.\d+: /.test(line);
  const end = lines.findIndex(isLast) + 1;
  return [...lines.slice(0, end), ...lines.slice(end).filter(isLast)].join('\n');
}

const outputs = {
  start: () => firstWhole(run()),
  broken: () => finding(run('check', 'examples/first-driver/src/broken.ts')),
};

const before = readFileSync(readme, 'utf8');
let after = before;
for (const [name, make] of Object.entries(outputs)) {
  const fence = new RegExp(`(\`\`\`text output=${name}\\n)[\\s\\S]*?(\`\`\`)`);
  after = after.replace(fence, (_, open, close) => `${open}${make()}\n${close}`);
}
if (process.argv.includes('--check')) {
  if (after !== before) {
    process.stderr.write(
      'README.md does not show what the commands print now; run: node tools/refresh-readme.mjs\n',
    );
    process.exitCode = 1;
  }
} else writeFileSync(readme, after);
