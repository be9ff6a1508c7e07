import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { files, packages, publicPackages, read, workspaces } from './support/repository.ts';
import { floorOf, floors, isDeterministic, mayName } from './tidiness/floors.ts';
import { lockedSpecifiers } from './tidiness/lockfile.ts';
import { isTestOnly, modules, reachableFrom } from './tidiness/modules.ts';

const scope = '@movable-pages/';
const lineLimit = 400;

/** Files over the line limit, each with the reason why it is one thing. */
const longFiles: Readonly<Record<string, string>> = {
  'packages/conformance/test/rules/nonsense.fixture.ts': 'sixty broken drivers of a few lines each',
  'packages/conformance/test/rules/shapes.fixture.ts': 'seven whole drivers',
  'packages/machine/src/machine.ts':
    'the whole face of the machine, half of it documentation; what it does lies in its parts',
  'packages/core/test/migrate/migrate-pages.test.ts': 'the scenarios of migrate_pages, side by side',
};

const texts = files.filter((file) =>
  /\.(ts|mjs|js|json|ya?ml|md|sh)$|(^|\/)(\.[a-z]+|LICENSE|run)$/.test(file),
);
const code = files.filter((file) => /\.(ts|mts|js|mjs)$/.test(file));
const sourcesOf = (dir: string) => [...modules.values()].filter(({ file }) => file.startsWith(`${dir}/src/`));

/** Lines of files that match a pattern, as `file:line text`. */
function matches(among: readonly string[], pattern: RegExp): string[] {
  return among.flatMap((file) => {
    if (!pattern.test(read(file))) return [];
    return read(file)
      .split('\n')
      .flatMap((line, index) =>
        pattern.test(line) ? [`${file}:${index + 1} ${line.trim().slice(0, 120)}`] : [],
      );
  });
}

test('the top level holds what the architecture names and nothing else', () => {
  const folders = new Set(files.filter((file) => file.includes('/')).map((file) => file.split('/')[0]));
  const known = ['packages', 'examples', 'docs', 'test', 'tools', '.ci', '.changeset'];
  expect([...folders].filter((folder) => !known.includes(folder ?? '') && !folder?.startsWith('.'))).toEqual(
    [],
  );
});

describe('deterministic packages', () => {
  const deterministic = [...modules.values()].filter(
    ({ file }) => isDeterministic(file) && !isTestOnly(file),
  );

  test('use no clock, timer, promise or chance of the host', () => {
    const uses = deterministic.flatMap(({ file, banned }) =>
      banned
        .filter(({ what }) => !mayName[file]?.names.includes(what))
        .map(({ what, line }) => `${file}:${line} ${what}`),
    );
    expect(uses).toEqual([]);
  });

  test('are granted no exception that they do not need', () => {
    const granted = Object.entries(mayName).flatMap(([file, { names }]) =>
      names.map((name) => `${file} ${name}`),
    );
    const used = new Set(
      deterministic.flatMap(({ file, banned }) => banned.map(({ what }) => `${file} ${what}`)),
    );
    expect(granted.filter((grant) => !used.has(grant))).toEqual([]);
  });

  test('import nothing of Node', () => {
    const uses = deterministic.flatMap(({ file, specifiers }) =>
      specifiers
        .filter((specifier) => specifier.startsWith('node:'))
        .map((specifier) => `${file} ${specifier}`),
    );
    expect(uses).toEqual([]);
  });
});

