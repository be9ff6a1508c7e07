import type { CodedFailure } from './job.js';

/** An error that crossed from a worker: the code is what counts, not the class. */
class RemoteError extends Error {
  constructor(
    readonly code: string,
    name: string,
    message: string,
  ) {
    super(message);
    this.name = name;
  }
}

/** Makes an error of a failure that crossed from a worker. */
export function thaw({ failure }: CodedFailure): Error {
  return new RemoteError(failure.code, failure.name, failure.message);
}
