/** Codes of {@link CheckError}. @since 0.1.0 */
export type CheckErrorCode =
  | 'MP_UNKNOWN_PROFILE'
  | 'MP_UNKNOWN_SCENARIO'
  | 'MP_UNKNOWN_RULE'
  | 'MP_BAD_WAIVER'
  | 'MP_WAIVER_EXPIRED'
  | 'MP_BAD_CERTIFICATE'
  | 'MP_CERTIFICATE_EDITED'
  | 'MP_CERTIFICATE_SUITE'
  | 'MP_CERTIFICATE_DRIVER'
  | 'MP_CERTIFICATE_DIFFERS'
  | 'MP_NO_CERTIFICATE'
  | 'MP_NOTHING_TO_CHECK'
  | 'MP_SETUP_FAILED'
  | 'MP_CANNOT_LOAD'
  | 'MP_BAD_CHECKPOINT'
  | 'MP_STALE_CHECKPOINT'
  | 'MP_CANNOT_SAVE'
  | 'MP_PARTS_DIFFER'
  | 'MP_PARTS_MISSING'
  | 'MP_WORKER_DIED'
  | 'MP_BUILTIN_CHANGED'
  | 'MP_HANG';

/**
 * A check that could not be run. The `code` is stable; the message says what to do.
 *
 * @since 0.1.0
 */
export class CheckError extends Error {
  override readonly name = 'CheckError';

  constructor(
    readonly code: CheckErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
