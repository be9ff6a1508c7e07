import type { Op, Workload } from '@movable-pages/core';
import { mutex, word } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { listDriver, ListDriver, type Cell } from '../../src/rules/list-driver.fixture.ts';
import { check, checkBriefly, expectOnly } from '../../src/rules/prove.fixture.ts';

/** Counts its interrupts under a lock that the others take with interrupts on. */
class IrqUnsafe extends ListDriver {
  *interrupt(): Op<void> {
    yield* this.lock.acquire();
    this.state.total += 0;
    yield* this.lock.release();
  }

  override workload(): Workload<Cell> {
    return { ...super.workload(), interrupt: () => this.interrupt() };
  }
}

/** Its handler only counts, in a word. */
class IrqSafe extends ListDriver {
  readonly interrupts = word('interrupts');

  override workload(): Workload<Cell> {
    return { ...super.workload(), interrupt: () => this.interrupts.add(1) };
  }
}

/** Its handler waits. */
class SleepsInInterrupt extends ListDriver {
  readonly rest = mutex('rest');

  *interrupt(): Op<void> {
    yield* this.rest.acquire();
    yield* this.rest.release();
  }

  override workload(): Workload<Cell> {
    return { ...super.workload(), interrupt: () => this.interrupt() };
  }
}

describe('a driver with an interrupt handler', () => {
  it('must take what the handler takes with interrupts off', () => {
    const finding = expectOnly(check(listDriver('irq-unsafe', IrqUnsafe), 'interrupt'), 'MP-DEAD-001');
    expect(finding.title).toMatch(/list\.lock/);
  });

  it('must not sleep in it', () => {
    const finding = expectOnly(check(listDriver('irq-sleeps', SleepsInInterrupt), 'interrupt'), 'MP-CTX-001');
    expect(finding.where.thread).toBe('interrupt');
  });

  it('passes if it does neither', () => {
    expect(checkBriefly(listDriver('irq-safe', IrqSafe), 'interrupt').findings).toEqual([]);
  });
});
