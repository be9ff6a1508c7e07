/** Codes of {@link TokenError}. @since 0.1.0 */
export type TokenErrorCode = 'MP_BAD_TOKEN' | 'MP_TOKEN_VERSION';

/**
 * A token that cannot be read. The `code` is stable; the message says what to do.
 *
 * @since 0.1.0
 */
export class TokenError extends Error {
  override readonly name = 'TokenError';

  constructor(
    readonly code: TokenErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}
