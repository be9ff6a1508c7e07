/** Version of the suite: part of verdicts and tokens. A test keeps it equal to the package's. @since 0.1.0 */
export const SUITE_VERSION = '0.1.0';
