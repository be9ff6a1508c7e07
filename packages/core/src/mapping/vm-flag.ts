/**
 * Bits of an area's flags.
 *
 * @kernel include/linux/mm.h vm_flags
 * @since 0.1.0
 */
export const VmFlag = {
  read: 0x1,
  write: 0x2,
  /** Writes go to memory that others see. */
  shared: 0x8,
  /** Locked in memory by `mlock`. */
  locked: 0x2000,
  /** The stack of an exec in progress: the reverse map skips it (`VM_STACK_INCOMPLETE_SETUP`). */
  tempStack: 0x40000,
} as const;
