import assert from 'node:assert/strict';
import { ip4, mac, macLo } from '../../../src/base/addr.ts';
import type { Host } from '../../../src/kernel/host.ts';
import { arpSend } from '../../../src/kernel/ip/arp.ts';
import { NUD_NOARP, NUD_REACHABLE, NUD_STALE } from '../../../src/kernel/ip/neigh.ts';
import * as arp from '../../../src/wire/arp.ts';
import type { ArpFields } from '../kit.ts';
import {
  arpBytes,
  devOf,
  HOST_IP,
  HOST_MAC,
  introduce,
  linkTextOf,
  PEER_IP,
  PEER_MAC,
  pingSocket,
  payloadOf,
  SECOND,
  type,
  withPeer,
} from '../kit.ts';

const ANSWER = 'ARP, Reply 10.0.0.1 is-at 02:00:00:00:01:01, length 28';

/** State and last byte of the MAC of what the host knows about `ip`; undefined when it knows nothing. */
function known(host: Host, ip = PEER_IP): [number, number] | undefined {
  const entry = host.rootNs.neighbours.find(devOf(host, 'eth0'), ip);
  return entry === null ? undefined : [entry.state, entry.macLo & 0xff];
}

/** What the host answers to an ARP packet. */
function answerTo(fields: ArpFields): { lines: string[]; host: Host; dropped: Record<string, number> } {
  const { world, host, peer } = withPeer();
  peer.gives(arpBytes(fields));
  return { lines: peer.getsLines(), host, dropped: world.dropped() };
}

