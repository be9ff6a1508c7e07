/**
 * What the sources of each package may import of ours: the floors of the house (docs/guide/architecture.md).
 * `.oxlintrc.json` says the same to the linter, and the tidiness test compares the two.
 */
export const floors: Readonly<Record<string, readonly string[]>> = {
  machine: [],
  explore: ['machine'],
  core: ['machine'],
  'driver-*': ['core'],
  conformance: ['core', 'explore', 'machine'],
  records: ['core', 'machine'],
  mutate: ['conformance', 'explore'],
  museum: ['conformance', 'core', 'explore', 'machine'],
  cli: [
    'conformance',
    'core',
    'driver-balloon',
    'driver-gpu-buffer',
    'driver-zsmalloc',
    'explore',
    'museum',
    'mutate',
  ],
  bench: [
    'cli',
    'conformance',
    'core',
    'driver-balloon',
    'driver-gpu-buffer',
    'driver-zsmalloc',
    'explore',
    'machine',
  ],
};

/** The key of {@link floors} that stands for a package. */
export const floorOf = (name: string): string => (name.startsWith('driver-') ? 'driver-*' : name);

/** Sources that must be deterministic. */
export const isDeterministic = (file: string): boolean =>
  /^packages\/(machine|explore|core|museum|driver-[^/]+)\/src\//.test(file) &&
  !file.startsWith('packages/explore/src/node/');

/** Files that may name a banned thing because they do not use it, each with what they name and why. */
export const mayName: Readonly<Record<string, { names: readonly string[]; reason: string }>> = {
  'packages/machine/src/shared-state/kinds.ts': {
    names: ['Date', 'Promise', 'WeakRef'],
    reason: 'shared() has to know them to refuse them',
  },
  'packages/machine/src/shared-state/shareable.ts': {
    names: ['Date', 'Promise', 'WeakRef'],
    reason: 'its types refuse them',
  },
};
