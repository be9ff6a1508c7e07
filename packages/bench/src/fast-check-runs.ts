import { asyncProperty, check, scheduler } from 'fast-check';
import { promisedModel } from './promised-model.js';
import type { StandardModelOptions } from './standard-model.js';

/**
 * Runs the standard model under the scheduler of fast-check, without shrinking, until something fails.
 *
 * @returns How many executions that were, and whether one failed.
 */
export async function fastCheckRuns(
  model: StandardModelOptions,
  executions: number,
  seed: number,
): Promise<{ executions: number; failed: boolean }> {
  const property = asyncProperty(scheduler(), (by) => promisedModel(by, model));
  const { failed, numRuns } = await check(property, { numRuns: executions, seed, endOnFailure: true });
  return { executions: numRuns, failed };
}
