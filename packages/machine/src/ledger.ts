/**
 * Who holds how many references to what. A sum alone hides bugs: a driver that drops one too many while the VM still
 * holds one leaves a plausible count. Keys are locations of objects (a page's count word), holders are parties.
 *
 * @since 0.1.0
 */
export class Ledger {
  private counts = new Map<number, Map<string, number>>();
  private initial = new Map<number, Map<string, number>>();
  private dirty = false;

  /** Books `delta` references and gives what `party` then holds; negative means it dropped what it never had. */
  note(location: number, party: string, delta: number): number {
    this.dirty = true;
    let holders = this.counts.get(location);
    if (holders === undefined) this.counts.set(location, (holders = new Map()));
    const held = (holders.get(party) ?? 0) + delta;
    if (held === 0) holders.delete(party);
    else holders.set(party, held);
    return held;
  }

  /** How many `party` holds. */
  heldBy(location: number, party: string): number {
    return this.counts.get(location)?.get(party) ?? 0;
  }

  /** All holders of an object with what they hold. */
  holders(location: number): ReadonlyMap<string, number> {
    return this.counts.get(location) ?? new Map<string, number>();
  }

  /** What differs from the sealed state: who holds more or fewer references to what than before the execution. */
  changes(): { location: number; holder: string; held: number; before: number }[] {
    const changes: { location: number; holder: string; held: number; before: number }[] = [];
    for (const location of new Set([...this.counts.keys(), ...this.initial.keys()])) {
      const now = this.counts.get(location);
      const then = this.initial.get(location);
      for (const holder of new Set([...(now?.keys() ?? []), ...(then?.keys() ?? [])])) {
        const held = now?.get(holder) ?? 0;
        const before = then?.get(holder) ?? 0;
        if (held !== before) changes.push({ location, holder, held, before });
      }
    }
    return changes.sort((a, b) => a.location - b.location);
  }

  /** Forgets an object that went back to its allocator. */
  forget(location: number): void {
    this.dirty = true;
    this.counts.delete(location);
  }

  /** Hands `count` references from one holder to another without touching the object. */
  transfer(location: number, from: string, to: string, count = 1): void {
    this.note(location, from, -count);
    this.note(location, to, count);
  }

  /** Remembers the present as the state before every execution. */
  seal(): void {
    this.initial = copy(this.counts);
    this.dirty = false;
  }

  /** Back to the sealed state. */
  reset(): void {
    if (!this.dirty) return;
    this.counts = copy(this.initial);
    this.dirty = false;
  }
}

function copy(from: Map<number, Map<string, number>>): Map<number, Map<string, number>> {
  const to = new Map<number, Map<string, number>>();
  for (const [location, holders] of from) if (holders.size > 0) to.set(location, new Map(holders));
  return to;
}
