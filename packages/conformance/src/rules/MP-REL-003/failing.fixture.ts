import type { Op } from '@movable-pages/core';
import { listDriver } from '../list-driver.fixture.js';
import { PoolingDriver } from './pooling-driver.fixture.js';

/** The mistake: unloads without waiting for the pages that the VM has. */
class DoesNotWait extends PoolingDriver {
  override *drain(): Op<void> {}
}

export const failing = listDriver('does-not-wait', DoesNotWait, ['refuses-isolation']);