describe('floors', () => {
  test.each(packages.map(({ dir }) => dir))('%s imports only the floors below it', (dir) => {
    const name = path.posix.basename(dir);
    const allowed = floors[floorOf(name)];
    expect(allowed, `${name} has no entry in test/tidiness/floors.ts`).toBeDefined();
    const wrong = sourcesOf(dir)
      .filter(({ file }) => !isTestOnly(file))
      .flatMap(({ file, specifiers }) =>
        specifiers
          .filter((specifier) => specifier.startsWith(scope))
          .filter((specifier) => !allowed?.includes(specifier.slice(scope.length).split('/')[0] ?? ''))
          .map((specifier) => `${file} imports ${specifier}`),
      );
    expect(wrong).toEqual([]);
  });

  test('packages meet only through their public exports', () => {
    const exported = new Set(
      packages.flatMap(({ manifest }) =>
        Object.keys(manifest.exports ?? {}).map((entry) => path.posix.join(manifest.name, entry)),
      ),
    );
    const wrong = [...modules.values()].flatMap(({ file, specifiers, refersTo }) => {
      const home = /^(packages|examples)\/[^/]+\//.exec(file)?.[0];
      const deep = specifiers.filter((specifier) => specifier.startsWith(scope) && !exported.has(specifier));
      const outside =
        home === undefined
          ? []
          : refersTo.filter((target) => modules.has(target) && !target.startsWith(home));
      const upward = file.includes('/src/') && !isTestOnly(file) ? refersTo.filter(isTestOnly) : [];
      return [...deep, ...outside, ...upward].map((target) => `${file} reaches into ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  test('the linter knows the same floors', () => {
    interface Override {
      files: string[];
      rules: { 'no-restricted-imports'?: [string, { patterns: { group: string[] }[] }] };
    }
    const { overrides } = JSON.parse(read('.oxlintrc.json')) as { overrides: Override[] };
    const told = overrides.flatMap(({ files: [glob = ''], rules }) => {
      const group = rules['no-restricted-imports']?.[1].patterns[0]?.group;
      return group === undefined ? [] : [[glob, group] as const];
    });
    const expected = Object.entries(floors).map(
      ([name, allowed]) =>
        [
          `packages/${name}/src/**/*.ts`,
          [`${scope}*`, ...allowed.map((below) => `!${scope}${below}`)],
        ] as const,
    );
    expect(new Map(told)).toEqual(new Map(expected));
  });
});

describe('files', () => {
  test(`none is longer than ${lineLimit} lines without a reason`, () => {
    const lines = (file: string) => read(file).split('\n').length - 1;
    const long = code.filter((file) => lines(file) > lineLimit);
    expect(
      long.filter((file) => !(file in longFiles)).map((file) => `${file}: ${lines(file)} lines`),
    ).toEqual([]);
    expect(Object.keys(longFiles).filter((file) => !long.includes(file))).toEqual([]);
  });

  test('no marker of unfinished work is left', () => {
    expect(matches(texts, /(?<![\w-])(T[O]DO|F[I]XME|X[X]X|H[A]CK|W[I]P)(?![\w-])/)).toEqual([]);
    expect(matches(code, /^\s*debugger\b/)).toEqual([]);
  });

  test('no test is focused', () => {
    expect(matches(code, /\b(describe|it|test|suite)\.only\b/)).toEqual([]);
  });

  test('nothing tells where it was written', () => {
    const shipped = files.filter((file) => !/\.(png|svg|gif|wasm)$/.test(file));
    const homes = /(?<![\w.@)}*-])\/(home|root|Users|work|workspace)\/[\w.-]+|[A-Z]:\\\\?Users\\/;
    const registries = /regis[t]ry\.[a-z0-9-]+\.[a-z]{2,}|_auth(Token)?\s*=/i;
    expect(matches(shipped, homes)).toEqual([]);
    expect(matches(shipped, registries)).toEqual([]);
    expect(matches(['pnpm-lock.yaml'], /https?:\/\//)).toEqual([]);
    expect(files.filter((file) => /(^|\/)\.npmrc$/.test(file))).toEqual([]);
  });

  test('each source is reached from an entry of its package, each test helper from a test', () => {
    const dead = packages.flatMap(({ dir, manifest }) => {
      const sources = Object.values(manifest.exports ?? {}).map((entry) => entry[`${scope}source`] ?? '');
      const commands = Object.values(manifest.bin ?? {}).map((file) =>
        file.replace('/dist/', '/src/').replace(/\.js$/, '.ts'),
      );
      const entries = [...sources, ...commands].map((file) => path.posix.join(dir, file));
      if (entries.length === 0) entries.push(`${dir}/src/main.ts`);
      const own = [...modules.keys()].filter((file) => file.startsWith(`${dir}/`));
      const live = reachableFrom(entries);
      const tested = reachableFrom(own.filter((file) => file.endsWith('.test.ts')));
      return own.filter((file) => !(isTestOnly(file) ? tested : live).has(file));
    });
    expect(dead).toEqual([]);
  });
});

describe('manifests', () => {
  const rootManifest = workspaces.find(({ dir }) => dir === '')?.manifest;

  test.each(workspaces.filter(({ dir }) => dir !== ''))('$dir says what it has to', ({ dir, manifest }) => {
    expect(manifest).toMatchObject({ license: 'MIT', type: 'module', engines: rootManifest?.engines });
    expect(manifest.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(manifest.description).toMatch(/^[A-Z].*\.$/);
    expect(manifest.name.startsWith(scope)).toBe(true);
    if (dir.startsWith('packages/')) expect(manifest.name).toBe(scope + path.posix.basename(dir));
    if (/^(packages|examples)\//.test(dir)) expect(files).toContain(`${dir}/README.md`);
    expect(manifest.packageManager).toBeUndefined();
  });

  test.each(publicPackages)('$dir can be published', ({ dir, manifest }) => {
    expect(manifest).toMatchObject({ files: ['dist'], publishConfig: { access: 'public' } });
    expect(manifest.keywords).toContain('movable-pages');
    expect(manifest.sideEffects).toBeDefined();
    expect(read(`${dir}/LICENSE`)).toBe(read('LICENSE'));
    const withoutSource: Record<string, Record<string, string>> = {};
    for (const [name, entry] of Object.entries(manifest.exports ?? {})) {
      const { [`${scope}source`]: source, ...rest } = entry;
      expect(Object.keys(entry)).toEqual([`${scope}source`, 'types', 'default']);
      expect(files).toContain(path.posix.join(dir, source ?? ''));
      withoutSource[name] = rest;
    }
    expect(manifest.publishConfig?.exports).toEqual(withoutSource);
    expect(Object.keys(withoutSource).length).toBeGreaterThan(0);
  });

  test.each(packages)('$dir is built after the packages it depends on', ({ dir, manifest }) => {
    const { references = [] } = JSON.parse(read(`${dir}/tsconfig.json`)) as {
      references?: { path: string }[];
    };
    const ours = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
      .filter((name) => name.startsWith(scope))
      .map((name) => `../${name.slice(scope.length)}`);
    expect(references.map((reference) => reference.path).toSorted()).toEqual(ours.toSorted());
    for (const file of ['tsconfig.json', 'tools/tsconfig.tests.json']) {
      expect(read(file), `${file} does not refer to ${dir}`).toMatch(new RegExp(`${dir}["/]`));
    }
  });

  test('the lockfile fits every package.json', () => {
    const locked = lockedSpecifiers(read('pnpm-lock.yaml'));
    const apart = workspaces.flatMap(({ dir, manifest }) => {
      const wanted = {
        ...manifest.dependencies,
        ...manifest.devDependencies,
        ...manifest.optionalDependencies,
      };
      const found = locked.get(dir === '' ? '.' : dir) ?? new Map<string, string>();
      const changed = Object.keys(wanted).filter((name) => found.get(name) !== wanted[name]);
      const gone = [...found.keys()].filter((name) => !(name in { ...wanted, ...manifest.peerDependencies }));
      return [...changed, ...gone].map((name) => `${dir || 'root'}: ${name}`);
    });
    expect(apart, 'run `node tools/setup.mjs --update-lockfile`').toEqual([]);
    expect(locked.size).toBe(workspaces.length);
  });

  test('the pinned pnpm is an exact version', () => {
    expect(rootManifest?.config?.pnpmVersion).toMatch(/^\d+\.\d+\.\d+$/);
  });
});
