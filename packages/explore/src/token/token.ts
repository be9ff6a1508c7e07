import type { Choice, Schedule, Segment } from '../schedule.js';
import { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { TokenError } from './token-error.js';

/** The form of the tokens that this version writes and reads. */
const PREFIX = 'mp2.';
const ANY_FORM = /^mp\d+\./;
const SUM_LENGTH = 6;
/** Evidence of evidence is the most there is. */
const DEEPEST = 3;

/** What follows the steps of a segment: the ways in which it can end. */
const Until = { counted: 0, end: 1, named: 2 } as const;

/** What a token holds. @since 0.1.0 */
export interface TokenPayload {
  readonly schedule: Schedule;
  /** Whatever the caller needs to find the program again: names, versions, a file. */
  readonly labels: readonly string[];
}

/**
 * Packs a schedule and some labels into one word that a shell takes as it is, with a checksum.
 *
 * @since 0.1.0
 */
export function packToken({ schedule, labels }: TokenPayload): string {
  const names = [...new Set(namesOf(schedule))];
  const numberOf = new Map(names.map((name, index) => [name, index]));
  const out = new ByteWriter();
  const name = (text: string) => out.number(numberOf.get(text)!);
  out.list(labels, (label) => out.text(label));
  out.list(names, (text) => out.text(text));
  const writeSegment = ({ thread, steps, until }: Segment): void => {
    name(thread);
    // -1 stands for no number of steps.
    out.number(steps + 1);
    if (typeof until !== 'object') {
      out.number(until === 'end' ? Until.end : Until.counted);
      return;
    }
    out.number(Until.named + until.occurrence);
    name(until.operation);
  };
  const writeChoice = (choice: Choice): void => {
    name(choice.name);
    name(choice.thread);
    out.number(choice.occurrence);
    out.number(choice.value);
  };
  const write = ({ segments, choices, evidence }: Schedule): void => {
    out.list(segments, writeSegment);
    out.list(choices, writeChoice);
    out.list(evidence ?? [], write);
  };
  write(schedule);
  const body = toText(out.bytes);
  return `${PREFIX}${checksum(body)}${body}`;
}

/**
 * Unpacks a token.
 *
 * @throws TokenError `MP_BAD_TOKEN` if it is no token, or was cut or changed; `MP_TOKEN_VERSION` if it is of another form.
 * @since 0.1.0
 */
export function unpackToken(token: string): TokenPayload {
  const trimmed = token.trim();
  const form = ANY_FORM.exec(trimmed)?.[0];
  if (form === undefined) {
    throw new TokenError(
      'MP_BAD_TOKEN',
      `this is no replay token: it must begin with "${PREFIX}"; copy the whole line from the report`,
    );
  }
  if (form !== PREFIX) {
    throw new TokenError(
      'MP_TOKEN_VERSION',
      `this replay token begins with "${form}" and this version reads "${PREFIX}": it was made by another version; check again for a new token, or replay it with the version that made it`,
    );
  }
  const body = trimmed.slice(PREFIX.length + SUM_LENGTH);
  if (checksum(body) !== trimmed.slice(PREFIX.length, PREFIX.length + SUM_LENGTH)) {
    throw new TokenError(
      'MP_BAD_TOKEN',
      'this replay token was cut or changed: its checksum does not fit; copy the whole line from the report',
    );
  }
  try {
    return read(new ByteReader(toBytes(body)));
  } catch (error) {
    throw new TokenError(
      'MP_BAD_TOKEN',
      'this replay token cannot be read; copy the whole line from the report',
      { cause: error },
    );
  }
}

function read(bytes: ByteReader): TokenPayload {
  const labels = bytes.list(() => bytes.text());
  const names = bytes.list(() => bytes.text());
  const name = (): string => {
    const text = names[bytes.number()];
    if (text === undefined) throw new RangeError('no name');
    return text;
  };
  const readSegment = (): Segment => {
    const segment = { thread: name(), steps: bytes.number() - 1 };
    const until = bytes.number();
    if (until === Until.counted) return segment;
    if (until === Until.end) return { ...segment, until: 'end' };
    return { ...segment, until: { operation: name(), occurrence: until - Until.named } };
  };
  const readChoice = (): Choice => ({
    name: name(),
    thread: name(),
    occurrence: bytes.number(),
    value: bytes.number(),
  });
  const readSchedule = (depth: number): Schedule => {
    if (depth > DEEPEST) throw new RangeError('no schedule');
    const segments = bytes.list(readSegment);
    const choices = bytes.list(readChoice);
    const evidence = bytes.list(() => readSchedule(depth + 1));
    return { segments, choices, ...(evidence.length === 0 ? {} : { evidence }) };
  };
  const schedule = readSchedule(0);
  if (!bytes.isAtEnd) throw new RangeError('more than a token');
  return { labels, schedule };
}

function* namesOf({ segments, choices, evidence }: Schedule): Generator<string> {
  for (const other of evidence ?? []) yield* namesOf(other);
  for (const { thread, until } of segments) {
    yield thread;
    if (typeof until === 'object') yield until.operation;
  }
  for (const { name, thread } of choices) {
    yield name;
    yield thread;
  }
}

/** Base64 in the alphabet that file names and shells take. */
function toText(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function toBytes(text: string): Uint8Array {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** FNV-1a, in base 36. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0)
    .toString(36)
    .padStart(SUM_LENGTH + 1, '0')
    .slice(-SUM_LENGTH);
}
