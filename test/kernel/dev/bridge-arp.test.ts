import assert from 'node:assert/strict';
import { ip4, mac } from '../../../src/base/addr.ts';
import * as arp from '../../../src/wire/arp.ts';
import { ethernetBytes } from '../../wire/frames.ts';
import { linkTextOf, type } from '../kit.ts';
import type { BridgeLab } from './bridge-kit.ts';
import { ALL, buildBridge, markedFrame, reached } from './bridge-kit.ts';

const ASKER = 0x0200_0000_000a;
const KNOWN = 0x0200_0000_000b;

/** A bridge that knows 10.0.0.2 as KNOWN behind eth1. */
function build(): BridgeLab {
  const lab = buildBridge(3);
  type(lab.host, 'ip addr add 10.0.0.254/24 dev br0');
  type(lab.host, 'ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:0b dev br0 nud permanent');
  reached(lab, 1, markedFrame(KNOWN, ALL));
  return lab;
}

function request(target: string, sender = '10.0.0.1', dst = ALL): Uint8Array {
  const bytes = new Uint8Array(arp.PACKET_LEN);
  const repr = {
    op: arp.OP_REQUEST,
    senderMac: ASKER,
    senderIp: ip4(sender),
    targetMac: mac('00:00:00:00:00:00'),
    targetIp: ip4(target),
  };
  arp.emit(new DataView(bytes.buffer), 0, repr);
  return ethernetBytes(0x0806, [...bytes], dst, ASKER);
}

/** What each machine gets, in words. */
function heard(lab: BridgeLab, from: number, frame: Uint8Array): string[][] {
  lab.peers[from]!.gives(frame);
  return lab.peers.map((peer) => peer.gets().map(({ bytes }) => linkTextOf(bytes).replace(/^.*length \d+: /, '')));
}

const ASKED = 'Request who-has 10.0.0.2 tell 10.0.0.1, length 28';
const ANSWERED = 'Reply 10.0.0.2 is-at 02:00:00:00:00:0b, length 28';

describe('kernel: ARP on a bridge', () => {
  it('is flooded like any broadcast', () => {
    assert.deepEqual(heard(build(), 0, request('10.0.0.2')), [[], [ASKED], [ASKED]]);
  });

  it('is answered for a port with proxy_arp, which gets no floods', () => {
    const lab = build();
    type(lab.host, 'ip link set eth0 type bridge_slave proxy_arp on');
    assert.deepEqual(heard(lab, 0, request('10.0.0.2')), [[ANSWERED], [ASKED], [ASKED]]);
    assert.deepEqual(heard(lab, 0, request('10.0.0.3'))[0], [], 'nobody knows it');
    assert.deepEqual(reached(lab, 2, markedFrame(0x0c, ALL, 1)), [[], [1], []]);
  });

  it('is answered for one behind a port with proxy_arp_wifi, which is not asked', () => {
    const lab = build();
    type(lab.host, 'ip link set eth1 type bridge_slave proxy_arp_wifi on');
    assert.deepEqual(heard(lab, 0, request('10.0.0.2')), [[ANSWERED], [], [ASKED]]);
    assert.equal(heard(lab, 0, request('10.0.0.3'))[1]!.length, 1);
  });

  it('is answered for one behind a port with neigh_suppress, and kept from there', () => {
    const lab = build();
    type(lab.host, 'ip link set eth1 type bridge_slave neigh_suppress on');
    assert.deepEqual(heard(lab, 0, request('10.0.0.2')), [[ANSWERED], [], [ASKED]]);
    assert.deepEqual(heard(lab, 0, request('10.0.0.1'))[1], [], 'a gratuitous one');
    assert.deepEqual(heard(lab, 0, request('10.0.0.254'))[1], [], 'the bridge’s own');
    assert.equal(heard(lab, 0, request('10.0.0.3'))[1]!.length, 1, 'a stranger is looked for');
  });

  it('is left alone from a port with neigh_suppress', () => {
    const lab = build();
    type(lab.host, 'ip link set eth0 type bridge_slave neigh_suppress on');
    assert.deepEqual(heard(lab, 0, request('10.0.0.2')), [[], [ASKED], [ASKED]]);
  });
});
