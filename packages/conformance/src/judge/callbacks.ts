/** Whether a scope is a callback of the driver: `balloon.isolatePage`, `.migratePage`, `.putbackPage`. */
export function isCallback(scope: string): boolean {
  return /\.(isolatePage|migratePage|putbackPage)$/.test(scope);
}
