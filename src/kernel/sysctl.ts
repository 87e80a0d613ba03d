/**
 * Tunables of a namespace with Linux's defaults (Documentation/networking/ip-sysctl.rst). Those that the data plane
 * reads are plain fields; all others that a script may set are kept as text, so that they read back as written.
 */

const MILLISECOND = 1_000_000;
const SECOND = 1_000 * MILLISECOND;

export class Sysctls {
  /** net.ipv4.ip_forward */
  ipForward = 0;
  /** net.ipv4.ip_default_ttl */
  ipDefaultTtl = 64;
  icmpEchoIgnoreAll = 0;
  icmpEchoIgnoreBroadcasts = 1;
  /** net.ipv4.icmp_ratelimit: one error in this time per destination. */
  icmpRatelimitNs = 1000 * MILLISECOND;
  /** net.ipv4.icmp_ratemask: bit n limits ICMP type n; 6168 = types 3, 4, 11, 12. */
  icmpRatemask = 6168;
  icmpMsgsPerSecond = 1000;
  icmpMsgsBurst = 50;
  /** net.ipv4.ip_no_pmtu_disc: 0 listens to routers, 1 takes the least, 2 and 3 do not listen (3: but for TCP). */
  ipNoPmtuDisc = 0;
  /** net.ipv4.ip_forward_use_pmtu: forwards by what was learned, too. */
  ipForwardUsePmtu = 0;
  /** net.ipv4.route.min_pmtu: less is not believed. */
  rtMinPmtu = 552;
  /** net.ipv4.route.mtu_expires: so long is a path's MTU remembered. */
  rtMtuExpiresNs = 600 * SECOND;
  ipLocalPortMin = 32768;
  ipLocalPortMax = 60999;
  /** net.ipv4.ipfrag_time */
  ipfragTimeNs = 30 * SECOND;
  /** net.ipv4.ipfrag_high_thresh, bytes */
  ipfragHighThreshBytes = 4 * 1024 * 1024;
  /** net.core.rmem_default: what a socket may hold unread. */
  rmemDefaultBytes = 212_992;
  /** Everything else, as written. */
  private readonly kept = new Map<string, string>();

  /** The value as `sysctl -n KEY` prints it, or undefined for a key that Linux does not have. */
  read(key: string): string | undefined {
    const field = FIELDS.get(key);
    if (field !== undefined) return field.read(this);
    const kept = this.kept.get(key);
    if (kept !== undefined) return kept;
    return isKnownTree(key) ? (KEPT_DEFAULTS.get(key) ?? '0') : undefined;
  }

  /** Sets a key from text; 'ENOENT' for an unknown key, 'EINVAL' for a value that the key does not take. */
  write(key: string, value: string): '' | 'ENOENT' | 'EINVAL' {
    const field = FIELDS.get(key);
    if (field !== undefined) return field.write(this, value.trim()) ? '' : 'EINVAL';
    if (!isKnownTree(key)) return 'ENOENT';
    this.kept.set(key, value.trim());
    return '';
  }
}

interface Field {
  read(s: Sysctls): string;
  /** False when the text is not a value for the key. */
  write(s: Sysctls, value: string): boolean;
}

type NumberKey = {
  [K in keyof Sysctls]: Sysctls[K] extends number ? K : never;
}[keyof Sysctls];

/** A whole number in `min..max`, kept in the field as `value * scale`. */
function numberField(name: NumberKey, min: number, max: number, scale = 1): Field {
  return {
    read: (s) => String(s[name] / scale),
    write: (s, text) => {
      if (!/^-?\d+$/.test(text)) return false;
      const value = Number(text);
      if (value < min || value > max) return false;
      s[name] = value * scale;
      return true;
    },
  };
}

const INT_MAX = 2 ** 31 - 1;
const INT_MIN = -(2 ** 31);

/** net.ipv4.ip_unprivileged_port_start: ephemeral ports begin there at the earliest. */
const PRIVILEGED_PORTS = 1024;

const portRange: Field = {
  read: (s) => `${s.ipLocalPortMin}\t${s.ipLocalPortMax}`,
  write: (s, text) => {
    const match = /^(\d+)\s+(\d+)$/.exec(text);
    if (match === null) return false;
    const [low, high] = [Number(match[1]), Number(match[2])];
    if (low < PRIVILEGED_PORTS || high > 65535 || low > high) return false;
    s.ipLocalPortMin = low;
    s.ipLocalPortMax = high;
    return true;
  },
};

const FIELDS: ReadonlyMap<string, Field> = new Map([
  ['net.ipv4.ip_forward', numberField('ipForward', INT_MIN, INT_MAX)],
  ['net.ipv4.conf.all.forwarding', numberField('ipForward', INT_MIN, INT_MAX)],
  ['net.ipv4.ip_default_ttl', numberField('ipDefaultTtl', 1, 255)],
  ['net.ipv4.icmp_echo_ignore_all', numberField('icmpEchoIgnoreAll', 0, 1)],
  ['net.ipv4.icmp_echo_ignore_broadcasts', numberField('icmpEchoIgnoreBroadcasts', 0, 1)],
  ['net.ipv4.icmp_ratelimit', numberField('icmpRatelimitNs', 0, INT_MAX, MILLISECOND)],
  ['net.ipv4.icmp_ratemask', numberField('icmpRatemask', 0, INT_MAX)],
  ['net.ipv4.icmp_msgs_per_sec', numberField('icmpMsgsPerSecond', 0, INT_MAX)],
  ['net.ipv4.icmp_msgs_burst', numberField('icmpMsgsBurst', 0, INT_MAX)],
  ['net.ipv4.ip_no_pmtu_disc', numberField('ipNoPmtuDisc', 0, 255)],
  ['net.ipv4.ip_forward_use_pmtu', numberField('ipForwardUsePmtu', 0, 255)],
  ['net.ipv4.route.min_pmtu', numberField('rtMinPmtu', 68, INT_MAX)],
  ['net.ipv4.route.mtu_expires', numberField('rtMtuExpiresNs', 0, INT_MAX, SECOND)],
  ['net.ipv4.ip_local_port_range', portRange],
  ['net.ipv4.ipfrag_time', numberField('ipfragTimeNs', 0, INT_MAX, SECOND)],
  ['net.ipv4.ipfrag_high_thresh', numberField('ipfragHighThreshBytes', 0, INT_MAX)],
  ['net.core.rmem_default', numberField('rmemDefaultBytes', 2304, INT_MAX)],
]);

/** Defaults that are not 0 among the keys that are only kept. */
const KEPT_DEFAULTS: ReadonlyMap<string, string> = new Map([
  ['net.ipv4.ping_group_range', '0\t2147483647'],
  ['net.ipv4.ip_unprivileged_port_start', '1024'],
  ['net.ipv6.conf.all.disable_ipv6', '1'],
  ['net.ipv6.conf.default.disable_ipv6', '1'],
  ['net.ipv6.conf.lo.disable_ipv6', '1'],
  ['net.ipv4.tcp_rmem', '4096\t131072\t6291456'],
  ['net.ipv4.tcp_wmem', '4096\t16384\t4194304'],
]);

/** Keys that a Linux host has and that change nothing yet: kept, so that scripts which set them run. */
function isKnownTree(key: string): boolean {
  return KEPT_DEFAULTS.has(key) || /^net\.ipv6\.(conf\.[\w-]+|route|neigh\.[\w-]+)\.\w+$/.test(key);
}
