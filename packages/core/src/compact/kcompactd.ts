import {
  HANDLE,
  waitQueue,
  word,
  type KThread,
  type Op,
  type WaitQueue,
  type Word,
} from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { checkBuddy } from '../memory/check-buddy.js';
import { checkNode } from '../memory/check-node.js';
import { MigrateType } from '../memory/migrate-type.js';
import { ZONE_NAMES, ZoneType } from '../memory/zone-type.js';
import { MigrateMode } from '../migrate/migrate-mode.js';
import { CompactControl } from './compact-control.js';
import { CompactResult } from './compact-result.js';
import { compactZone } from './compact-zone.js';
import { compactionDeferred, deferCompaction, resetDeferral } from './deferral.js';
import { nodeScore, proactiveMarks } from './proactive.js';
import { compactionSuitable } from './suitability.js';

/** After a proactive compaction in vain, only one look in so many counts. @kernel include/linux/compaction.h COMPACT_MAX_DEFER_SHIFT */
const LOOKS_AFTER_FAILURE = 1 << 6;

/**
 * The thread of a node that compacts in the background. There is none unless somebody makes one; it is made in
 * construction (`Machine.construct`) and sleeps until it is woken.
 *
 * @kernel mm/compaction.c kcompactd
 * @since 0.1.0
 */
export class Kcompactd {
  declare readonly [HANDLE]: true;
  readonly thread: KThread;
  private readonly wait: WaitQueue;
  /** The greatest order asked for; 0: nothing. */
  private readonly maxOrder: Word;
  private readonly highestZone: Word;
  /** The looks that are due without anybody asking. */
  private readonly looks: Word;
  private readonly leftOut: Word;

  /**
   * @param node Its node.
   * @throws MachineError `MP_NO_MACHINE`, `MP_LATE_LOCK`, `MP_PARAMETER` (no such node, or no buddy allocator).
   */
  constructor(
    private readonly kernel: Kernel,
    readonly node: number,
  ) {
    checkBuddy(kernel, 'compaction');
    checkNode(kernel, node);
    const name = `kcompactd${node}`;
    this.wait = waitQueue(`${name} wait`);
    this.maxOrder = word(`${name} max order`);
    this.highestZone = word(`${name} highest zone`);
    this.looks = word(`${name} looks due`);
    this.leftOut = word(`${name} looks to leave out`);
    kernel.kcompactds.set(node, this);
    this.thread = kernel.machine.thread(name, { party: 'vm', daemon: true }, () => this.run());
  }

  /**
   * Asks it to compact for an order. Never sleeps.
   *
   * @kernel mm/compaction.c wakeup_kcompactd
   */
  *wake(order: number, highestZone: ZoneType = ZoneType.movable): Op<void> {
    const { events } = this.kernel;
    if (order === 0) return;
    if ((yield* this.maxOrder.load()) < order) yield* this.maxOrder.store(order);
    if ((yield* this.highestZone.load()) < highestZone) yield* this.highestZone.store(highestZone);
    if (events.listenerCount('mm_compaction_wakeup_kcompactd') > 0) {
      const zone = ZONE_NAMES[highestZone];
      events.emit('mm_compaction_wakeup_kcompactd', { node: this.node, order, highestZone: zone });
    }
    yield* this.wait.wakeUpAll();
  }

  /**
   * Has it look whether the node is scattered: the kernel's does every 500 milliseconds, of which this machine has none.
   * Never sleeps.
   *
   * @kernel mm/compaction.c kcompactd, should_proactive_compact_node
   */
  *tick(): Op<void> {
    yield* this.looks.fetchAdd(1);
    yield* this.wait.wakeUpAll();
  }

  private *run(): Op<void> {
    const { events } = this.kernel;
    for (;;) {
      if (events.listenerCount('mm_compaction_kcompactd_sleep') > 0)
        events.emit('mm_compaction_kcompactd_sleep', { node: this.node });
      yield* this.wait.waitEvent(() => this.isAsked());
      const order = yield* this.maxOrder.load();
      if (order > 0) yield* this.compactFor(order);
      if ((yield* this.looks.load()) > 0) {
        yield* this.looks.store(0);
        yield* this.look();
      }
    }
  }

  private *isAsked(): Op<boolean> {
    return (yield* this.maxOrder.load()) > 0 || (yield* this.looks.load()) > 0;
  }

  /** @kernel mm/compaction.c kcompactd_do_work */
  private *compactFor(order: number): Op<void> {
    const { kernel } = this;
    const { events, vmstat, memory } = kernel;
    const highestZone = (yield* this.highestZone.load()) as ZoneType;
    if (events.listenerCount('mm_compaction_kcompactd_wake') > 0) {
      const zone = ZONE_NAMES[highestZone];
      events.emit('mm_compaction_kcompactd_wake', { node: this.node, order, highestZone: zone });
    }
    vmstat.add('compact_daemon_wake', 1);
    for (const zone of memory.nodes[this.node]!.zones) {
      if (zone.type > highestZone || (yield* compactionDeferred(kernel, zone, order))) continue;
      if (
        (yield* compactionSuitable(kernel, zone, { order, highestZone: zone.type })) !==
        CompactResult.continue
      )
        continue;
      const cc = new CompactControl(kernel, zone, {
        order,
        mode: MigrateMode.syncLight,
        migrateType: MigrateType.unmovable,
        highestZone,
      });
      const status = yield* compactZone(cc);
      if (status === CompactResult.success) yield* resetDeferral(kernel, zone, order, false);
      else if (status === CompactResult.complete || status === CompactResult.partialSkipped) {
        // What is on the lists of the processors may be all that kept it from success.
        yield* kernel.allocator.zoneAllocator!.drain(zone);
        yield* deferCompaction(kernel, zone, order);
      }
      this.settle(cc);
    }
    // Done, unless somebody asked for more meanwhile.
    if ((yield* this.maxOrder.load()) <= order) {
      yield* this.maxOrder.store(0);
      yield* this.highestZone.store(0);
    }
  }

  private *look(): Op<void> {
    const { kernel } = this;
    const proactiveness = kernel.memory.settings!.compactionProactiveness;
    if (proactiveness === 0) return;
    const left = yield* this.leftOut.load();
    if (left > 0) return yield* this.leftOut.store(left - 1);
    const before = yield* this.score();
    if (before <= proactiveMarks(proactiveness).high) return;
    for (const zone of kernel.memory.nodes[this.node]!.zones) {
      const cc = new CompactControl(kernel, zone, {
        order: -1,
        mode: MigrateMode.syncLight,
        migrateType: MigrateType.movable,
        wholeZone: true,
        ignoreSkipHint: true,
        proactive: true,
      });
      yield* compactZone(cc);
      this.settle(cc);
    }
    if ((yield* this.score()) >= before) yield* this.leftOut.store(LOOKS_AFTER_FAILURE - 1);
  }

  /** The node's score, zone after zone. */
  private *score(): Op<number> {
    for (const zone of this.kernel.memory.nodes[this.node]!.zones) yield* zone.look();
    return nodeScore(this.kernel, this.node);
  }

  private settle(cc: CompactControl): void {
    const { vmstat } = this.kernel;
    vmstat.add('compact_daemon_migrate_scanned', cc.migrateScanned);
    vmstat.add('compact_daemon_free_scanned', cc.freeScanned);
    cc.dispose();
  }
}

Object.defineProperty(Kcompactd.prototype, HANDLE, { value: true });
