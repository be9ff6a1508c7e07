import { MachineError, type DriverOptions } from '@movable-pages/core';

/** When a balloon gives pages back: when asked, or also when memory is short. @since 0.1.0 */
export type DeflateOn = 'request' | 'oom' | 'shrinker';

const DEFLATE_ON: readonly unknown[] = ['request', 'oom', 'shrinker'];

/**
 * What a balloon can do, as its device offers it.
 *
 * @kernel include/uapi/linux/virtio_balloon.h
 * @since 0.1.0
 */
export interface BalloonOptions {
  /** Pages that the host is told of at a time. Default 256 (`VIRTIO_BALLOON_ARRAY_PFNS_MAX`). */
  readonly arrayPfnsMax: number;
  /**
   * `request`: only when it is asked to; its pages do not count as the guest's (`MemTotal`). `oom`: also when memory is out,
   * as an OOM notifier (`VIRTIO_BALLOON_F_DEFLATE_ON_OOM`). `shrinker`: the same as a cache that can be shrunk, as kernels 5.1
   * to 5.6 had it. Default `request`.
   */
  readonly deflateOn: DeflateOn;
  /** Pages that it gives back when memory is out. Default 256 (`VIRTIO_BALLOON_OOM_NR_PAGES`). */
  readonly oomPages: number;
  /** It tells the host of free memory too (`VIRTIO_BALLOON_F_REPORTING`). Default false. */
  readonly freePageReporting: boolean;
  /** Free blocks that the host is told of at a time. Default 32. */
  readonly reportingCapacity: number;
  /** The host may refuse a request, or break down for good. Default false. */
  readonly hostFails: boolean;
}

/** The options with their defaults. @since 0.1.0 */
export const BALLOON_DEFAULTS: BalloonOptions & DriverOptions = Object.freeze({
  arrayPfnsMax: 256,
  deflateOn: 'request',
  oomPages: 256,
  freePageReporting: false,
  reportingCapacity: 32,
  hostFails: false,
});

/**
 * Reads what the registry gives.
 *
 * @throws MachineError `MP_PARAMETER` that says which option makes no sense.
 * @since 0.1.0
 */
export function balloonOptions(given: DriverOptions): BalloonOptions {
  const options = { ...BALLOON_DEFAULTS, ...given };
  for (const key of ['arrayPfnsMax', 'oomPages', 'reportingCapacity'] as const)
    if (!Number.isInteger(options[key]) || options[key] < 1)
      refuse(key, options[key], 'a whole number from 1');
  for (const key of ['freePageReporting', 'hostFails'] as const)
    if (typeof options[key] !== 'boolean') refuse(key, options[key], 'true or false');
  if (!DEFLATE_ON.includes(options.deflateOn))
    refuse('deflateOn', options.deflateOn, `one of ${DEFLATE_ON.join(', ')}`);
  return Object.freeze(options);
}

function refuse(key: string, received: unknown, expected: string): never {
  throw new MachineError(
    'MP_PARAMETER',
    `option ${key} of the balloon is ${String(received)}; give ${expected}`,
    { subject: key, expected, received: String(received) },
  );
}
