/** Tuples of frames, and those of their answers. */
import assert from 'node:assert/strict';
import { makeTuple, getL4Offset, nfCtGetTuple, nfCtInvertTuple } from '../../../../src/kernel/nf/conntrack/tuple.ts';
import { IP_A, IP_B, icmpBytes, ipv4Bytes, udpBytes } from '../../../wire/frames.ts';

/** The tuple of a datagram in the default zone, or null. */
function tupleOf(bytes: readonly number[], zone = 0): number[] | null {
  const view = new DataView(Uint8Array.from(bytes).buffer);
  const l4 = getL4Offset(view, 0, bytes.length);
  const tuple = makeTuple();
  return l4 >= 0 && nfCtGetTuple(view, 0, l4, bytes.length, zone, tuple) ? [...tuple] : null;
}

function inverseOf(tuple: readonly number[]): number[] | null {
  const inverse = makeTuple();
  return nfCtInvertTuple(Int32Array.from(tuple), inverse) ? [...inverse] : null;
}

describe('kernel/nf/conntrack/tuple', () => {
  it('has addresses, ports, protocol and zone', () => {
    const udp = ipv4Bytes(udpBytes(0xff01, 53, [1, 2, 3]));
    assert.deepEqual(tupleOf(udp), [IP_A, IP_B, (0xff01 << 16) | 53, 17]);
    assert.deepEqual(tupleOf(udp, 0xfffe), [IP_A, IP_B, (0xff01 << 16) | 53, (0xfffe << 8) | 17]);
    assert.deepEqual(tupleOf(ipv4Bytes([1, 2], { protocol: 2 })), [IP_A, IP_B, 0, 2]);
  });

  it('has identifier, type and code of ICMP', () => {
    const icmp = ipv4Bytes(icmpBytes(8, 0, 0x1234_0001, []), { protocol: 1 });
    assert.deepEqual(tupleOf(icmp), [IP_A, IP_B, 0x1234_0800, 1]);
  });

  it('looks behind IP options', () => {
    const udp = ipv4Bytes(udpBytes(7, 9, []), { options: [1, 1, 1, 0] });
    assert.deepEqual(tupleOf(udp), [IP_A, IP_B, (7 << 16) | 9, 17]);
  });

  it('is not there for later fragments and cut headers', () => {
    assert.equal(tupleOf(ipv4Bytes(udpBytes(7, 9, []), { flags: 1 })), null);
    assert.notEqual(tupleOf(ipv4Bytes(udpBytes(7, 9, []), { flags: 0x2000 })), null);
    assert.equal(tupleOf(ipv4Bytes(udpBytes(7, 9, [])).slice(0, 23)), null);
    assert.notEqual(tupleOf(ipv4Bytes(udpBytes(7, 9, [])).slice(0, 24)), null);
    assert.equal(tupleOf(ipv4Bytes(icmpBytes(8, 0, 1, []), { protocol: 1 }).slice(0, 27)), null);
    assert.equal(tupleOf(ipv4Bytes([]).slice(0, 19)), null);
    assert.equal(tupleOf([0x4f, ...ipv4Bytes(udpBytes(7, 9, [])).slice(1)]), null);
  });

  it('turns round into the tuple of the answer, and back', () => {
    const udp = [1, 2, (3 << 16) | 0xfff4, (9 << 8) | 17];
    assert.deepEqual(inverseOf(udp), [2, 1, (0xfff4 << 16) | 3, (9 << 8) | 17]);
    assert.deepEqual(inverseOf(inverseOf(udp)!), udp);
  });

  it('pairs the queries of ICMP and has no answer to other messages', () => {
    const pairs = [
      [8, 0],
      [13, 14],
      [15, 16],
      [17, 18],
    ];
    for (const [request, reply] of pairs) {
      assert.deepEqual(inverseOf([1, 2, 0x7777_0000 | (request! << 8), 1]), [2, 1, 0x7777_0000 | (reply! << 8), 1]);
      assert.deepEqual(inverseOf([1, 2, 0x7777_0000 | (reply! << 8), 1]), [2, 1, 0x7777_0000 | (request! << 8), 1]);
    }
    for (const type of [3, 5, 9, 11, 12, 19, 255]) assert.equal(inverseOf([1, 2, type << 8, 1]), null);
  });
});
