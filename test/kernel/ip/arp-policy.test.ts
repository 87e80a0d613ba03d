import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import type { Host } from '../../../src/kernel/host.ts';
import { PingSocket } from '../../../src/kernel/socket/ping-socket.ts';
import type { ArpFields, Peer, World } from '../kit.ts';
import { arpBytes, devOf, payloadOf, PEER_IP, SECOND, type, withPeer } from '../kit.ts';

/** A machine with 10.0.0.1/24 on eth0 towards the peer and 10.5.0.1/24 on va, after these lines. */
function machine(...lines: readonly string[]): { world: World; host: Host; peer: Peer } {
  const made = withPeer();
  const setup = [
    'ip link add va type veth peer name vb',
    'ip link set va up',
    'ip link set vb up',
    'ip addr add 10.5.0.1/24 dev va',
  ];
  for (const line of [...setup, ...lines]) type(made.host, line);
  made.peer.gets();
  return made;
}

/** What is answered to a question for `target`. */
function asked(lines: readonly string[], target: string, fields: ArpFields = {}, waitNs = 100_000): string[] {
  const { peer } = machine(...lines);
  peer.gives(arpBytes({ target: ip4(target), ...fields }));
  return peer.getsLines(waitNs);
}

const REPLY = (ip: string): string[] => [`ARP, Reply ${ip} is-at 02:00:00:00:01:01, length 28`];
const ignore = (value: number): string[] => [`sysctl -w net.ipv4.conf.eth0.arp_ignore=${value}`];

