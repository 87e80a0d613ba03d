import { equal } from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import type { Selector } from '../../../src/kernel/xfrm/selector.ts';
import {
  ANY_SELECTOR,
  decodeSession,
  isSameSelector,
  makeFlow,
  markMatches,
  selectorMatches,
} from '../../../src/kernel/xfrm/selector.ts';
import { Slab } from '../../../src/link/frame.ts';
import type { Frame } from '../../../src/link/frame.ts';
import type { Ipv4Fields } from '../../wire/frames.ts';
import { ipv4Bytes } from '../../wire/frames.ts';

/** A frame with this datagram at its network header. */
function frameOf(protocol: number, payload: readonly number[], more: Ipv4Fields = {}): Frame {
  const bytes = ipv4Bytes(payload, { protocol, src: ip4('10.0.0.1'), dst: ip4('10.0.1.2'), ...more });
  const frame = new Slab(4).take(bytes.length);
  frame.slab.bytes.set(bytes, frame.l3);
  frame.tail = frame.l3 + bytes.length;
  return frame;
}

const UDP = [0x12, 0x34, 0x12, 0xb5, 0, 8, 0, 0];

function matches(selector: Partial<Selector>, frame = frameOf(17, UDP), ifIndex = 0): boolean {
  const flow = makeFlow();
  decodeSession(flow, frame, ifIndex);
  return selectorMatches({ ...ANY_SELECTOR, ...selector }, flow);
}

describe('kernel/xfrm/selector', () => {
  it('compares addresses, protocol, ports and interface', () => {
    equal(matches({}), true);
    equal(matches({ src: { address: ip4('10.0.0.0'), prefixLen: 24 } }), true);
    equal(matches({ src: { address: ip4('10.0.1.0'), prefixLen: 24 } }), false);
    equal(matches({ dst: { address: ip4('10.0.1.2'), prefixLen: 32 } }), true);
    equal(matches({ dst: { address: ip4('10.0.1.3'), prefixLen: 32 } }), false);
    equal(matches({ proto: 17, dport: 4789, hasDport: true }), true);
    equal(matches({ proto: 17, sport: 4789, hasSport: true }), false);
    equal(matches({ proto: 6 }), false);
    equal(matches({ ifIndex: 3 }, undefined, 3), true);
    equal(matches({ ifIndex: 3 }, undefined, 2), false);
  });

  it('takes type and code of ICMP and the key of GRE for ports', () => {
    const ping = frameOf(1, [8, 0, 0, 0, 0, 7, 0, 1]);
    equal(matches({ proto: 1, sport: 8, hasSport: true }, ping), true);
    equal(matches({ proto: 1, sport: 0, hasSport: true }, ping), false);
    const gre = frameOf(47, [0x20, 0, 8, 0, 0, 1, 0, 2]);
    equal(matches({ proto: 47, sport: 1, hasSport: true, dport: 2, hasDport: true }, gre), true);
    const summed = frameOf(47, [0xa0, 0, 8, 0, 9, 9, 9, 9, 0, 1, 0, 2]);
    equal(matches({ proto: 47, sport: 1, hasSport: true, dport: 2, hasDport: true }, summed), true);
  });

  it('knows no ports of fragments and of what is cut short', () => {
    const fragment = frameOf(17, UDP, { flags: 0x2000 });
    equal(matches({ proto: 17, dport: 4789, hasDport: true }, fragment), false);
    equal(matches({ proto: 17 }, fragment), true);
    equal(matches({ proto: 17, dport: 4789, hasDport: true }, frameOf(17, [1, 2])), false);
  });

  it('tells selectors apart bit by bit, and marks by the bits that count', () => {
    equal(isSameSelector(ANY_SELECTOR, { ...ANY_SELECTOR }), true);
    equal(isSameSelector(ANY_SELECTOR, { ...ANY_SELECTOR, hasDport: true }), false);
    equal(isSameSelector(ANY_SELECTOR, { ...ANY_SELECTOR, src: { address: 1, prefixLen: 0 } }), false);
    equal(markMatches({ value: 0xd0c4e3, mask: 0xffff_ffff }, 0xd0c4e3), true);
    equal(markMatches({ value: 0x8000_0000, mask: 0x8000_0000 }, 0xffff_ffff | 0), true);
    equal(markMatches({ value: 5, mask: 0xf }, 0x16), false);
    equal(markMatches({ value: 0, mask: 0 }, 99), true);
  });
});
