import type { DriverDefinition } from '@movable-pages/core';
import type { Program } from '@movable-pages/explore';
import type { Detector } from './detector.js';

/** What is known of a historic bug. @since 0.1.0 */
export interface ExhibitFacts {
  /** Permanent: `B` and a number. Numbers are not contiguous. */
  readonly id: string;
  readonly title: string;
  readonly year: number;
  /** The kernel that had it, or that got the fix. */
  readonly version: string;
  readonly component: 'zsmalloc' | 'z3fold' | 'balloon' | 'vm-core' | 'other driver';
  readonly kind: string;
  /** The commit or the patch that settled it, as far as it is known. */
  readonly reference: string;
  /** Bugs of the same kind. */
  readonly related?: readonly string[];
  /** What happened, in our words. */
  readonly story: string;
  /** What it teaches. */
  readonly rule: string;
  /** Who may catch it. */
  readonly detectors: readonly Detector[];
}

/** A bug of a driver: the suite judges both twins. @since 0.1.0 */
export interface DriverTwins {
  readonly kind: 'driver';
  readonly broken: DriverDefinition;
  /** The base itself. */
  readonly repaired: DriverDefinition;
  /** The methods that the broken twin overrides, and no others. */
  readonly differsIn: readonly string[];
  /** Scenarios of the suite that have who is needed for it. */
  readonly scenarios: readonly string[];
}

/** A bug of the VM: the explorer and core's own checks judge both twins. @since 0.1.0 */
export interface VmTwins {
  readonly kind: 'vm';
  /** Builds the small machine with the step as it was. */
  broken(): Program;
  /** Builds it with the step as it is. */
  repaired(): Program;
  /** The step that the broken twin replaces. */
  readonly differsIn: readonly string[];
  /** Who does what in it. */
  readonly scene: string;
  /** Bounds of the search. */
  readonly preemptions: number;
  readonly faults: number;
}

/**
 * A historic bug with its twins, which differ by the historic fix and nothing else.
 *
 * @since 0.1.0
 */
export interface Exhibit extends ExhibitFacts {
  readonly twins: DriverTwins | VmTwins;
}
