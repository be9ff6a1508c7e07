import type { Capability } from '@movable-pages/core';

/** What a {@link GpuBufferDriver} can be built with. @since 0.1.0 */
export type GpuBufferOptions = {
  /** Buffers that can exist at a time. */
  readonly buffers: number;
  /** Pages of a buffer. */
  readonly pages: number;
  /** The device can copy a page by itself, so that SYNC_NO_COPY works. */
  readonly copyEngine: boolean;
};

/** The usual device: small, and the processor copies. */
export const defaultOptions: GpuBufferOptions = { buffers: 4, pages: 2, copyEngine: false };

/** What a driver with these options can do. */
export function capabilitiesOf({ pages, copyEngine }: GpuBufferOptions): Capability[] {
  const capabilities: Capability[] = ['refuses-isolation', 'pins', 'shrinks', 'unloads-in-use'];
  if (pages > 1) capabilities.push('page-groups');
  if (copyEngine) capabilities.push('supports-no-copy');
  return capabilities;
}
