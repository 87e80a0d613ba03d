import assert from 'node:assert/strict';
import { ip4, mac } from '../../../src/base/addr.ts';
import type { WireScript, WireStep } from '../../differential/wire-lab.ts';
import { assertAlike, GIVEN_ID, playEmulated, playReal } from '../../differential/wire-lab.ts';
import { need } from '../../machine.ts';
import { icmpBytes, ipv4Bytes, udpBytes } from '../../wire/frames.ts';
import type { Peer } from '../kit.ts';
import { arpBytes, datagramBytes, HOST_IP, introduce, ipBytes, PEER_IP, payloadOf, SECOND, type } from '../kit.ts';
import { withPeer } from '../kit.ts';
import type { Host } from '../../../src/kernel/host.ts';
import { UdpSocket } from '../../../src/kernel/socket/udp-socket.ts';
import { ipRouteOutput } from '../../../src/kernel/ip/route.ts';

const FAR = ip4('192.0.2.9');
const BETTER = ip4('10.0.0.3');

const through = (dst: number, fields = {}): Uint8Array =>
  datagramBytes(4000, 9, [1, 2], { dst, id: GIVEN_ID, ...fields });

function routerScript(setUp: readonly string[], steps: readonly WireStep[]): WireScript {
  return {
    addresses: ['10.0.0.1/24'],
    setUp: [
      'sysctl -qw net.ipv4.ip_forward=1',
      ...[2, 3, 4].map(
        (n) => `ip neigh replace 10.0.0.${n} lladdr 02:00:00:00:00:${n === 2 ? '99' : `0${n}`} nud permanent dev e0`,
      ),
      'ip route add 192.0.2.0/24 via 10.0.0.3',
      'ip route add 198.51.100.0/24 via 10.0.0.2',
      ...setUp,
    ],
    steps,
  };
}

/** A host whose way out is the peer, 10.0.0.2, and the better gateway 10.0.0.3 that it knows the MAC of. */
function redirected(): {
  host: Host;
  peer: Peer;
  redirect: (gateway: number, fields?: object) => void;
  hop: () => number;
} {
  const { host, peer } = withPeer();
  introduce(peer);
  type(host, 'ip route add default via 10.0.0.2');
  peer.gives(arpBytes({ sender: BETTER, senderMac: mac('02:00:00:00:00:03') }));
  const socket = new UdpSocket(host.rootNs);
  socket.bind(0, 5000);
  socket.sendTo(FAR, 9, payloadOf(4));
  peer.gets();
  const about = ipv4Bytes(udpBytes(5000, 9, [0, 1, 2, 3], HOST_IP, FAR), { src: HOST_IP, dst: FAR });
  return {
    host,
    peer,
    redirect: (gateway, fields = {}) => {
      peer.gives(ipBytes(icmpBytes(5, 1, gateway, about), { protocol: 1, ...fields }));
      peer.gets();
    },
    hop: () => ipRouteOutput(host.rootNs, FAR).nextHop,
  };
}

describe('kernel: redirects', function () {
  this.timeout(60_000);

  const routers: readonly (readonly [string, readonly string[]])[] = [
    ['as it is', []],
    ['without send_redirects', ['sysctl -qw net.ipv4.conf.all.send_redirects=0 net.ipv4.conf.e0.send_redirects=0']],
    ['without shared_media', ['sysctl -qw net.ipv4.conf.all.shared_media=0 net.ipv4.conf.e0.shared_media=0']],
  ];
  for (const [name, setUp] of routers) {
    it(`are sent to neighbours only, as by a real router: ${name}`, function () {
      need(this, 'netns');
      const script = routerScript(setUp, [
        { give: through(FAR) },
        { give: through(ip4('10.0.0.4')) },
        { give: through(FAR, { src: ip4('198.51.100.7') }) },
        { give: through(FAR, { src: ip4('10.0.0.7'), ttl: 1 }) },
        { give: through(FAR, { src: ip4('10.0.0.4'), options: [131, 7, 8, 10, 0, 0, 9, 0] }) },
        { give: through(FAR, { src: ip4('10.0.0.4'), options: [7, 7, 4, 0, 0, 0, 0, 0] }) },
      ]);
      assertAlike(script, playEmulated(script), playReal(script), /^(Ip|Icmp)/);
    });
  }

  it('come nine times, each after twice the time of the last one, and afresh after a silence', () => {
    const at: number[] = [];
    const steps = Array.from({ length: 700 }, () => ({ give: through(FAR), waitMs: 20 }));
    playEmulated(
      routerScript([], [...steps, { give: through(FAR), waitMs: 21_000 }, { give: through(FAR) }]),
    ).steps.forEach(({ frames }, i) => {
      if (frames.length > 1) at.push(i);
    });
    assert.deepEqual(at, [0, 3, 8, 17, 34, 67, 132, 261, 518, 701]);
  });

  it('are believed for the destination that they are about, for five minutes', () => {
    const { host, peer, redirect, hop } = redirected();
    redirect(BETTER);
    assert.equal(hop(), BETTER);
    assert.equal(ipRouteOutput(host.rootNs, ip4('192.0.2.10')).nextHop, PEER_IP);
    peer.gets(301 * SECOND);
    host.rootNs.routes.flush();
    assert.equal(hop(), PEER_IP);
  });

  it('only make a host ask for a gateway whose MAC it does not know', () => {
    const { peer, redirect, hop } = redirected();
    redirect(ip4('10.0.0.66'));
    assert.equal(hop(), PEER_IP);
    assert.deepEqual(peer.getsLines(2 * SECOND).at(-1), 'ARP, Request who-has 10.0.0.66 tell 10.0.0.1, length 28');
  });

  it('are not believed from another, about a gateway that cannot be one, or where a setting forbids it', () => {
    const cases: readonly (readonly [string, number, object, string])[] = [
      ['from a stranger', BETTER, { src: ip4('10.0.0.9') }, ''],
      ['to itself', PEER_IP, {}, ''],
      ['to a group', ip4('224.0.0.1'), {}, ''],
      ['to this host', HOST_IP, {}, ''],
      [
        'to another subnet without shared_media',
        ip4('10.7.0.3'),
        {},
        'all.shared_media=0 net.ipv4.conf.eth0.shared_media=0',
      ],
      ['to no gateway of a route', BETTER, {}, 'all.shared_media=0 net.ipv4.conf.eth0.shared_media=0'],
      ['without accept_redirects', BETTER, {}, 'all.accept_redirects=0 net.ipv4.conf.eth0.accept_redirects=0'],
    ];
    for (const [name, gateway, fields, setting] of cases) {
      const { host, redirect, hop } = redirected();
      if (setting !== '') type(host, `sysctl -qw net.ipv4.conf.${setting}`);
      redirect(gateway, fields);
      assert.equal(hop(), PEER_IP, name);
    }
  });

  it('are believed without secure_redirects although no route knows the gateway', () => {
    const { host, redirect, hop } = redirected();
    const off = ['shared_media', 'secure_redirects'].flatMap((key) => [`all.${key}=0`, `eth0.${key}=0`]);
    type(host, `sysctl -qw ${off.map((each) => `net.ipv4.conf.${each}`).join(' ')}`);
    redirect(BETTER);
    assert.equal(hop(), BETTER);
  });
});
