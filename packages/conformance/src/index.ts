/**
 * Judges movable-page drivers: rules, scenarios, verdicts and reports.
 *
 * @packageDocumentation
 */
export { assembleVerdict, type JudgedDriver, type VerdictContext } from './assemble-verdict.js';
export {
  CERTIFICATE_SCHEMA,
  seal,
  type Certificate,
  type CertifiedDriver,
  type CertifiedFinding,
  type CertifiedRule,
  type CertifiedLocks,
  type CertifiedUnit,
} from './certificate/certificate.js';
export { readCertificate } from './certificate/read-certificate.js';
export { budgets, type Budget } from './budget.js';
export type { SavedScenario } from './check-scenario.js';
export { checkDriver, type CheckOptions } from './check-driver.js';
export { clauses, type Clause } from './clauses.js';
export { CheckError, type CheckErrorCode } from './errors.js';
export type { Finding, FindingPlace } from './finding.js';
export { certify } from './node/certify.js';
export { checkModule, type CheckEvent, type CheckModuleOptions } from './node/check-module.js';
export { checkRegression } from './node/check-regression.js';
export { Checkpoint, type CheckpointRun } from './node/checkpoint.js';
export type { DriverListing, Overlay, TrialReport, TrialUnit } from './node/job.js';
export { loadModule } from './node/load-drivers.js';
export { mergeCheckpoints, type MergedCheck } from './node/merge-checkpoints.js';
export { replayToken, type ReplayOptions, type ReplayReport } from './node/replay-token.js';
export { REACHED, refuses } from './node/run-trial.js';
export { TrialBench, type TrialBenchOptions, type TrialResult } from './node/trial-bench.js';
export {
  verifyCertificate,
  type CertificateProblem,
  type Verification,
  type VerifyOptions,
} from './node/verify-certificate.js';
export {
  applies,
  isMandatory,
  type Rule,
  type RuleLevel,
  type RuleWatch,
  type Trigger,
  type WatchContext,
} from './rule.js';
export { renderFinding, type FindingContext } from './report/render-finding.js';
export { renderJson, VERDICT_SCHEMA, type LoadFailure } from './report/render-json.js';
export { renderJunit } from './report/render-junit.js';
export { renderKtap } from './report/render-ktap.js';
export { renderMarkdown } from './report/render-markdown.js';
export { renderTest } from './report/render-test.js';
export { renderTerminal } from './report/render-terminal.js';
export type { ReportOptions } from './report/report-options.js';
export { styleOf, type Style } from './report/style.js';
export { renderTable, type Column, type Row } from './report/table.js';
export { rules } from './rules/index.js';
export type { Scenario } from './scenario.js';
export { scenarios } from './scenarios/index.js';
export { selectRules, type RuleChoice, type Selection } from './selection.js';
export { decodeToken, encodeToken, type TokenContent } from './token.js';
export type { LockSighting } from './lock-sightings.js';
export { exitCodes, type RuleReport, type ScenarioReport, type Status, type Verdict } from './verdict.js';
export { SUITE_VERSION } from './version.js';
export { requireWaivers, type Waiver } from './waiver.js';
export type { ScenarioContext } from './scenario.js';
export type { Judge } from './judge/judge.js';
