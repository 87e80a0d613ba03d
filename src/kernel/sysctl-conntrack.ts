/**
 * The files of net.netfilter and net.nf_conntrack_max that connection tracking reads (Linux:
 * nf_conntrack_standalone.c). What no tracker here reads stands in sysctl-table.ts.
 */
import type { ConntrackSettings } from './nf/conntrack/settings.ts';
import { CLOSE, CLOSE_WAIT, ESTABLISHED, FIN_WAIT, LAST_ACK, SYN_RECV, SYN_SENT } from './nf/conntrack/tcp-state.ts';
import { TIMEOUT_RETRANS, TIMEOUT_UNACK, TIME_WAIT } from './nf/conntrack/tcp-state.ts';
import type { SysctlFile } from './sysctl-file.ts';
import type { NumberKind } from './sysctl-value.ts';
import { INT_KIND, NATURAL_KIND, rangeKind, readNumbers, SECOND_KIND } from './sysctl-value.ts';

const SECOND_NS = 1_000_000_000;
/** A table is made of whole pages of bucket heads (nf_ct_alloc_hashtable). */
const BUCKETS_STEP = 512;
const BUCKETS_MAX = 2 ** 29 - 1;

type FieldOf<T> = {
  [K in keyof ConntrackSettings]: ConntrackSettings[K] extends T ? K : never;
}[keyof ConntrackSettings];

const SWITCH = rangeKind(0, 1);
const BYTE = rangeKind(0, 255);
/** Seconds, which files keep in jiffies. */
const SECONDS: NumberKind = {
  keep: (written) => {
    const kept = SECOND_KIND.keep(written);
    return kept === null ? null : kept / SECOND_NS;
  },
  show: (seconds) => seconds,
};
const BUCKETS: NumberKind = {
  keep: (n) => (n < 1 || n > BUCKETS_MAX ? null : Math.ceil(n / BUCKETS_STEP) * BUCKETS_STEP),
  show: (n) => n,
};

const PLAIN = { isReadOnly: false, isWriteOnly: false, isMachine: false, isShared: false } as const;

function file(
  kind: NumberKind,
  get: (settings: ConntrackSettings) => number,
  set: (settings: ConntrackSettings, value: number) => void,
): SysctlFile {
  return {
    ...PLAIN,
    read: (tree) => String(kind.show(get(tree.conntrack))),
    write: (tree, text) => {
      const value = readNumbers(text, 1)?.[0];
      const kept = value === undefined ? null : kind.keep(value);
      if (kept !== null) set(tree.conntrack, kept);
      return kept !== null;
    },
  };
}

function number(field: FieldOf<number>, kind: NumberKind): SysctlFile {
  return file(
    kind,
    (settings) => settings[field],
    (settings, value) => {
      settings[field] = value;
    },
  );
}

function flag(field: FieldOf<boolean>): SysctlFile {
  return file(
    SWITCH,
    (settings) => Number(settings[field]),
    (settings, value) => {
      settings[field] = value !== 0;
    },
  );
}

function tcpTimeout(state: number): SysctlFile {
  return file(
    SECONDS,
    (settings) => settings.tcpTimeouts[state]!,
    (settings, value) => {
      settings.tcpTimeouts[state] = value;
    },
  );
}

const count: SysctlFile = {
  ...PLAIN,
  isReadOnly: true,
  read: (tree) => String(tree.owner?.conntrack?.table.count ?? 0),
  write: () => false,
};

const max = number('max', NATURAL_KIND);
const netfilter = (name: string): string => `net/netfilter/nf_conntrack_${name}`;

/** By path. */
export const CONNTRACK_FILES: Readonly<Record<string, SysctlFile>> = {
  'net/nf_conntrack_max': { ...max, isMachine: true, isShared: true },
  [netfilter('max')]: { ...max, isShared: true },
  [netfilter('buckets')]: { ...number('buckets', BUCKETS), isShared: true },
  [netfilter('expect_max')]: { ...number('expectMax', INT_KIND), isShared: true },
  [netfilter('count')]: count,
  [netfilter('acct')]: flag('acct'),
  [netfilter('checksum')]: flag('checksum'),
  [netfilter('events')]: number('events', rangeKind(0, 2)),
  [netfilter('log_invalid')]: number('logInvalid', BYTE),
  [netfilter('timestamp')]: flag('timestamp'),
  [netfilter('generic_timeout')]: number('genericTimeout', SECONDS),
  [netfilter('icmp_timeout')]: number('icmpTimeout', SECONDS),
  [netfilter('udp_timeout')]: number('udpTimeout', SECONDS),
  [netfilter('udp_timeout_stream')]: number('udpTimeoutStream', SECONDS),
  [netfilter('tcp_be_liberal')]: flag('tcpBeLiberal'),
  [netfilter('tcp_ignore_invalid_rst')]: flag('tcpIgnoreInvalidRst'),
  [netfilter('tcp_loose')]: flag('tcpLoose'),
  [netfilter('tcp_max_retrans')]: number('tcpMaxRetrans', BYTE),
  [netfilter('tcp_timeout_close')]: tcpTimeout(CLOSE),
  [netfilter('tcp_timeout_close_wait')]: tcpTimeout(CLOSE_WAIT),
  [netfilter('tcp_timeout_established')]: tcpTimeout(ESTABLISHED),
  [netfilter('tcp_timeout_fin_wait')]: tcpTimeout(FIN_WAIT),
  [netfilter('tcp_timeout_last_ack')]: tcpTimeout(LAST_ACK),
  [netfilter('tcp_timeout_max_retrans')]: tcpTimeout(TIMEOUT_RETRANS),
  [netfilter('tcp_timeout_syn_recv')]: tcpTimeout(SYN_RECV),
  [netfilter('tcp_timeout_syn_sent')]: tcpTimeout(SYN_SENT),
  [netfilter('tcp_timeout_time_wait')]: tcpTimeout(TIME_WAIT),
  [netfilter('tcp_timeout_unacknowledged')]: tcpTimeout(TIMEOUT_UNACK),
};
