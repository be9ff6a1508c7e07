/** Codes of {@link DriverError}. @since 0.1.0 */
export type DriverErrorCode =
  | 'MP_NOT_A_DRIVER'
  | 'MP_MISSING_CALLBACK'
  | 'MP_MISSING_WORKLOAD'
  | 'MP_UNKNOWN_CONTRACT'
  | 'MP_UNKNOWN_CAPABILITY'
  | 'MP_EMPTY_CAPABILITY'
  | 'MP_UNKNOWN_OPTION'
  | 'MP_BAD_OPTION'
  | 'MP_BAD_NAME'
  | 'MP_DUPLICATE_DRIVER'
  | 'MP_UNKNOWN_DRIVER'
  | 'MP_ASYNC_CREATE'
  | 'MP_CREATE_FAILED'
  | 'MP_TWO_CORES';

/**
 * A driver that cannot be loaded or built. The `code` is stable; the message names both sides and says what to do.
 *
 * @since 0.1.0
 */
export class DriverError extends Error {
  override readonly name = 'DriverError';

  constructor(
    readonly code: DriverErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
