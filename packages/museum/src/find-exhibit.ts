import type { Exhibit } from './exhibit.js';
import { exhibits } from './exhibits/index.js';

/** A mistake in what the museum was asked for. @since 0.1.0 */
export class MuseumError extends Error {
  override readonly name = 'MuseumError';

  constructor(
    readonly code: 'MP_UNKNOWN_EXHIBIT',
    message: string,
  ) {
    super(message);
  }
}

/**
 * The exhibit of an id, in either case.
 *
 * @throws MuseumError `MP_UNKNOWN_EXHIBIT`.
 * @since 0.1.0
 */
export function findExhibit(id: string): Exhibit {
  const exhibit = exhibits.find((each) => each.id === id.toUpperCase());
  if (exhibit === undefined) {
    throw new MuseumError(
      'MP_UNKNOWN_EXHIBIT',
      `there is no exhibit ${id}; there are: ${exhibits.map((each) => each.id).join(', ')}`,
    );
  }
  return exhibit;
}
