/** A mistake in how the command was called. @since 0.1.0 */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(
    readonly code: 'MP_USAGE' | 'MP_CANNOT_WRITE' | 'MP_BAD_CONFIG' | 'MP_NO_CERTIFICATE' | 'MP_NO_LAST_RUN',
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** The stable code of an error, or null if it has none: then it is a fault of ours. */
export function codeOf(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && code.startsWith('MP_') ? code : null;
}

/** An error as the user sees it: a code and what to do, never a stack. */
export function errorLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `error ${codeOf(error) ?? 'MP_INTERNAL'}: ${message}\n`;
}
