/** The files of /proc/net that tools and scripts read (Linux: fib_trie.c, arp.c, net-procfs.c, proc.c). */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4, formatMac, macFrom, prefixMask } from '../../base/addr.ts';
import type { FibRoute } from '../ip/fib.ts';
import { RT_TABLE_MAIN } from '../ip/fib.ts';
import type { Neighbour } from '../ip/neigh.ts';
import { NUD_PERMANENT, NUD_VALID } from '../ip/neigh.ts';
import { icmpCounters } from '../mib.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { SNMP_GROUPS } from './snmp-names.ts';

const ROUTE_LINE_LENGTH = 127;
/** Flags of a route in these files (RTF_*). */
const RTF_UP = 0x1;
export const RTF_GATEWAY = 0x2;
export const RTF_HOST = 0x4;
export const RTF_REJECT = 0x200;
/** What a route's MTU is more than the segment size that it names. */
const TCP_IP_HEADERS = 40;
/** Flags of a neighbour (ATF_*): its address is known, and for good. */
export const ATF_COM = 0x2;
export const ATF_PERM = 0x4;

/** An address as the file has it: the number of its bytes in the order of the wire, read by a little-endian machine. */
function wireHex(ip: Ip4): string {
  const bytes = [ip & 255, (ip >>> 8) & 255, (ip >>> 16) & 255, ip >>> 24];
  return bytes.map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('');
}

/** /proc/net/route: table main. */
export function procNetRoute(ns: Netns): string {
  const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT';
  const routes = ns.fib.list().filter((route) => route.table === RT_TABLE_MAIN && route.type !== 'broadcast');
  return [head, ...routes.map(routeLine)].map((line) => `${line.padEnd(ROUTE_LINE_LENGTH)}\n`).join('');
}

function routeLine(route: FibRoute): string {
  const advmss = route.metricNumber('advmss');
  let flags = RTF_UP;
  if (route.type === 'unreachable' || route.type === 'prohibit') flags |= RTF_REJECT;
  if (route.gateway !== 0) flags |= RTF_GATEWAY;
  if (route.prefixLen === 32) flags |= RTF_HOST;
  return [
    route.dev?.name ?? '*',
    wireHex(route.destination),
    wireHex(route.gateway),
    flags.toString(16).padStart(4, '0').toUpperCase(),
    0,
    0,
    route.metric,
    wireHex(prefixMask(route.prefixLen)),
    advmss === 0 ? 0 : advmss + TCP_IP_HEADERS,
    route.metricNumber('window'),
    route.metricNumber('rtt'),
  ].join('\t');
}

/** /proc/net/arp */
export function procNetArp(ns: Netns): string {
  const head = 'IP address       HW type     Flags       HW address            Mask     Device\n';
  const entries = ns.neighbours.list().filter((neighbour) => !neighbour.dev.noArp);
  const proxies = ns.neighbours.proxies.map(({ ip, dev }) => {
    return `${formatIp4(ip).padEnd(16)} 0x1         0xc         ${formatMac(0)}     *        ${dev?.name ?? '*'}\n`;
  });
  return head + entries.map(arpLine).join('') + proxies.join('');
}

function arpLine(neighbour: Neighbour): string {
  const isKnown = (neighbour.state & NUD_VALID) !== 0;
  const flags = neighbour.state === NUD_PERMANENT ? ATF_PERM | ATF_COM : isKnown ? ATF_COM : 0;
  const mac = formatMac(isKnown ? macFrom(neighbour.macHi, neighbour.macLo) : 0);
  const ip = formatIp4(neighbour.ip).padEnd(16);
  return `${ip} 0x1         0x${flags.toString(16)}         ${mac}     *        ${neighbour.dev.name}\n`;
}

const DEV_HEAD =
  'Inter-|   Receive                                                |  Transmit\n' +
  ' face |bytes    packets errs drop fifo frame compressed multicast|' +
  'bytes    packets errs drop fifo colls carrier compressed\n';

/** /proc/net/dev */
export function procNetDev(ns: Netns): string {
  return DEV_HEAD + ns.listDevices().map(devLine).join('');
}

function devLine(dev: NetDevice): string {
  const pad = (value: number, width: number): string => String(value).padStart(width);
  const received = [pad(dev.rxBytes, 7), pad(dev.rxPackets, 7), pad(0, 4), pad(dev.rxDropped, 4)];
  received.push(pad(0, 4), pad(0, 5), pad(0, 10), pad(dev.multicast, 9));
  const sent = [pad(dev.txBytes, 8), pad(dev.txPackets, 7), pad(0, 4), pad(dev.txDropped, 4), pad(0, 4), pad(0, 5)];
  sent.push(pad(0, 7), pad(0, 10));
  return `${dev.name.padStart(6)}: ${received.join(' ')} ${sent.join(' ')}\n`;
}

/** /proc/net/snmp: what is counted here under Linux's names; the rest is 0. */
export function procNetSnmp(ns: Netns): string {
  const counters = new Map(Object.entries(ns.mib).map(([name, value]) => [name.toLowerCase(), Number(value)]));
  for (const [name, count] of icmpCounters(ns.mib)) counters.set(`icmp${name.toLowerCase()}`, count);
  const fixed: Record<string, number> = {
    ipForwarding: ns.sysctls.ipForward === 0 ? 2 : 1,
    ipDefaultTTL: ns.sysctls.ipDefaultTtl,
    tcpRtoAlgorithm: 1,
    tcpRtoMin: 200,
    tcpRtoMax: 120_000,
    tcpMaxConn: -1,
  };
  return SNMP_GROUPS.map(([group, names]) => {
    const values = names.map((name) => {
      const key = group.toLowerCase() + name;
      return fixed[key] ?? counters.get(key.toLowerCase()) ?? 0;
    });
    return `${group}: ${names.join(' ')}\n${group}: ${values.join(' ')}\n`;
  }).join('');
}
