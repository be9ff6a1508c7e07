import { Session, type Profiler } from 'node:inspector';
import { runInNewContext } from 'node:vm';
import { driverLine } from '../source-place.js';

/**
 * Runs what never comes back, for a while, and says where it spends its time.
 *
 * @param run It must be safe to leave it anywhere: nothing in it is undone, no `finally` runs.
 * @returns A stack whose first line is the hottest one of the driver; undefined if the driver was never seen.
 */
export function sampleLoop(run: () => void, milliseconds: number): string | undefined {
  const session = new Session();
  session.connect();
  try {
    session.post('Profiler.enable');
    session.post('Profiler.setSamplingInterval', { interval: 1000 });
    session.post('Profiler.start');
    try {
      runInNewContext('run()', { run }, { timeout: milliseconds });
    } catch {
      // The end of the time, as expected.
    }
    let profile: Profiler.Profile | undefined;
    // In the own thread answers come before post returns.
    session.post('Profiler.stop', (_error, answer) => (profile = answer?.profile));
    return profile === undefined ? undefined : hottestStack(profile);
  } finally {
    session.disconnect();
  }
}

/** What has lines that a user can look up; scripts of ours and of the engine have other names. */
const FILE = /^(?:file:|\/|[A-Za-z]:[\\/])/;

function hottestStack({ nodes }: Profiler.Profile): string | undefined {
  const parents = new Map<number, Profiler.ProfileNode>();
  for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node);
  const byHeat = nodes.toSorted((a, b) => (b.hitCount ?? 0) - (a.hitCount ?? 0));
  for (const hot of byHeat) {
    if ((hot.hitCount ?? 0) === 0) break;
    const stack: string[] = [];
    for (let at: Profiler.ProfileNode | undefined = hot; at !== undefined; at = parents.get(at.id))
      if (FILE.test(at.callFrame.url)) stack.push(frameOf(at));
    const text = stack.join('\n');
    if (driverLine(text, '') !== null) return text;
  }
  return undefined;
}

/** A frame as stacks write it; the line is the hottest one, or where the function begins if it only calls others. */
function frameOf({ callFrame, positionTicks = [] }: Profiler.ProfileNode): string {
  const [hottest] = positionTicks.toSorted((a, b) => b.ticks - a.ticks);
  const line = hottest?.line ?? callFrame.lineNumber + 1;
  return `    at ${callFrame.functionName || '<anonymous>'} (${callFrame.url}:${line}:1)`;
}
