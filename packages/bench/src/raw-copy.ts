/** Something that copies as many bytes between two buffers, page by page, by the fastest means there is. */
export function rawCopy(pages: number, pageSize: number): () => void {
  const words = pageSize / 4;
  const from = new Int32Array(pages * words).fill(7);
  const to = new Int32Array(pages * words);
  return () => {
    for (let page = 0; page < pages; page++) {
      const start = page * words;
      to.set(from.subarray(start, start + words), start);
    }
  };
}
