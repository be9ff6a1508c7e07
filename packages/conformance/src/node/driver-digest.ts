import { fileURLToPath } from 'node:url';
import { digestOfFiles, moduleFiles, relativeName } from './module-files.js';

const SUITE = /^@movable-pages\/(?:machine|explore|core|conformance|cli)(?:\/|$)/;
const INSTALLED = /[/\\]node_modules[/\\]/;

/**
 * Digest of what a driver's module is made of: its file and everything that it imports, up to installed packages and the suite
 * itself. Files are named as seen from the module, so the digest is the same wherever they lie.
 *
 * @param url `file:` URL of the module.
 */
export function driverDigest(url: string): string {
  const entry = fileURLToPath(url);
  const files = moduleFiles([entry], (specifier, file) => !SUITE.test(specifier) && !INSTALLED.test(file));
  return digestOfFiles(files, (file) => relativeName(entry, file));
}
