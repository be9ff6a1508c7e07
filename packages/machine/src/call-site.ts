/** Deep enough to get from a primitive out to the author's code. */
const FRAMES = 40;

/** The stack of the running code up to the step of the machine: who runs the machine is not its affair. @since 0.1.0 */
export function callSite(): string {
  const engine = Error as { stackTraceLimit?: number };
  const limit = engine.stackTraceLimit ?? 10;
  engine.stackTraceLimit = FRAMES;
  const { stack = '' } = new Error('site');
  engine.stackTraceLimit = limit;
  const end = stack.indexOf('\n    at Machine.step ');
  return end < 0 ? stack : stack.slice(0, end);
}
