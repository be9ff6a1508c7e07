/**
 * The balloon in three shapes: how it deflates when memory is short. One module, so that a check or `mutate` takes them together.
 *
 * @packageDocumentation
 */
import { variantOf } from '@movable-pages/core';
import { BalloonDriver } from './driver.js';

/** The balloon as it is: it deflates when it is asked to. */
export { BalloonDriver };

/** One that deflates when memory is out. @since 0.1.0 */
export const balloonOnOom = variantOf(BalloonDriver, 'balloon-oom', {
  deflateOn: 'oom',
  oomPages: 1,
});

/** One that deflates when memory is short, of a host that may fail. @since 0.1.0 */
export const balloonOnShrinker = variantOf(BalloonDriver, 'balloon-shrinker', {
  deflateOn: 'shrinker',
  hostFails: true,
});
