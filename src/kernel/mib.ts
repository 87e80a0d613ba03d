/**
 * SNMP-like counters of a namespace, under the names of /proc/net/snmp and /proc/net/netstat (RFC 4293, RFC 4113;
 * Linux: net/ipv4/proc.c). Plain fields: one addition each on the hot path.
 */
import { TcpExtMib } from './tcp-ext-mib.ts';

export class Mib {
  // What plain traffic counts comes first: it shares two cache lines.
  ipInReceives = 0;
  ipInOctets = 0;
  ipForwDatagrams = 0;
  ipInDelivers = 0;
  ipOutRequests = 0;
  ipOutTransmits = 0;
  ipOutOctets = 0;
  udpInDatagrams = 0;
  udpOutDatagrams = 0;
  ipInHdrErrors = 0;
  ipInAddrErrors = 0;
  ipInUnknownProtos = 0;
  ipInDiscards = 0;
  ipOutDiscards = 0;
  ipOutNoRoutes = 0;
  ipReasmTimeout = 0;
  ipReasmReqds = 0;
  ipReasmOks = 0;
  ipReasmFails = 0;
  ipFragOks = 0;
  ipFragFails = 0;
  ipFragCreates = 0;
  icmpInMsgs = 0;
  icmpInErrors = 0;
  icmpInCsumErrors = 0;
  icmpOutMsgs = 0;
  icmpOutErrors = 0;
  icmpOutRateLimitGlobal = 0;
  icmpOutRateLimitHost = 0;
  /** By ICMP type: cold. */
  readonly icmpIn = new Map<number, number>();
  readonly icmpOut = new Map<number, number>();
  udpNoPorts = 0;
  udpInErrors = 0;
  udpRcvbufErrors = 0;
  udpInCsumErrors = 0;
  udpIgnoredMulti = 0;
  ipInNoRoutes = 0;
  ipInTruncatedPkts = 0;
  ipInMcastPkts = 0;
  ipOutMcastPkts = 0;
  ipInBcastPkts = 0;
  ipOutBcastPkts = 0;
  ipInMcastOctets = 0;
  ipOutMcastOctets = 0;
  ipInBcastOctets = 0;
  ipOutBcastOctets = 0;
  ipInCsumErrors = 0;
  /** Received without a header that can be read; of the others, those without a mark of ECN are the rest. */
  ipInUncheckedPkts = 0;
  ipInEct1Pkts = 0;
  ipInEct0Pkts = 0;
  ipInCePkts = 0;
  ipReasmOverlaps = 0;
  tcpActiveOpens = 0;
  tcpPassiveOpens = 0;
  tcpAttemptFails = 0;
  tcpEstabResets = 0;
  tcpCurrEstab = 0;
  tcpInSegs = 0;
  tcpOutSegs = 0;
  tcpRetransSegs = 0;
  tcpInErrs = 0;
  tcpOutRsts = 0;
  tcpInCsumErrors = 0;
  readonly tcpExt = new TcpExtMib();

  /** An ICMP message of this type was received. */
  countIcmpIn(type: number): void {
    this.icmpIn.set(type, (this.icmpIn.get(type) ?? 0) + 1);
  }

  /** Twin of icmp_out_count: one is sent, by the kernel or a socket. */
  countIcmpOut(type: number): void {
    this.icmpOutMsgs++;
    this.icmpOut.set(type, (this.icmpOut.get(type) ?? 0) + 1);
  }
}

/** The ICMP types that have a name of their own (icmpmibmap), in the order of /proc/net/snmp. */
const ICMP_NAMES: readonly (readonly [string, number])[] = [
  ['DestUnreachs', 3],
  ['TimeExcds', 11],
  ['ParmProbs', 12],
  ['SrcQuenchs', 4],
  ['Redirects', 5],
  ['Echos', 8],
  ['EchoReps', 0],
  ['Timestamps', 13],
  ['TimestampReps', 14],
  ['AddrMasks', 17],
  ['AddrMaskReps', 18],
];

/** The group `Ip` of /proc/net/snmp without its two settings, in its order. */
export function ipCounters(mib: Mib): [string, number][] {
  return [
    ['InReceives', mib.ipInReceives],
    ['InHdrErrors', mib.ipInHdrErrors],
    ['InAddrErrors', mib.ipInAddrErrors],
    ['ForwDatagrams', mib.ipForwDatagrams],
    ['InUnknownProtos', mib.ipInUnknownProtos],
    ['InDiscards', mib.ipInDiscards],
    ['InDelivers', mib.ipInDelivers],
    ['OutRequests', mib.ipOutRequests],
    ['OutDiscards', mib.ipOutDiscards],
    ['OutNoRoutes', mib.ipOutNoRoutes],
    ['ReasmTimeout', mib.ipReasmTimeout],
    ['ReasmReqds', mib.ipReasmReqds],
    ['ReasmOKs', mib.ipReasmOks],
    ['ReasmFails', mib.ipReasmFails],
    ['FragOKs', mib.ipFragOks],
    ['FragFails', mib.ipFragFails],
    ['FragCreates', mib.ipFragCreates],
    ['OutTransmits', mib.ipOutTransmits],
  ];
}

