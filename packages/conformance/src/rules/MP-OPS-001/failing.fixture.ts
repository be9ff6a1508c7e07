import type { Op } from '@movable-pages/core';
import { listDriver } from '../list-driver.fixture.js';
import { LoadsItself } from './passing.fixture.js';

/** The mistake: the error path of loading forgets what came first (virtio_balloon, 2020). */
class LeavesItRegistered extends LoadsItself {
  override *undo(): Op<void> {}
}

export const failing = listDriver('leaves-it-registered', LeavesItRegistered);

/** The mistake: pages are marked, and nobody told the VM whose they are (zsmalloc as a module, 2025). */
class RegistersNothing extends LoadsItself {
  override *load(): Op<boolean> {
    return true;
  }
}

export const registersNothing = listDriver('registers-nothing', RegistersNothing);

/** The mistake: leaves an out-of-memory notifier behind. */
class LeavesANotifier extends LoadsItself {
  override *load(): Op<boolean> {
    const loaded = yield* super.load();
    this.context.kernel.registerOomNotifier({
      name: 'list',
      *notify(): Op<number> {
        return 0;
      },
    });
    return loaded;
  }
}

export const leavesANotifier = listDriver('leaves-a-notifier', LeavesANotifier);
