/** All matches and targets, and the names of those that the real tool has besides. */
import type { MatchExtension, TargetExtension } from './extension.ts';
import { ADDRTYPE } from './match/addrtype.ts';
import { BPF } from './match/bpf.ts';
import { COMMENT } from './match/comment.ts';
import { CONNBYTES } from './match/connbytes.ts';
import { CONNLIMIT } from './match/connlimit.ts';
import { CONNTRACK, STATE } from './match/conntrack.ts';
import { CPU } from './match/cpu.ts';
import { DSCP_MATCH } from './match/dscp.ts';
import { HASHLIMIT } from './match/hashlimit.ts';
import { ICMP } from './match/icmp.ts';
import { IPRANGE } from './match/iprange.ts';
import { IPVS } from './match/ipvs.ts';
import { LENGTH } from './match/length.ts';
import { LIMIT } from './match/limit.ts';
import { MAC } from './match/mac.ts';
import { CONNMARK_MATCH, MARK_MATCH } from './match/mark.ts';
import { MULTIPORT } from './match/multiport.ts';
import { PHYSDEV } from './match/physdev.ts';
import { PKTTYPE } from './match/pkttype.ts';
import { POLICY } from './match/policy.ts';
import { QUOTA } from './match/quota.ts';
import { RECENT } from './match/recent.ts';
import { SCTP } from './match/sctp.ts';
import { SET } from './match/set.ts';
import { STATISTIC } from './match/statistic.ts';
import { STRING } from './match/string.ts';
import { TCP } from './match/tcp.ts';
import { TCPMSS_MATCH } from './match/tcpmss.ts';
import { TIME } from './match/time.ts';
import { TOS_MATCH } from './match/tos.ts';
import { TTL_MATCH } from './match/ttl.ts';
import { U32 } from './match/u32.ts';
import { UDP } from './match/udp.ts';
import { CT, NOTRACK } from './target/ct.ts';
import { DSCP, TOS } from './target/dscp.ts';
import { LOG } from './target/log.ts';
import { CONNMARK, MARK } from './target/mark.ts';
import { DNAT, MASQUERADE, NETMAP, REDIRECT, SNAT } from './target/nat.ts';
import { REJECT } from './target/reject.ts';
import { TCPMSS } from './target/tcpmss.ts';
import { TTL } from './target/ttl.ts';
import { CHECKSUM, CLASSIFY, NFLOG, TRACE } from './target/unseen.ts';

export const MATCHES: readonly MatchExtension[] = [
  TCP,
  UDP,
  ICMP,
  ADDRTYPE,
  CONNTRACK,
  STATE,
  COMMENT,
  MARK_MATCH,
  CONNMARK_MATCH,
  PHYSDEV,
  MULTIPORT,
  U32,
  BPF,
  POLICY,
  LIMIT,
  IPVS,
  CPU,
  DSCP_MATCH,
  HASHLIMIT,
  IPRANGE,
  LENGTH,
  SCTP,
  MAC,
  PKTTYPE,
  RECENT,
  STATISTIC,
  SET,
  TIME,
  CONNBYTES,
  CONNLIMIT,
  QUOTA,
  STRING,
  TCPMSS_MATCH,
  TOS_MATCH,
  TTL_MATCH,
];

export const TARGETS: readonly TargetExtension[] = [
  DNAT,
  SNAT,
  MASQUERADE,
  REDIRECT,
  NETMAP,
  REJECT,
  MARK,
  CONNMARK,
  LOG,
  CT,
  NOTRACK,
  TCPMSS,
  DSCP,
  TOS,
  TTL,
  NFLOG,
  TRACE,
  CLASSIFY,
  CHECKSUM,
];

/** Targets without an extension. */
export const VERDICTS: readonly string[] = ['ACCEPT', 'DROP', 'RETURN', 'QUEUE'];

/** Matches of iptables 1.8.9 that are not here. */
export const LACKING_MATCHES: readonly string[] = [
  'ah',
  'cgroup',
  'cluster',
  'connlabel',
  'dccp',
  'devgroup',
  'ecn',
  'esp',
  'helper',
  'ipcomp',
  'nfacct',
  'osf',
  'owner',
  'rateest',
  'realm',
  'rpfilter',
  'socket',
];

/** Targets of iptables 1.8.9 that are not here. */
export const LACKING_TARGETS: readonly string[] = [
  'AUDIT',
  'CLUSTERIP',
  'CONNSECMARK',
  'ECN',
  'HMARK',
  'IDLETIMER',
  'LED',
  'NFQUEUE',
  'RATEEST',
  'SECMARK',
  'SET',
  'SYNPROXY',
  'TCPOPTSTRIP',
  'TEE',
  'TPROXY',
  'ULOG',
];

export function findMatch(name: string): MatchExtension | undefined {
  return MATCHES.find((extension) => extension.name === name);
}

export function findTarget(name: string): TargetExtension | undefined {
  return TARGETS.find((extension) => extension.name === name);
}
