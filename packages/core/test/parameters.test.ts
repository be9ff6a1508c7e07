import type { Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import {
  allocContigRange,
  allocSameNode,
  compactMemory,
  compactNode,
  Kcompactd,
  Kernel,
  MigrateMode,
  MigrateReason,
  migratePages,
  MigrateType,
  type BuddyOptions,
  type KernelOptions,
  type MigrateRequest,
} from '../src/index.ts';
import { misuse, runVm, smallKernel } from './support.ts';

const BUDDY: BuddyOptions = { pageBlockOrder: 3, maxOrder: 4, minFreeKbytes: 0 };

function refused(body: () => unknown): { message: string; subject: string | undefined } {
  const error = misuse(body);
  expect(error.code).toBe('MP_PARAMETER');
  return { message: error.message, subject: error.details.subject };
}

describe('a kernel is not made', () => {
  it.each<[string, KernelOptions]>([
    ['nodes', { nodes: [] }],
    ['nodes', { nodes: [0, 0] }],
    ['nodes', { nodes: [{ zones: {} }] }],
    ['pages of node 1', { nodes: [8, -1] }],
    ['pages of node 0', { nodes: [2.5] }],
    ['pages of node 0', { nodes: [NaN] }],
    ['pages of zone DMA of node 0', { nodes: [{ zones: { DMA: -8 } }] }],
    ['zones of node 0', { nodes: [{ zones: { Huge: 8 } as Record<string, number> }] }],
    ['pageSize', { pageSize: 0 }],
    ['pageSize', { pageSize: 60 }],
    ['cpus', { cpus: 0 }],
    ['cpus', { cpus: 1.5 }],
    ['spareWords', { spareWords: -1 }],
    ['ptesPerTable', { ptesPerTable: 0 }],
    ['swapPages', { swapPages: -2 }],
    ['seed', { seed: 0.5 }],
    ['order', { buddy: { pageBlockOrder: 1.5 } }],
    ['minFreeKbytes', { buddy: { minFreeKbytes: -1 } }],
    ['perCpu.batch', { buddy: { perCpu: { batch: 0, high: 4 } } }],
    ['extfragThreshold', { buddy: { extfragThreshold: 1001 } }],
    ['compactionProactiveness', { buddy: { compactionProactiveness: 101 } }],
  ])('with these %s: %j', (subject, options) => {
    const { message, subject: named } = refused(() => new Kernel(options));
    expect(named).toBe(subject);
    expect(message).toMatch(/; give /);
  });

  it('but may have a node without memory', () => {
    const kernel = new Kernel({ nodes: [0, 8] });
    expect(kernel.memory.nodes.map(({ zones }) => zones.length)).toEqual([0, 1]);
    expect(runVm(kernel, () => kernel.allocator.allocPage({ node: 0 }))?.node).toBe(1);
  });
});

describe('a machine of single pages', () => {
  it.each<[string, (kernel: Kernel) => unknown]>([
    ['compactMemory', (kernel) => runVm(kernel, () => compactMemory(kernel))],
    ['compactNode', (kernel) => runVm(kernel, () => compactNode(kernel, 0))],
    ['allocContigRange', (kernel) => runVm(kernel, () => allocContigRange(kernel, 0, 4))],
    ['Kcompactd', (kernel) => kernel.machine.construct(() => new Kcompactd(kernel, 0))],
  ])('has no page blocks for %s', (_name, body) => {
    expect(refused(() => body(smallKernel())).message).toMatch(/make the kernel with `buddy`$/);
  });
});

it('there is no node 1 to compact', () => {
  const kernel = smallKernel({ nodes: [64], buddy: BUDDY });
  expect(refused(() => runVm(kernel, () => compactNode(kernel, 1))).message).toBe(
    'there is no node 1; this machine has nodes 0 to 0',
  );
});

it.each([MigrateType.unmovable, MigrateType.isolate, 17, NaN])(
  'a contiguous range is not made of blocks of type %d',
  (migrateType) => {
    const kernel = smallKernel({ nodes: [64], buddy: BUDDY });
    const body = () => runVm(kernel, () => allocContigRange(kernel, 0, 16, migrateType as MigrateType));
    expect(refused(body).subject).toBe('migrateType');
    expect(kernel.memory.blocks!.typeOf(0)).toBe(MigrateType.movable);
  },
);

it.each([
  [0.5, 8],
  [0, NaN],
])('there is no contiguous range from %d to %d', (start, end) => {
  const kernel = smallKernel({ nodes: [64], buddy: BUDDY });
  expect(refused(() => runVm(kernel, () => allocContigRange(kernel, start, end))).subject).toBe('page range');
});

it.each<[string, Record<string, unknown>]>([
  ['mode', { mode: 4 }],
  ['mode', { mode: undefined }],
  ['reason', { reason: 9 }],
  ['getNewPage', { getNewPage: null }],
  ['freePage', { freePage: undefined }],
  ['freePage', { freePage: 'put' }],
])('migratePages refuses another %s: %j', (subject, change) => {
  const kernel = smallKernel();
  const request = {
    getNewPage: allocSameNode,
    freePage: null,
    mode: MigrateMode.sync,
    reason: MigrateReason.compaction,
    ...change,
  } as MigrateRequest;
  const body = function* (): Op<number> {
    return yield* migratePages(kernel.lists.create('isolated', 'vm'), request);
  };
  const { subject: named, message } = refused(() => runVm(kernel, body));
  expect(named).toBe(subject);
  expect(message).toMatch(/^migratePages has .*; give /);
});
