import { describe, expect, it } from 'vitest';
import { Kernel, nodeOrders, ZoneType } from '../../src/index.ts';

function orders(distances: number[][], hasCpus = distances.map(() => true)): number[][] {
  return nodeOrders({ distances, hasCpus, hasMemory: distances.map(() => true) });
}

describe('nodeOrders', () => {
  it('goes round when all others are equally far', () => {
    expect(
      orders([
        [10, 20, 20, 20],
        [20, 10, 20, 20],
        [20, 20, 10, 20],
        [20, 20, 20, 10],
      ]),
    ).toEqual([
      [0, 1, 2, 3],
      [1, 2, 3, 0],
      [2, 3, 0, 1],
      [3, 0, 1, 2],
    ]);
  });

  it('prefers neighbours in a ring', () => {
    expect(
      orders([
        [10, 21, 31, 21],
        [21, 10, 21, 31],
        [31, 21, 10, 21],
        [21, 31, 21, 10],
      ]),
    ).toEqual([
      [0, 1, 3, 2],
      [1, 2, 0, 3],
      [2, 3, 1, 0],
      [3, 0, 2, 1],
    ]);
  });

  it('leaves nodes with processors to those, other things being equal', () => {
    expect(
      orders(
        [
          [10, 20, 17, 28],
          [20, 10, 28, 17],
          [17, 28, 10, 28],
          [28, 17, 28, 10],
        ],
        [true, true, false, false],
      ),
    ).toEqual([
      [0, 2, 1, 3],
      [1, 3, 0, 2],
      [2, 0, 3, 1],
      [3, 1, 2, 0],
    ]);
  });

  it('leaves nodes without memory out', () => {
    const facts = {
      distances: [
        [10, 20, 20],
        [20, 10, 20],
        [20, 20, 10],
      ],
      hasCpus: [true, true, true],
      hasMemory: [true, false, true],
    };
    expect(nodeOrders(facts)).toEqual([
      [0, 2],
      [2, 0],
      [2, 0],
    ]);
  });
});

describe('the zonelist of a kernel', () => {
  it('goes through the zones of a node from the highest down, node by node', () => {
    const kernel = new Kernel({
      nodes: [{ zones: { DMA32: 16, Normal: 16, Movable: 16 } }, { zones: { Normal: 16 } }],
      pageSize: 64,
    });
    expect(kernel.memory.zonelist(0).map(String)).toEqual([
      'node 0 zone Movable',
      'node 0 zone Normal',
      'node 0 zone DMA32',
      'node 1 zone Normal',
    ]);
    expect(kernel.memory.zoneOf(20).type).toBe(ZoneType.normal);
    expect([0, 47, 48].map((pfn) => kernel.memory.nodeOf(pfn))).toEqual([0, 0, 1]);
  });

  it('refuses distances that are not those of its nodes', () => {
    expect(() => new Kernel({ nodes: [8, 8], distances: [[10, 20]] })).toThrow(
      expect.objectContaining({ code: 'MP_PARAMETER' }),
    );
  });
});
