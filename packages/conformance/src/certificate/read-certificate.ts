import { budgets } from '../budget.js';
import { CheckError } from '../errors.js';
import { CERTIFICATE_SCHEMA, type Certificate } from './certificate.js';

type Shape = 'string' | 'number' | 'boolean' | 'object' | 'nullable' | readonly [Shape | Fields] | Fields;
interface Fields {
  readonly [key: string]: Shape;
}

const FINDING: Fields = { rule: 'string', code: 'string', occurrences: 'number' };
const LOCKS: Fields = {
  kind: 'string',
  held: 'nullable',
  wanted: 'nullable',
  gates: ['string'],
  thread: 'string',
  never: ['string'],
  user: 'boolean',
  alone: 'boolean',
};
const UNIT: Fields = {
  scenario: 'string',
  profile: 'string',
  bound: 'number',
  preemptions: 'number',
  faults: 'number',
  exhausted: 'boolean',
  unbounded: 'boolean',
  executions: 'number',
  steps: 'number',
  stop: 'string',
  phases: ['object'],
  triggers: 'object',
  alike: ['string'],
  locks: [LOCKS],
  findings: [FINDING],
  error: 'nullable',
  digest: 'string',
};
const CERTIFICATE: Fields = {
  schema: 'string',
  suite: { version: 'string', digest: 'string' },
  budget: 'string',
  seed: 'number',
  profiles: ['string'],
  selection: 'nullable',
  waivers: [{ rule: 'string', reason: 'string', until: 'string' }],
  drivers: [
    {
      name: 'string',
      version: 'string',
      from: 'string',
      digest: 'string',
      capabilities: ['string'],
      rules: ['object'],
      units: [UNIT],
    },
  ],
  checksum: 'string',
};

/**
 * Reads the text of a certificate, no further than its form: what it says may still be wrong.
 *
 * @param file What it is called, for messages.
 * @throws CheckError `MP_BAD_CERTIFICATE`.
 * @since 0.1.0
 */
export function readCertificate(text: string, file: string): Certificate {
  const bad = (what: string) =>
    new CheckError(
      'MP_BAD_CERTIFICATE',
      `${file} is no certificate: ${what}; give the file that check --certificate wrote`,
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw bad('it is cut off or not JSON');
  }
  // White space aside, as it is written and no other way: of two values for a key, people and programs may read another.
  if (JSON.stringify(value) !== withoutSpace(text))
    throw bad('a key is there twice, or a value is written strangely');
  if ((value as { schema?: unknown } | null)?.schema !== CERTIFICATE_SCHEMA)
    throw bad(`its schema is not ${CERTIFICATE_SCHEMA}`);
  const wrong = misshapen(value, CERTIFICATE, '');
  if (wrong !== null) throw bad(wrong);
  const certificate = value as Certificate;
  if (!Object.hasOwn(budgets, certificate.budget)) throw bad(`there is no budget ${certificate.budget}`);
  if (!Number.isInteger(certificate.seed)) throw bad('its seed is no whole number');
  if (certificate.drivers.length === 0) throw bad('it names no driver');
  return certificate;
}

function withoutSpace(json: string): string {
  return json.replaceAll(/"(?:[^"\\]|\\.)*"|\s+/g, (piece) => (piece.startsWith('"') ? piece : ''));
}

/** The first place where a value has not the shape, or null. */
function misshapen(value: unknown, shape: Shape | Fields, path: string): string | null {
  if (shape === 'nullable')
    return value === null || ['string', 'object'].includes(typeof value) ? null : `${path} is no text`;
  if (typeof shape === 'string')
    return typeof value === shape && value !== null ? null : `${path} is no ${shape}`;
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return `${path} is no list`;
    return first(value.map((each, index) => misshapen(each, shape[0] as Shape, `${path}[${index}]`)));
  }
  if (typeof value !== 'object' || value === null) return `${path} is no object`;
  const fields = Object.entries(shape as Fields);
  return first(
    fields.map(([key, each]) =>
      misshapen((value as Record<string, unknown>)[key], each, path === '' ? key : `${path}.${key}`),
    ),
  );
}

function first(found: readonly (string | null)[]): string | null {
  return found.find((each) => each !== null) ?? null;
}
