import type { Machine, Restorable } from '@movable-pages/machine';
import type { MigrateType } from './migrate-type.js';
import type { PageRequest } from './page-request.js';

/** How a page came to be allocated. @since 0.1.0 */
export interface PageOrigin {
  readonly order: number;
  readonly migrateType: MigrateType;
  /** Name of the allocation's flags. */
  readonly gfp: string;
  /** The thread that asked. */
  readonly thread: string;
  /** Whose code asked: `vm`, `driver`, `user`. */
  readonly party: string;
}

/**
 * Remembers of each page who allocated it. Off by default, like the kernel's: it makes an object for every allocation.
 *
 * @kernel mm/page_owner.c
 * @since 0.1.0
 */
export class PageOwners implements Restorable {
  private origins = new Map<number, PageOrigin>();
  private initial = new Map<number, PageOrigin>();

  constructor(private readonly machine: Machine) {
    machine.addRestorable(this);
  }

  /** @internal Notes an allocation by the running thread. @kernel mm/page_owner.c __set_page_owner */
  note(pfn: number, request: PageRequest): void {
    const thread = this.machine.current!;
    this.origins.set(pfn, {
      order: request.order,
      migrateType: request.migrateType,
      gfp: request.gfp.name,
      thread: thread.name,
      party: thread.runningParty,
    });
  }

  /** How a page was allocated last, or null. */
  of(pfn: number): PageOrigin | null {
    return this.origins.get(pfn) ?? null;
  }

  /** Remembers the present as the state before every execution. */
  seal(): void {
    this.initial = new Map(this.origins);
  }

  /** Back to the sealed state. */
  reset(): void {
    if (this.machine.tracked) this.origins = new Map(this.initial);
  }
}
