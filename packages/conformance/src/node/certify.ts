import { existsSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { makeCertificate, type Certificate } from '../certificate/certificate.js';
import type { Verdict } from '../verdict.js';
import { suiteDigest } from './suite-digest.js';

/**
 * Makes a certificate of the verdicts of one check, for {@link verifyCertificate}. Files are named relative to a folder, so that
 * it is of use in another checkout.
 *
 * @param root Folder that the modules were found from.
 * @throws CheckError `MP_NO_CERTIFICATE`.
 * @since 0.1.0
 */
export function certify(verdicts: readonly Verdict[], root: string): Certificate {
  return makeCertificate(verdicts, suiteDigest(), (from) => certifiedName(from, root));
}

/** What a certificate calls a module: a path relative to a folder, or the name of a package. */
export function certifiedName(from: string, root: string): string {
  const path = resolve(root, from);
  return existsSync(path) ? relative(root, path).split(sep).join('/') : from;
}
