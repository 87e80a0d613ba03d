import assert from 'node:assert/strict';
import fc from 'fast-check';
import { flowHash, udpFlowSrcPort } from '../../../src/kernel/dev/flow-hash.ts';
import type { Frame } from '../../../src/link/frame.ts';
import { Slab } from '../../../src/link/frame.ts';
import * as ethernet from '../../../src/wire/ethernet.ts';
import * as ipv4 from '../../../src/wire/ipv4.ts';

const KEY = 12345;
const slab = new Slab();

interface Flow {
  readonly src: number;
  readonly dst: number;
  readonly protocol: number;
  readonly srcPort: number;
  readonly dstPort: number;
  readonly flags?: number;
}

function frameOf({ src, dst, protocol, srcPort, dstPort, flags = 0 }: Flow): Frame {
  const frame = slab.take(64);
  frame.head = frame.l3 - ethernet.HEADER_LEN;
  frame.tail = frame.l3 + 28;
  ethernet.writeHeader(slab.view, frame.head, 2, 1, 2, 2, ethernet.ETHERTYPE_IPV4);
  ipv4.writeHeader(slab.view, frame.l3, 0, 28, 7, flags, 64, protocol, src, dst);
  slab.view.setUint16(frame.l3 + 20, srcPort);
  slab.view.setUint16(frame.l3 + 22, dstPort);
  return frame;
}

function hashOf(flow: Flow, key = KEY): number {
  const frame = frameOf(flow);
  const hash = flowHash(frame, key);
  slab.release(frame);
  return hash;
}

const TCP: Flow = { src: 0x0a000001, dst: 0x0a000002, protocol: 6, srcPort: 40_000, dstPort: 80 };

describe('kernel: the hash of a flow', () => {
  it('is the same there and back', () => {
    const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    const port = fc.nat(0xffff);
    fc.assert(
      fc.property(word, word, fc.constantFrom(1, 6, 17), port, port, (src, dst, protocol, srcPort, dstPort) => {
        const there = hashOf({ src, dst, protocol, srcPort, dstPort });
        assert.equal(there, hashOf({ src: dst, dst: src, protocol, srcPort: dstPort, dstPort: srcPort }));
        assert.notEqual(there, 0);
      }),
    );
  });

  it('tells flows by their ports, but for ICMP and fragments', () => {
    assert.notEqual(hashOf(TCP), hashOf({ ...TCP, srcPort: 40_001 }));
    assert.equal(hashOf({ ...TCP, protocol: 1 }), hashOf({ ...TCP, protocol: 1, srcPort: 0, dstPort: 7 }));
    const piece = { ...TCP, flags: ipv4.MF };
    assert.equal(hashOf(piece), hashOf({ ...piece, srcPort: 1 }));
    assert.equal(hashOf(piece), hashOf({ ...TCP, flags: 100, srcPort: 1 }));
  });

  it('is another one on another machine, and what the socket says where it says something', () => {
    assert.notEqual(hashOf(TCP), hashOf(TCP, KEY + 1));
    const frame = frameOf(TCP);
    frame.hash = 99;
    assert.equal(flowHash(frame, KEY), 99);
    slab.release(frame);
    const fresh = slab.take(64);
    assert.equal(fresh.hash, 0, 'a frame that is used again says nothing');
    slab.release(fresh);
  });

  it('makes ports of the whole range, but for the last one', () => {
    const seen = new Set<number>();
    for (let i = 0; i < 4000; i++) seen.add(udpFlowSrcPort(hashOf({ ...TCP, srcPort: i }), 100, 110));
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      [100, 101, 102, 103, 104, 105, 106, 107, 108, 109],
    );
  });
});
