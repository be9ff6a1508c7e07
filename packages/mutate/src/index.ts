/**
 * Mutates movable-page drivers at their contract, to say what a pass of the conformance suite is worth.
 *
 * @packageDocumentation
 */
export { MutateError, type MutateErrorCode } from './errors.js';
export type { LeftOut } from './ignore.js';
export type { Hunk } from './mutant.js';
export { mutateModule, type MutateEvent, type MutateOptions } from './mutate-module.js';
export { mutationOperators } from './mutation-operators.js';
export type { MutationOperator } from './operator.js';
export { MUTATION_SCHEMA, renderMutationJson } from './render-mutation-json.js';
export { renderMutation, type RenderMutationOptions } from './render-mutation.js';
export type { Kill, MutantReport, MutationReport, OperatorReport, Outcome } from './report.js';
