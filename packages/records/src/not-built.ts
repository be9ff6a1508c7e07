/** A record needs something that the simulator does not have yet. */
export class NotBuilt extends Error {
  override readonly name = 'NotBuilt';

  constructor(readonly what: string) {
    super(`${what} is not built`);
  }
}
