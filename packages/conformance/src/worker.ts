/**
 * What runs in a worker thread: one job at a time, each on a driver that is loaded here and nowhere else.
 *
 * @packageDocumentation
 */
import type { MessagePort } from 'node:worker_threads';
import type { DriverDefinition } from '@movable-pages/core';
import { Beacon } from '@movable-pages/explore';
import { checkScenario, type ScenarioJob } from './check-scenario.js';
import { findScenario, selectScenarios } from './select-scenarios.js';
import { CheckError } from './errors.js';
import { autopsy } from './node/autopsy.js';
import { BuiltinsWatch } from './node/builtins-watch.js';
import type { CodedFailure, DriverListing, ListJob, Overlay, WorkerAnswer, WorkerJob } from './node/job.js';
import { loadChanged, loadDrivers } from './node/load-drivers.js';
import { endIfFull } from './node/memory-guard.js';
import { replayHere } from './node/replay-here.js';
import { runTrial } from './node/run-trial.js';
import { flushed, printToStandardError, silence } from './node/worker-output.js';

/** Milliseconds between two saves of one search. */
const SAVE_EVERY = 1000;

/** Made before any driver is loaded. */
const builtins = new BuiltinsWatch();

const loaded = new Map<string, Promise<DriverDefinition[]>>();
/** The changed module that was loaded last: one that has been judged is not asked for again. */
let changed: { readonly overlay: string; readonly definitions: Promise<DriverDefinition[]> } | null = null;

/** Runs a job. Coded errors come back as data, because classes do not survive the way between threads. @since 0.1.0 */
export default async function runJob(job: WorkerJob): Promise<WorkerAnswer> {
  const beacon = new Beacon(job.beacon);
  beacon.start();
  if (job.kind === 'replay') printToStandardError();
  else silence();
  try {
    const answer = await answerTo(job, beacon);
    requireBuiltins(job.from);
    return answer;
  } catch (error) {
    const what = builtins.changed();
    return coded(what === null ? error : changedBuiltin(job.from, what));
  } finally {
    await flushed();
  }
}

async function answerTo(job: WorkerJob, beacon: Beacon): Promise<WorkerAnswer> {
  const definitions = await (job.kind === 'trial' ? changedBy(job.overlay, job) : definitionsOf(job));
  requireBuiltins(job.from);
  switch (job.kind) {
    case 'list':
      return definitions.map((definition) => listing(definition, job));
    case 'scenario':
      return checkScenario({
        definition: named(definitions, job.driver),
        from: job.from,
        scenario: findScenario(job.scenario),
        profile: job.profile,
        budget: job.budget,
        root: job.root,
        counts: job.counts,
        label: job.label,
        seed: job.seed,
        beacon,
        interrupted: () => {
          endIfFull();
          return beacon.cancelled;
        },
        ...(job.resume === null ? {} : { resume: job.resume }),
        ...(job.saves === null ? {} : { onSave: saver(job.saves) }),
      });
    case 'trial':
      return runTrial(definitions, job, beacon);
    case 'replay':
      return replayHere(named(definitions, job.content.driver), job);
    case 'autopsy':
      return { ...autopsy(named(definitions, job.driver), job) };
  }
}

function requireBuiltins(from: string): void {
  const what = builtins.changed();
  if (what !== null) throw changedBuiltin(from, what);
}

function changedBuiltin(from: string, what: string): CheckError {
  return new CheckError(
    'MP_BUILTIN_CHANGED',
    `${from}, or something that it imports, changed ${what}: nothing that is judged after that can be trusted; leave builtins as they are`,
  );
}

/** Sends saves of a search to the main thread, not too often: the search must not wait for them. */
function saver(port: MessagePort): NonNullable<ScenarioJob['onSave']> {
  let next = performance.now() + SAVE_EVERY;
  return (save, last) => {
    if (!last && performance.now() < next) return;
    port.postMessage(save());
    next = performance.now() + SAVE_EVERY;
  };
}

function definitionsOf(job: WorkerJob): Promise<DriverDefinition[]> {
  let definitions = loaded.get(job.url);
  if (definitions === undefined) loaded.set(job.url, (definitions = loadDrivers(job.url, job.from)));
  return definitions;
}

function changedBy(overlay: Overlay, job: WorkerJob): Promise<DriverDefinition[]> {
  if (changed?.overlay !== overlay.id)
    changed = { overlay: overlay.id, definitions: loadChanged(job.url, job.from, overlay) };
  return changed.definitions;
}

function named(definitions: readonly DriverDefinition[], name: string): DriverDefinition {
  const definition = definitions.find((each) => each.name === name);
  if (definition !== undefined) return definition;
  throw Object.assign(
    new Error(`no driver is called ${name}; there are: ${definitions.map((each) => each.name).join(', ')}`),
    {
      code: 'MP_UNKNOWN_DRIVER',
      name: 'DriverError',
    },
  );
}

function listing(definition: DriverDefinition, job: ListJob): Omit<DriverListing, 'digest'> {
  return {
    name: definition.name,
    version: definition.version,
    contract: definition.contract,
    capabilities: [...definition.capabilities],
    jobs: job.profiles.flatMap((profile) =>
      selectScenarios(definition, profile, {
        ...(job.scenarios === null ? {} : { scenarios: job.scenarios }),
        ...(job.rules === null ? {} : { rules: job.rules }),
      }).map((scenario) => ({
        profile,
        scenario: scenario.id,
        bound: scenario.preemptions,
      })),
    ),
  };
}

function coded(error: unknown): CodedFailure {
  const { code, name, message } = error as { code?: unknown; name?: unknown; message?: unknown };
  return {
    failure: {
      code: typeof code === 'string' && code.startsWith('MP_') ? code : 'MP_CANNOT_LOAD',
      name: typeof name === 'string' ? name : 'Error',
      message: typeof message === 'string' ? message : String(error),
    },
  };
}
