/** Lists longer than this are taken for garbage. */
const LONGEST = 1 << 20;

/**
 * Reads what a `ByteWriter` wrote.
 *
 * @throws RangeError wherever the bytes end too early or mean nothing.
 */
export class ByteReader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** Whether everything was read. */
  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  number(): number {
    let value = 0;
    for (let unit = 1; ; unit *= 0x80) {
      const byte = this.bytes[this.at++];
      if (byte === undefined || unit > 2 ** 42) throw new RangeError('no number');
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value;
    }
  }

  text(): string {
    const length = this.number();
    if (length > this.bytes.length - this.at) throw new RangeError('no text');
    this.at += length;
    return new TextDecoder('utf-8', { fatal: true }).decode(this.bytes.subarray(this.at - length, this.at));
  }

  list<T>(read: () => T): T[] {
    const length = this.number();
    if (length > LONGEST) throw new RangeError('no list');
    return Array.from({ length }, read);
  }
}