describe('kernel: ARP', () => {
  it('answers for an address of this host, to the one who asked, in 42 bytes', () => {
    const { peer, host } = withPeer();
    peer.gives(arpBytes());
    const [reply] = peer.gets();
    assert.equal(reply!.bytes.length, 42);
    assert.equal(
      linkTextOf(reply!.bytes),
      '02:00:00:00:01:01 > 02:00:00:00:00:99, ethertype ARP (0x0806), length 42: ' +
        'Reply 10.0.0.1 is-at 02:00:00:00:01:01, length 28',
    );
    const body = arp.parse(new DataView(reply!.bytes.buffer), 14, 42)!;
    assert.deepEqual([body.targetMac, body.targetIp], [PEER_MAC, PEER_IP]);
    assert.deepEqual(known(host), [NUD_STALE, 0x99], 'who asks is known from then on');
  });

  it('answers for an address of another interface of this host, and to one from another network', () => {
    const { host, peer } = withPeer();
    type(host, 'ip addr add 192.168.7.7/32 dev lo');
    peer.gives(arpBytes({ target: ip4('192.168.7.7'), sender: ip4('99.9.9.9') }));
    assert.deepEqual(peer.getsLines(), ['ARP, Reply 192.168.7.7 is-at 02:00:00:00:01:01, length 28']);
  });

  it('does not answer for others, nor learn from their questions', () => {
    const { lines, host } = answerTo({ target: ip4('10.0.0.3') });
    assert.deepEqual(lines, []);
    assert.equal(known(host), undefined);
  });

  it('answers a probe for a duplicate address without learning (RFC 5227)', () => {
    const { lines, host } = answerTo({ sender: 0 });
    assert.deepEqual(lines, [ANSWER]);
    assert.deepEqual(host.rootNs.neighbours.list(), []);
  });

  it('answers no question that claims to come from itself, a group, loopback or nowhere', () => {
    for (const sender of ['10.0.0.1', '224.0.0.5', '127.0.0.1', '255.255.255.255']) {
      const { lines, host } = answerTo({ sender: ip4(sender) });
      assert.deepEqual(lines, [], sender);
      assert.deepEqual(host.rootNs.neighbours.list(), [], sender);
    }
  });

  it('never takes a MAC for the address of the whole network', () => {
    const { lines, host } = answerTo({ sender: ip4('10.0.0.255') });
    assert.deepEqual(lines, [ANSWER]);
    assert.deepEqual(known(host, ip4('10.0.0.255')), [NUD_NOARP, 0xff]);
  });

  it('never answers for loopback or a group', () => {
    for (const target of ['127.0.0.1', '224.0.0.1']) {
      const { lines, dropped } = answerTo({ target: ip4(target) });
      assert.deepEqual([lines, dropped], [[], { NOT_SPECIFIED: 1 }], target);
    }
  });

  it('ignores operations that it does not know, and packets that are cut', () => {
    assert.deepEqual(answerTo({ op: 3 }).dropped, { NOT_SPECIFIED: 1 });
    const { world, peer } = withPeer();
    peer.gives(arpBytes().subarray(0, 41));
    assert.deepEqual(peer.gets(), []);
    assert.deepEqual(world.dropped(), { PKT_TOO_SMALL: 1 });
  });

  it('ignores what is sent to another MAC', () => {
    const { lines, dropped } = answerTo({ dst: mac('02:00:00:00:00:77') });
    assert.deepEqual([lines, dropped], [[], { OTHERHOST: 1 }]);
  });

  it('learns nothing from a reply that it did not wait for', () => {
    assert.equal(known(answerTo({ op: arp.OP_REPLY, dst: HOST_MAC, targetMac: HOST_MAC }).host), undefined);
  });

  it('believes a reply to itself, but takes one to all only as a hint', () => {
    const { world, host, peer } = withPeer();
    introduce(peer);
    world.run(2 * SECOND);
    peer.gives(arpBytes({ op: arp.OP_REPLY, senderMac: PEER_MAC + 1, targetMac: HOST_MAC }));
    peer.gets();
    assert.deepEqual(known(host), [NUD_STALE, 0x9a]);
    world.run(2 * SECOND);
    peer.gives(arpBytes({ op: arp.OP_REPLY, dst: HOST_MAC, targetMac: HOST_MAC }));
    peer.gets();
    assert.deepEqual(known(host), [NUD_REACHABLE, 0x99]);
  });

  it('lets an announcement change what is known at once, and nothing else', () => {
    const { host, peer } = withPeer();
    const announce = { target: PEER_IP, senderMac: PEER_MAC + 1 };
    peer.gives(arpBytes(announce));
    peer.gets();
    assert.equal(known(host), undefined, 'nobody has asked for it');
    introduce(peer);
    peer.gives(arpBytes(announce));
    peer.gets();
    assert.deepEqual(known(host), [NUD_STALE, 0x9a], 'within the second in which replies are not believed');
    peer.gives(arpBytes({ ...announce, op: arp.OP_REPLY, senderMac: PEER_MAC + 2, targetMac: PEER_MAC + 2 }));
    peer.gets();
    assert.deepEqual(known(host), [NUD_STALE, 0x9b]);
    peer.gives(arpBytes({ ...announce, op: arp.OP_REPLY, senderMac: PEER_MAC + 3, targetMac: HOST_MAC }));
    peer.gets();
    assert.deepEqual(known(host), [NUD_STALE, 0x9b], 'a reply that does not name its own MAC is no announcement');
  });

  it('updates an entry by a question for somebody else once a second has gone', () => {
    const { world, host, peer } = withPeer();
    introduce(peer);
    const question = arpBytes({ target: ip4('10.0.0.3'), senderMac: PEER_MAC + 1 });
    peer.gives(question);
    peer.gets();
    assert.deepEqual(known(host), [NUD_STALE, 0x99]);
    world.run(SECOND);
    peer.gives(question);
    peer.gets();
    assert.deepEqual(known(host), [NUD_STALE, 0x9a]);
  });

  it('asks with an address of another interface, or of nobody, when its own has none', () => {
    const { host, peer } = withPeer('');
    type(host, 'ip route add 10.0.0.0/24 dev eth0');
    const socket = pingSocket(host.rootNs);
    socket.sendEcho(PEER_IP, 1, payloadOf(8));
    assert.deepEqual(peer.getsLines(), ['ARP, Request who-has 10.0.0.2 tell 0.0.0.0, length 28']);
    type(host, 'ip addr add 192.168.7.7/32 dev lo');
    assert.deepEqual(peer.getsLines(SECOND), ['ARP, Request who-has 10.0.0.2 tell 192.168.7.7, length 28']);
  });

  it('sends an ARP packet of anybody’s choosing', () => {
    const { host, peer } = withPeer();
    arpSend(devOf(host, 'eth0'), arp.OP_REPLY, 0xffff, -1, HOST_IP, HOST_IP, 0x0200, macLo(HOST_MAC));
    assert.equal(
      linkTextOf(peer.gets()[0]!.bytes),
      '02:00:00:00:01:01 > ff:ff:ff:ff:ff:ff, ethertype ARP (0x0806), length 42: ' +
        'Reply 10.0.0.1 is-at 02:00:00:00:01:01, length 28',
    );
  });
});
