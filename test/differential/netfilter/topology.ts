/**
 * The machine under test, real or emulated, between cables whose far ends the test holds.
 *
 *   10.0.0.2-9 ── e0 10.0.0.1 ┐              ┌ e1 10.1.0.1 ── 10.1.0.2-9, 10.1.0.2 is the way to everybody else
 *                             ├── machine ───┤
 *   10.2.0.2-5 ── e2 ┬ br0 10.2.0.1          │
 *   10.2.0.6-9 ── e3 ┘        └──────────────┘
 */
import type { Ip4, Mac } from '../../../src/base/addr.ts';
import { formatIp4, formatMac, ip4, mac } from '../../../src/base/addr.ts';

/** The machine's cables by number. */
export const PORTS = 4;
const BRIDGE_PORT_FROM = 2;
/** Hosts at each net have the numbers 2 to 9; of the bridged ones those from 6 on are behind e3. */
const FIRST_HOST = 2;
const LAST_HOST = 9;
const FIRST_BEHIND_E3 = 6;

/** The machine's addresses by port; the bridge's ports have none. */
export const NIC_ADDRESSES: readonly string[] = ['10.0.0.1/24', '10.1.0.1/24', '', ''];
export const BRIDGE_ADDRESS = '10.2.0.1/24';

/** The device of the machine that the addresses of a net are reached by, by the net's number. */
const DEVICES = ['e0', 'e1', 'br0'] as const;

/** The MAC of the machine where the far end of the port is to send to. */
export function machineMac(port: number): Mac {
  return mac(port < BRIDGE_PORT_FROM ? `02:00:00:00:01:0${port + 1}` : '02:00:00:00:02:01');
}

/** The MAC of a host by its address; who is not near is behind 10.1.0.2. */
export function macOfHost(address: Ip4): Mac {
  const isNear = address >>> 16 >= 0x0a00 && address >>> 16 <= 0x0a02;
  const number = isNear ? (((address >>> 16) & 0xff) << 8) | (address & 0xff) : 0x0102;
  return mac('02:00:00:0a:00:00') + number;
}

/** The port that a host is behind. */
export function portOf(address: Ip4): number {
  const net = (address >>> 16) & 0xff;
  if (address >>> 24 !== 10 || net > 2) return 1;
  if (net < BRIDGE_PORT_FROM) return net;
  return (address & 0xff) < FIRST_BEHIND_E3 ? 2 : 3;
}

function hostsOf(net: number): Ip4[] {
  return Array.from({ length: LAST_HOST - FIRST_HOST + 1 }, (_, i) => ip4(`10.${net}.0.${FIRST_HOST + i}`));
}

/** Settings that differ from case to case, with what they are when a case does not speak of them. */
export const CASE_SETTINGS: Readonly<Record<string, number>> = {
  'net.bridge.bridge-nf-call-iptables': 1,
  'net.netfilter.nf_conntrack_acct': 0,
  'net.netfilter.nf_conntrack_tcp_loose': 1,
  'net.netfilter.nf_conntrack_tcp_be_liberal': 0,
  'net.netfilter.nf_conntrack_checksum': 1,
};

/** What goes by the clock, or is none of netfilter's concern, is off. */
const SETTINGS: readonly string[] = [
  'net.ipv4.ip_forward=1',
  'net.ipv4.icmp_ratelimit=0',
  'net.ipv4.icmp_msgs_burst=100000',
  'net.ipv4.icmp_msgs_per_sec=1000000',
  ...['all', 'e0', 'e1', 'br0'].flatMap((dev) => [
    `net.ipv4.conf.${dev}.send_redirects=0`,
    `net.ipv4.conf.${dev}.accept_redirects=0`,
    `net.ipv4.conf.${dev}.rp_filter=0`,
  ]),
];

/** What is typed on both machines once their network cards have addresses; lines of `ip` without that word. */
export const SET_UP_IP: readonly string[] = [
  'link add br0 address 02:00:00:00:02:01 type bridge mcast_snooping 0',
  'link set e2 master br0',
  'link set e3 master br0',
  'link set br0 up',
  `addr add ${BRIDGE_ADDRESS} brd + dev br0`,
  'route add default via 10.1.0.2',
  ...DEVICES.flatMap((dev, net) =>
    hostsOf(net).map(
      (host) => `neigh replace ${formatIp4(host)} lladdr ${formatMac(macOfHost(host))} nud permanent dev ${dev}`,
    ),
  ),
];

/** The same for `bridge`. */
export const SET_UP_BRIDGE: readonly string[] = hostsOf(BRIDGE_PORT_FROM).map(
  (host) => `fdb replace ${formatMac(macOfHost(host))} dev e${portOf(host)} master static`,
);

/** The same for `sysctl -qw`. */
export const SET_UP_SYSCTL = SETTINGS;
