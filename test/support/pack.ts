import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { publicPackages, root } from './repository.ts';

const run = promisify(execFile);

/** A packed package. */
export interface Packed {
  name: string;
  tarball: string;
}

/** Packs every publishable package as a release would. The packages have to be built. */
export async function packAll(folder: string): Promise<Packed[]> {
  const packed: Packed[] = [];
  for (const { dir, manifest } of publicPackages) {
    if (!existsSync(path.join(root, dir, 'dist/index.js'))) {
      throw new Error(`${dir} is not built: run \`npm run build\` first`);
    }
    const tarball = path.join(folder, `${path.basename(dir)}.tgz`);
    const script = path.join(root, 'tools/pnpm.mjs');
    await run(process.execPath, [script, '--dir', path.join(root, dir), 'pack', '--out', tarball]);
    packed.push({ name: manifest.name, tarball });
  }
  return packed;
}
