/** Codes of {@link MutateError}. @since 0.1.0 */
export type MutateErrorCode =
  | 'MP_BAD_IGNORE'
  | 'MP_CANNOT_PARSE'
  | 'MP_NOTHING_TO_MUTATE'
  | 'MP_ORIGINAL_FAILS'
  | 'MP_UNKNOWN_OPERATOR';

/** Mutants that could not be made or judged. The `code` is stable; the message says what to do. @since 0.1.0 */
export class MutateError extends Error {
  override readonly name = 'MutateError';

  constructor(
    readonly code: MutateErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
