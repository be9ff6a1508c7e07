const CALLBACK = /\.(isolatePage|migratePage|putbackPage)$/;

const known = new Map<string, boolean>();

/** Whether a scope is one of the callbacks of the contract. */
export function isCallback(scope: string): boolean {
  let is = known.get(scope);
  if (is === undefined) known.set(scope, (is = CALLBACK.test(scope)));
  return is;
}
