const CALLBACK = /\.(isolatePage|migratePage|putbackPage)$/;

const RECLAIM = /\.(countObjects|scanObjects|notify)$/;

const known = new Map<string, boolean>();

/** Whether a scope is one of the callbacks of the contract. */
export function isCallback(scope: string): boolean {
  let is = known.get(scope);
  if (is === undefined) known.set(scope, (is = CALLBACK.test(scope)));
  return is;
}

/** Whether a scope is a call of a shrinker or an OOM notifier. */
export function isReclaimCall(scope: string): boolean {
  return RECLAIM.test(scope);
}
