import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Schedule } from '@movable-pages/explore';
import { CheckError } from './errors.js';
import { SUITE_VERSION } from './version.js';

/** What a token stands for. @since 0.1.0 */
export interface TokenContent {
  /** Name and version of the driver. */
  readonly driver: string;
  readonly version: string;
  /** What was given to load it: a file relative to where the check ran, or a package. */
  readonly from: string;
  readonly profile: string;
  readonly scenario: string;
  readonly suite: string;
  readonly ruleId: string;
  readonly schedule: Schedule;
}

const PREFIX = 'mp1.';

/** The short form of a token's content: what is deflated. */
type Packed = [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  [string, number][],
  [string, string, number, number][],
];

/** Makes a one-line token that replays a schedule. @since 0.1.0 */
export function encodeToken(content: Omit<TokenContent, 'suite'>): string {
  const packed: Packed = [
    content.driver,
    content.version,
    content.from,
    content.profile,
    content.scenario,
    SUITE_VERSION,
    content.ruleId,
    content.schedule.segments.map(({ thread, steps }) => [thread, steps]),
    content.schedule.choices.map(({ name, thread, occurrence, value }) => [name, thread, occurrence, value]),
  ];
  const body = deflateRawSync(JSON.stringify(packed), { level: 9 });
  return `${PREFIX}${checksum(body)}${body.toString('base64url')}`;
}

/**
 * Reads a token.
 *
 * @throws CheckError `MP_BAD_TOKEN` if it is no token, or was cut or changed.
 * @since 0.1.0
 */
export function decodeToken(token: string): TokenContent {
  const trimmed = token.trim();
  if (!trimmed.startsWith(PREFIX)) {
    throw new CheckError(
      'MP_BAD_TOKEN',
      `this is no replay token: it must begin with "${PREFIX}"; copy the whole line from the report`,
    );
  }
  const sum = trimmed.slice(PREFIX.length, PREFIX.length + SUM_LENGTH);
  const body = Buffer.from(trimmed.slice(PREFIX.length + SUM_LENGTH), 'base64url');
  if (checksum(body) !== sum) {
    throw new CheckError(
      'MP_BAD_TOKEN',
      'this replay token was cut or changed: its checksum does not fit; copy the whole line from the report',
    );
  }
  try {
    const [driver, version, from, profile, scenario, suite, ruleId, segments, choices] = JSON.parse(
      inflateRawSync(body, { maxOutputLength: 1 << 22 }).toString('utf8'),
    ) as Packed;
    return {
      driver,
      version,
      from,
      profile,
      scenario,
      suite,
      ruleId,
      schedule: {
        segments: segments.map(([thread, steps]) => ({ thread, steps })),
        choices: choices.map(([name, thread, occurrence, value]) => ({ name, thread, occurrence, value })),
      },
    };
  } catch (error) {
    throw new CheckError(
      'MP_BAD_TOKEN',
      'this replay token cannot be read; copy the whole line from the report',
      { cause: error },
    );
  }
}

const SUM_LENGTH = 6;

/** FNV-1a, in base 36. */
function checksum(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0)
    .toString(36)
    .padStart(SUM_LENGTH + 1, '0')
    .slice(-SUM_LENGTH);
}
