/** The bytes of a text. The kernel writes ASCII; anything else becomes a question mark. */
function ascii(value: string): number[] {
  return Array.from(value, (character) => (character < '\u0080' ? character.charCodeAt(0) : 0x3f));
}

/** A number of `bytes` bytes, the lowest first. */
function little(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, byte) => (byte < 4 ? (value >>> (8 * byte)) & 0xff : 0));
}

/** A text with the 0 that ends it. */
function text(value: string): number[] {
  return [...ascii(value), 0];
}

/**
 * A file that `trace-cmd report` prints: the text of a trace ({@link TraceLog.text}) as the latency section of a version 6
 * `trace.dat`, with no binary buffers.
 *
 * @param trace The text.
 * @param cpus How many processors there are.
 * @since 0.1.0
 */
export function traceDat(trace: string, cpus: number): Uint8Array {
  const pageSize = 4096;
  // Little endian, longs of 8 bytes.
  const architecture = [0, 8, ...little(pageSize, 4)];
  // Descriptions of the ring buffer, of which there is none.
  const ringBuffer = [...text('header_page'), ...little(0, 8), ...text('header_event'), ...little(0, 8)];
  // No formats of ftrace, no systems of events, no symbols, no formats of printk, no names of threads.
  const tables = [...little(0, 4), ...little(0, 4), ...little(0, 4), ...little(0, 4), ...little(0, 8)];
  const magic = [0x17, 0x08, 0x44, ...text('tracing6')];
  const head = [
    ...magic,
    ...architecture,
    ...ringBuffer,
    ...tables,
    ...little(cpus, 4),
    ...text('latency  '),
  ];
  const body = ascii(trace);
  const file = new Uint8Array(head.length + body.length);
  file.set(head);
  file.set(body, head.length);
  return file;
}
