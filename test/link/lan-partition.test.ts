import assert from 'node:assert/strict';
import { mac } from '../../src/base/addr.ts';
import { Slab } from '../../src/link/frame.ts';
import { LanPartition } from '../../src/link/lan-partition.ts';
import { ethernetBytes } from '../wire/frames.ts';

describe('link: partition of a LAN', () => {
  const [near, far] = [mac('02:00:00:00:00:01'), mac('02:00:00:00:00:02')];
  const partition = new LanPartition(
    new Map([
      [0, 0],
      [1, 1],
      [2, 0],
    ]),
    new Map([
      [near, 0],
      [far, 1],
    ]),
  );

  it('separates ports of two groups, whatever they send', () => {
    const slab = new Slab(4);
    const frame = slab.take(64);
    assert.deepEqual(
      [
        [0, 1],
        [0, 2],
        [1, 2],
        [0, 3],
      ].map(([from = 0, to = 0]) => partition.separates(frame, from, to)),
      [true, false, true, false],
    );
  });

  it('knows the sender by its address where the frame came by another switch', () => {
    const slab = new Slab(4);
    const frame = slab.take(64);
    const from = (sender: number): boolean => {
      const bytes = ethernetBytes(0x0800, new Array<number>(46).fill(0), mac('ff:ff:ff:ff:ff:ff'), sender);
      slab.bytes.set(bytes, frame.head);
      return partition.separates(frame, 3, 1);
    };
    assert.deepEqual([near, far, mac('02:00:00:00:00:09')].map(from), [true, false, false]);
  });
});