describe('kernel/ip/arp-policy', () => {
  it('answers by arp_ignore for any address, for the interface’s, for its subnet’s, for far ones, for none', () => {
    assert.deepEqual(asked(ignore(0), '10.5.0.1'), REPLY('10.5.0.1'));
    assert.deepEqual(asked(ignore(1), '10.5.0.1'), []);
    assert.deepEqual(asked(ignore(1), '10.0.0.1'), REPLY('10.0.0.1'));
    assert.deepEqual(asked(ignore(2), '10.0.0.1', { sender: ip4('10.9.0.7') }), []);
    assert.deepEqual(asked(ignore(2), '10.0.0.1'), REPLY('10.0.0.1'));
    assert.deepEqual(asked(ignore(3), '10.5.0.1'), REPLY('10.5.0.1'));
    assert.deepEqual(asked(ignore(8), '10.0.0.1'), []);
    assert.deepEqual(asked(ignore(8), '10.0.0.1', { sender: 0 }), [], 'nor a probe for a duplicate address');
  });

  it('by arp_filter answers only where the answer would go', () => {
    const filter = 'sysctl -w net.ipv4.conf.all.arp_filter=1';
    assert.deepEqual(asked([filter], '10.0.0.1'), REPLY('10.0.0.1'));
    assert.deepEqual(asked([filter], '10.0.0.1', { sender: ip4('10.5.0.9') }), []);
    assert.deepEqual(asked([], '10.0.0.1', { sender: ip4('10.5.0.9') }), REPLY('10.0.0.1'));
  });

  it('answers for what it forwards to by proxy_arp, after a random while', () => {
    const forward = 'sysctl -w net.ipv4.ip_forward=1';
    const proxy = 'sysctl -w net.ipv4.conf.eth0.proxy_arp=1';
    const atOnce = 'sysctl -w net.ipv4.neigh.eth0.proxy_delay=0';
    assert.deepEqual(asked([forward, proxy, atOnce], '10.5.0.9'), REPLY('10.5.0.9'));
    assert.deepEqual(asked([forward, proxy], '10.5.0.9', {}, SECOND), REPLY('10.5.0.9'));
    assert.deepEqual(asked([forward, proxy, atOnce], '10.0.0.9'), [], 'not for the asker’s own network');
    assert.deepEqual(asked([proxy, atOnce], '10.5.0.9'), [], 'not without forwarding');
    assert.deepEqual(asked([forward], '10.5.0.9'), []);
    const { peer, host } = machine(forward, proxy);
    peer.gives(arpBytes({ target: ip4('10.5.0.9') }));
    assert.equal(host.rootNs.neighbours.find(devOf(host, 'eth0'), PEER_IP), null);
    const [reply] = peer.gets(SECOND);
    assert.ok(reply!.atNs > 0 && reply!.atNs < 0.8 * SECOND + 1_000_000, 'within 0.8 s');
    assert.notEqual(host.rootNs.neighbours.find(devOf(host, 'eth0'), PEER_IP), null, 'who asks is known');
  });

  it('answers for addresses that it was told, and within a private VLAN', () => {
    const forward = 'sysctl -w net.ipv4.ip_forward=1 net.ipv4.neigh.eth0.proxy_delay=0';
    assert.deepEqual(asked([forward, 'ip neigh add proxy 10.5.0.9 dev eth0'], '10.5.0.9'), REPLY('10.5.0.9'));
    assert.deepEqual(asked([forward, 'ip neigh add proxy 10.5.0.9 dev va'], '10.5.0.9'), []);
    const vlan = 'sysctl -w net.ipv4.conf.eth0.proxy_arp_pvlan=1';
    assert.deepEqual(asked([forward, vlan], '10.0.0.9'), REPLY('10.0.0.9'));
    assert.deepEqual(asked([forward, vlan], '10.5.0.9'), []);
  });

  it('asks by arp_announce with the datagram’s source, one that fits, or the primary one', () => {
    const question = (announce: number): string[] => {
      const { host, peer } = machine(`sysctl -w net.ipv4.conf.all.arp_announce=${announce}`);
      const socket = new PingSocket(host.rootNs);
      assert.equal(socket.bind(ip4('10.5.0.1'), 0), '');
      socket.sendEcho(PEER_IP, 1, payloadOf(8));
      return peer.getsLines();
    };
    const who = (tell: string): string[] => [`ARP, Request who-has 10.0.0.2 tell ${tell}, length 28`];
    assert.deepEqual([question(0), question(1), question(2)], [who('10.5.0.1'), who('10.0.0.1'), who('10.0.0.1')]);
  });

  it('makes entries for announcements by arp_accept, and takes no notice of them by drop_gratuitous_arp', () => {
    const learned = (line: string, fields: ArpFields): boolean => {
      const { host, peer } = machine(line);
      peer.gives(arpBytes(fields));
      peer.gets();
      return host.rootNs.neighbours.find(devOf(host, 'eth0'), fields.sender ?? PEER_IP) !== null;
    };
    const announcement = { target: PEER_IP };
    const far = { target: ip4('10.77.0.1'), sender: ip4('10.77.0.1') };
    assert.equal(learned('sysctl -w net.ipv4.conf.eth0.arp_accept=0', announcement), false);
    assert.equal(learned('sysctl -w net.ipv4.conf.eth0.arp_accept=1', announcement), true);
    assert.equal(learned('sysctl -w net.ipv4.conf.eth0.arp_accept=1', far), true);
    assert.equal(learned('sysctl -w net.ipv4.conf.eth0.arp_accept=2', far), false);
    const drops = 'sysctl -w net.ipv4.conf.eth0.arp_accept=1 net.ipv4.conf.eth0.drop_gratuitous_arp=1';
    assert.equal(learned(drops, announcement), false);
  });

  it('announces itself by arp_notify when it comes up and when its MAC changes', () => {
    const { host, peer } = machine('sysctl -w net.ipv4.conf.eth0.arp_notify=1');
    type(host, 'ip link set eth0 down');
    type(host, 'ip link set eth0 up');
    type(host, 'ip link set eth0 address 02:00:00:00:00:77');
    const own = 'ARP, Request who-has 10.0.0.1 tell 10.0.0.1, length 28';
    const lines = peer.getsLines().filter((line) => line.startsWith('ARP'));
    assert.deepEqual(lines, [own, own]);
  });
});
