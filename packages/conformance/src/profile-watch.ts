import type { KernelProfile } from '@movable-pages/core';

/**
 * A kernel profile that notices which other profiles would have answered differently. As long as another one gives the
 * same answer to each question that is asked, every execution is step for step the one that it would have had there: a
 * search under one profile then stands for both.
 */
export class ProfileWatch {
  /** Answers as the profile does. Behaviours that are functions are compared by what they give back. */
  readonly profile: KernelProfile;
  private alike: readonly KernelProfile[];

  constructor(profile: KernelProfile, others: readonly KernelProfile[]) {
    this.alike = others.filter(({ name }) => name !== profile.name);
    const watched: Record<string, unknown> = {};
    for (const key of Object.keys(profile) as (keyof KernelProfile)[]) {
      Object.defineProperty(watched, key, { enumerable: true, get: () => this.answer(profile, key) });
    }
    this.profile = Object.freeze(watched) as unknown as KernelProfile;
  }

  /** Names of the other profiles that answered all questions alike so far. */
  names(): string[] {
    return this.alike.map(({ name }) => name);
  }

  /** Goes on from a watch that had these left. */
  keep(names: readonly string[]): void {
    this.alike = this.alike.filter(({ name }) => names.includes(name));
  }

  private answer(profile: KernelProfile, key: keyof KernelProfile): unknown {
    const value: unknown = profile[key];
    if (typeof value !== 'function') {
      this.ask((other) => other[key] === value);
      return value;
    }
    return (...args: unknown[]): unknown => {
      const result: unknown = value(...args);
      this.ask((other) => (other[key] as typeof value)(...args) === result);
      return result;
    };
  }

  private ask(sameAnswer: (other: KernelProfile) => boolean): void {
    if (this.alike.length > 0 && !this.alike.every(sameAnswer)) this.alike = this.alike.filter(sameAnswer);
  }
}
