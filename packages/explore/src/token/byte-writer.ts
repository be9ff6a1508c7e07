/** Writes numbers and texts as few bytes: numbers from 0 in groups of seven bits, texts with their length first. */
export class ByteWriter {
  private readonly out: number[] = [];

  get bytes(): Uint8Array {
    return Uint8Array.from(this.out);
  }

  number(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.out.push((rest % 0x80) | 0x80);
    this.out.push(rest);
  }

  text(value: string): void {
    const bytes = new TextEncoder().encode(value);
    this.number(bytes.length);
    this.out.push(...bytes);
  }

  list<T>(items: readonly T[], write: (item: T) => void): void {
    this.number(items.length);
    for (const item of items) write(item);
  }
}