/** The group `Icmp` of /proc/net/snmp. */
export function icmpCounters(mib: Mib): [string, number][] {
  const byType = (way: string, counts: ReadonlyMap<number, number>): [string, number][] =>
    ICMP_NAMES.map(([name, type]) => [`${way}${name}`, counts.get(type) ?? 0]);
  return [
    ['InMsgs', mib.icmpInMsgs],
    ['InErrors', mib.icmpInErrors],
    ['InCsumErrors', mib.icmpInCsumErrors],
    ...byType('In', mib.icmpIn),
    ['OutMsgs', mib.icmpOutMsgs],
    ['OutErrors', mib.icmpOutErrors],
    ['OutRateLimitGlobal', mib.icmpOutRateLimitGlobal],
    ['OutRateLimitHost', mib.icmpOutRateLimitHost],
    ...byType('Out', mib.icmpOut),
  ];
}

/** The group `IcmpMsg` of /proc/net/snmp: only the types that were seen, in their order. */
export function icmpMsgCounters(mib: Mib): [string, number][] {
  const named = (way: string, counts: ReadonlyMap<number, number>): [string, number][] =>
    [...counts].sort(([a], [b]) => a - b).map(([type, count]) => [`${way}Type${type}`, count]);
  return [...named('In', mib.icmpIn), ...named('Out', mib.icmpOut)];
}

/** The group `Udp` of /proc/net/snmp. */
export function udpCounters(mib: Mib): [string, number][] {
  return [
    ['InDatagrams', mib.udpInDatagrams],
    ['NoPorts', mib.udpNoPorts],
    ['InErrors', mib.udpInErrors],
    ['OutDatagrams', mib.udpOutDatagrams],
    ['RcvbufErrors', mib.udpRcvbufErrors],
    ['SndbufErrors', 0],
    ['InCsumErrors', mib.udpInCsumErrors],
    ['IgnoredMulti', mib.udpIgnoredMulti],
    ['MemErrors', 0],
  ];
}

/** The group `Tcp` of /proc/net/snmp without its four settings, in its order. */
export function tcpCounters(mib: Mib): [string, number][] {
  return [
    ['ActiveOpens', mib.tcpActiveOpens],
    ['PassiveOpens', mib.tcpPassiveOpens],
    ['AttemptFails', mib.tcpAttemptFails],
    ['EstabResets', mib.tcpEstabResets],
    ['CurrEstab', mib.tcpCurrEstab],
    ['InSegs', mib.tcpInSegs],
    ['OutSegs', mib.tcpOutSegs],
    ['RetransSegs', mib.tcpRetransSegs],
    ['InErrs', mib.tcpInErrs],
    ['OutRsts', mib.tcpOutRsts],
    ['InCsumErrors', mib.tcpInCsumErrors],
  ];
}

/** The group `IpExt` of /proc/net/netstat. */
export function ipExtCounters(mib: Mib): [string, number][] {
  return [
    ['InNoRoutes', mib.ipInNoRoutes],
    ['InTruncatedPkts', mib.ipInTruncatedPkts],
    ['InMcastPkts', mib.ipInMcastPkts],
    ['OutMcastPkts', mib.ipOutMcastPkts],
    ['InBcastPkts', mib.ipInBcastPkts],
    ['OutBcastPkts', mib.ipOutBcastPkts],
    ['InOctets', mib.ipInOctets],
    ['OutOctets', mib.ipOutOctets],
    ['InMcastOctets', mib.ipInMcastOctets],
    ['OutMcastOctets', mib.ipOutMcastOctets],
    ['InBcastOctets', mib.ipInBcastOctets],
    ['OutBcastOctets', mib.ipOutBcastOctets],
    ['InCsumErrors', mib.ipInCsumErrors],
    ['InNoECTPkts', mib.ipInReceives - mib.ipInUncheckedPkts - mib.ipInEct1Pkts - mib.ipInEct0Pkts - mib.ipInCePkts],
    ['InECT1Pkts', mib.ipInEct1Pkts],
    ['InECT0Pkts', mib.ipInEct0Pkts],
    ['InCEPkts', mib.ipInCePkts],
    ['ReasmOverlaps', mib.ipReasmOverlaps],
  ];
}

/** All of them as `nstat` names them, the group in front: `IpInReceives`, `IpExtInOctets`. */
export function mibCounters(mib: Mib): Map<string, number> {
  const groups: readonly (readonly [string, [string, number][]])[] = [
    ['Ip', ipCounters(mib)],
    ['Icmp', icmpCounters(mib)],
    ['IcmpMsg', icmpMsgCounters(mib)],
    ['Tcp', tcpCounters(mib)],
    ['Udp', udpCounters(mib)],
    ['TcpExt', Object.entries(mib.tcpExt)],
    ['IpExt', ipExtCounters(mib)],
  ];
  return new Map(groups.flatMap(([group, list]) => list.map(([name, value]) => [`${group}${name}`, value] as const)));
}
