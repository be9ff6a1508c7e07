import { packToken, TokenError, unpackToken, type Schedule } from '@movable-pages/explore';
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
  /** Of what no scenario shows by itself: the schedules of other scenarios that show the rest of it. */
  readonly elsewhere?: readonly { readonly scenario: string; readonly schedule: Schedule }[];
}

/** The labels of a token, in the order in which they are packed. */
const LABELS = ['driver', 'version', 'from', 'profile', 'scenario', 'suite', 'ruleId'] as const;

/** Makes a one-line token that replays a schedule. @since 0.1.0 */
export function encodeToken(content: Omit<TokenContent, 'suite'>): string {
  const { schedule, elsewhere = [] } = content;
  const full: TokenContent = { ...content, suite: SUITE_VERSION };
  const others = elsewhere.map((each) => packToken({ schedule: each.schedule, labels: [each.scenario] }));
  return packToken({ schedule, labels: [...LABELS.map((label) => full[label]), ...others] });
}

/**
 * Reads a token.
 *
 * @throws TokenError `MP_BAD_TOKEN` if it is no token of the suite, or was cut or changed; `MP_TOKEN_VERSION` if it is of
 *   another form.
 * @since 0.1.0
 */
export function decodeToken(token: string): TokenContent {
  const { schedule, labels } = unpackToken(token);
  const [driver, version, from, profile, scenario, suite, ruleId, ...more] = labels;
  if (ruleId === undefined) {
    throw new TokenError(
      'MP_BAD_TOKEN',
      'this token was not made by the suite: it names no driver and scenario; replay it where it was made',
    );
  }
  const elsewhere = more.map(unpackToken).map((other) => ({
    scenario: other.labels[0] ?? '',
    schedule: other.schedule,
  }));
  return {
    driver: driver!,
    version: version!,
    from: from!,
    profile: profile!,
    scenario: scenario!,
    suite: suite!,
    ruleId,
    schedule,
    ...(elsewhere.length === 0 ? {} : { elsewhere }),
  };
}
