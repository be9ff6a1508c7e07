import type { KThread, Machine } from '@movable-pages/machine';
import { innermost } from '../innermost.js';
import type { ViolationSink } from '../monitor.js';
import type { Violation } from '../violation.js';

/**
 * Judges references by who holds them: nobody drops one that it does not hold, and at the end nobody holds one more or
 * less than before. A sum alone hides both, when somebody else's reference makes up for the mistake.
 *
 * @since 0.1.0
 */
export class ReferenceWatch {
  /** Where each party last took a reference of each object, while sites are captured. */
  private readonly taken = new Map<string, string | undefined>();

  constructor(
    private readonly machine: Machine,
    private readonly sink: ViolationSink,
  ) {}

  /** An execution begins. */
  begin(): void {
    if (this.taken.size > 0) this.taken.clear();
  }

  /** `party` took or dropped references and now holds `held`. */
  reference(thread: KThread, location: number, party: string, delta: number, held: number): void {
    if (delta > 0 && this.machine.captureSites) this.taken.set(`${location} ${party}`, this.machine.site());
    if (delta >= 0 || held >= 0) return;
    const name = this.machine.nameOf(location);
    const others = this.holders(location, party);
    this.sink.report({
      kind: 'reference',
      code: 'MP_REFERENCE_NOT_HELD',
      message: `${thread.name} drops a reference of ${name} for the ${party}, which holds none${others === '' ? '' : `; it is held by ${others}`}`,
      subject: `${party} ${name}`,
      thread: thread.name,
      scope: innermost(thread),
      party,
      details: {
        subject: name,
        location,
        here: this.machine.site(),
        expected: `a reference that the ${party} took`,
        received: others === '' ? 'none held by anybody' : `held by ${others}`,
      },
      hint: 'drop a reference where the one who took it lets go, once on each path',
    });
  }

  /** The execution has come to its end: null, or the references that are left or missing. */
  quiesce(): Violation | null {
    const changes = this.machine.ledger.changes();
    const first = changes[0];
    if (first === undefined) return null;
    const said = changes.map(
      ({ location, holder, held, before }) =>
        `${holder} holds ${held} of ${this.machine.nameOf(location)}, ${before} before`,
    );
    return {
      kind: 'reference',
      code: 'MP_REFERENCE_LEFT',
      message: `at the end references are not as they were: ${said.join('; ')}`,
      subject: `${first.holder} ${this.machine.nameOf(first.location)}`,
      thread: null,
      scope: null,
      party: first.holder,
      details: {
        subject: this.machine.nameOf(first.location),
        location: first.location,
        there: this.taken.get(`${first.location} ${first.holder}`),
        thereWhat: `taken by ${first.holder}`,
        expected: 'as many references as before, held by the same',
        received: said.join('; '),
      },
      hint: 'put what you got on every path, errors included',
    };
  }

  private holders(location: number, besides: string): string {
    return [...this.machine.ledger.holders(location)]
      .filter(([party, held]) => party !== besides && held > 0)
      .map(([party, held]) => `${party} (${held})`)
      .join(', ');
  }
}
