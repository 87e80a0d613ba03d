/**
 * Every way in which a router says that it cannot deliver, and when it says nothing: codes, addresses, limits, as on a
 * real kernel.
 */
import { ip4 } from '../../src/base/addr.ts';
import * as ipv4 from '../../src/wire/ipv4.ts';
import { need } from '../machine.ts';
import { datagramBytes, echoBytes, ipBytes, payloadOf } from '../kernel/kit.ts';
import { icmpBytes, ipv4Bytes } from '../wire/frames.ts';
import type { WireScript, WireStep } from './wire-lab.ts';
import { assertAlike, GIVEN_ID, playEmulated, playReal } from './wire-lab.ts';

const id = GIVEN_ID;
const SET_UP = [
  'sysctl -qw net.ipv4.ip_forward=1',
  'ip neigh replace 10.0.0.2 lladdr 02:00:00:00:00:99 nud permanent dev e0',
  'ip neigh replace 10.9.0.2 lladdr 02:00:00:00:00:9a nud permanent dev e1',
  'ip route add unreachable 192.0.2.0/28',
  'ip route add prohibit 192.0.2.16/28',
  'ip route add blackhole 192.0.2.32/28',
  'ip route add 198.51.100.0/24 via 10.9.0.2',
  'ip link set e1 mtu 1000',
];
const UNLIMITED = [
  'sysctl -qw net.ipv4.icmp_ratelimit=0',
  'sysctl -qw net.ipv4.icmp_msgs_burst=10000',
  'sysctl -qw net.ipv4.icmp_msgs_per_sec=100000',
];

const scriptOf = (setUp: readonly string[], steps: readonly WireStep[]): WireScript => ({
  addresses: ['10.0.0.1/24', '10.9.0.1/24'],
  setUp: [...SET_UP, ...setUp],
  steps,
});

const to = (dst: string, fields = {}, length = 20): Uint8Array =>
  datagramBytes(4000, 9, [...payloadOf(length)], { id, dst: ip4(dst), ...fields });

/** One sender each: route errors have a limit of their own. */
const CASES: readonly Uint8Array[] = [
  to('203.0.113.1', { src: ip4('10.0.0.11') }),
  to('192.0.2.1', { src: ip4('10.0.0.12') }),
  to('192.0.2.17', { src: ip4('10.0.0.13') }),
  to('192.0.2.33', { src: ip4('10.0.0.14') }),
  to('10.0.0.1'),
  to('10.9.0.1'),
  ipBytes([1, 2, 3, 4, 5, 6, 7, 8], { protocol: 132, id }),
  to('198.51.100.1', { ttl: 1 }),
  to('198.51.100.1', { ttl: 1, tos: 0xff }),
  to('198.51.100.1', { ttl: 0 }),
  to('198.51.100.1', { flags: ipv4.DF }, 980),
  to('198.51.100.1', { flags: ipv4.DF }, 972),
  to('198.51.100.1', {}, 980),
  to('198.51.100.1', { flags: ipv4.DF, ttl: 1 }, 980),
  to('198.51.100.1', { flags: ipv4.MF | 100, ttl: 1 }),
  // Nobody is told about these.
  to('10.0.0.255'),
  to('10.9.0.255'),
  to('255.255.255.255'),
  to('224.0.0.1'),
  to('240.0.0.1', { src: ip4('10.0.0.15') }),
  to('198.51.100.1', { ttl: 1, src: ip4('10.0.0.255') }),
  ipBytes(icmpBytes(3, 1, 0, ipv4Bytes([...payloadOf(8)], { dst: ip4('10.0.0.2') })), {
    protocol: 1,
    ttl: 1,
    id,
    dst: ip4('198.51.100.1'),
  }),
  ipBytes(icmpBytes(77, 1, 0, []), { protocol: 1, ttl: 1, id, dst: ip4('198.51.100.1') }),
  echoBytes({ ttl: 1, id, dst: ip4('198.51.100.1') }),
  ipBytes([8], { protocol: 1, ttl: 1, id, dst: ip4('198.51.100.1') }),
  ipBytes([], { protocol: 1, ttl: 1, id, dst: ip4('198.51.100.1') }),
];

const judged = /^(Ip|Icmp|Udp)/;

describe('differential: what cannot be delivered', function () {
  this.timeout(60_000);

  const settings: readonly (readonly [string, readonly string[]])[] = [
    ['as it is', []],
    ['with icmp_errors_use_inbound_ifaddr', ['sysctl -qw net.ipv4.icmp_errors_use_inbound_ifaddr=1']],
    ['with two addresses', ['ip addr add 10.0.0.200/24 dev e0', 'ip addr add 10.7.0.1/24 dev e0']],
    ['by a machine whose answers leave by the other side', ['ip route add 10.0.0.0/28 via 10.9.0.2']],
  ];
  for (const [name, setUp] of settings) {
    it(`is told as by a real router: ${name}`, function () {
      need(this, 'netns');
      const script = scriptOf(
        [...UNLIMITED, ...setUp],
        CASES.map((give) => ({ give })),
      );
      assertAlike(script, playEmulated(script), playReal(script), judged);
    });
  }

  it('is no broadcast of another subnet, with bc_forwarding', function () {
    need(this, 'netns');
    const setUp = ['all', 'e0'].map((name) => `sysctl -qw net.ipv4.conf.${name}.bc_forwarding=1`);
    const gives = [to('10.9.0.255'), to('10.9.0.255', { ttl: 1 }), to('255.255.255.255'), to('10.9.0.0')];
    const script = scriptOf(
      [...UNLIMITED, ...setUp],
      gives.map((give) => ({ give })),
    );
    assertAlike(script, playEmulated(script), playReal(script), judged);
  });

  it('is told six times in a row and then once in icmp_ratelimit, to each', function () {
    need(this, 'netns');
    const burst = Array.from({ length: 9 }, () => ({ give: to('10.0.0.1') }));
    const steps = [
      ...burst,
      { give: to('198.51.100.1', { flags: ipv4.DF }, 980) },
      { give: echoBytes({ id }) },
      { run: 'sysctl -n net.ipv4.icmp_ratelimit', waitMs: 700 },
      ...burst,
    ];
    const script = scriptOf(['sysctl -qw net.ipv4.icmp_ratelimit=300'], steps);
    assertAlike(script, playEmulated(script), playReal(script), /^(Icmp|Udp)/);
  });

  it('costs a sender dear where there is no route', function () {
    need(this, 'netns');
    const steps = Array.from({ length: 8 }, () => ({ give: to('203.0.113.1') }));
    const script = scriptOf([], steps);
    assertAlike(script, playEmulated(script), playReal(script), judged);
  });
});
