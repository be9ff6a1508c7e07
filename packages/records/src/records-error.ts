/** Codes of {@link RecordsError}. */
export type RecordsErrorCode = 'MP_USAGE' | 'MP_CANNOT_WRITE' | 'MP_NO_RECORDS' | 'MP_BAD_RECORD';

/** Records that cannot be played as asked. The `code` is stable; the message says what to do. */
export class RecordsError extends Error {
  override readonly name = 'RecordsError';

  constructor(
    readonly code: RecordsErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
