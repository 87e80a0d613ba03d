/** The settings of TCP that the stack reads: net.ipv4.tcp_* of one namespace (Linux: struct netns_ipv4). */

export class TcpSettings {
  abortOnOverflow = 0;
  advWinScale = 1;
  appWin = 31;
  autocorking = 1;
  baseMssBytes = 1024;
  challengeAckLimit = 2_147_483_647;
  compSackDelayNs = 1_000_000;
  compSackNr = 44;
  compSackSlackNs = 100_000;
  dsack = 1;
  earlyRetrans = 3;
  ecn = 2;
  ecnFallback = 1;
  finTimeoutNs = 60_000_000_000;
  frto = 2;
  invalidRatelimitNs = 500_000_000;
  keepaliveIntvlNs = 75_000_000_000;
  keepaliveProbes = 9;
  keepaliveTimeNs = 7_200_000_000_000;
  limitOutputBytes = 4_194_304;
  maxReordering = 300;
  maxSynBacklog = 2048;
  maxTwBuckets = 131_072;
  minRttWlenSeconds = 300;
  minSndMssBytes = 48;
  minTsoSegs = 2;
  moderateRcvbuf = 1;
  mtuProbing = 0;
  noMetricsSave = 0;
  noSsthreshMetricsSave = 1;
  notsentLowatBytes = 4_294_967_295;
  orphanRetries = 0;
  pacingCaRatio = 120;
  pacingSsRatio = 200;
  pingpongThresh = 1;
  recovery = 1;
  reflectTos = 0;
  reordering = 3;
  retransCollapse = 1;
  retries1 = 3;
  retries2 = 15;
  rfc1337 = 0;
  rtoMaxMs = 120_000;
  rtoMinUs = 200_000;
  sack = 1;
  shrinkWindow = 0;
  slowStartAfterIdle = 1;
  stdurg = 0;
  synLinearTimeouts = 4;
  synRetries = 6;
  synackRetries = 5;
  syncookies = 1;
  thinLinearTimeouts = 0;
  timestamps = 1;
  tsoRttLog = 9;
  tsoWinDivisor = 3;
  twReuse = 2;
  twReuseDelayMs = 1000;
  windowScaling = 1;
  workaroundSignedWindows = 0;
  /** Least, usual and greatest size of a receive and of a send buffer. */
  readonly rmemBytes: [number, number, number] = [4096, 131_072, 6_291_456];
  readonly wmemBytes: [number, number, number] = [4096, 16_384, 4_194_304];
  /** net.ipv4.tcp_congestion_control */
  congestionControl = 'cubic';
}

/** Fields that are one number. */
export type TcpNumberField = { [K in keyof TcpSettings]: TcpSettings[K] extends number ? K : never }[keyof TcpSettings];

const UNITS = /(?:Ns|Us|Ms|Bytes|Seconds)$/;

/** By the file's name behind `tcp_`: `keepalive_time`. */
const FIELDS: ReadonlyMap<string, TcpNumberField> = new Map(
  Object.entries(new TcpSettings())
    .filter(([, value]) => typeof value === 'number')
    .flatMap(([field]) => [field, field.replace(UNITS, '')].map((name) => [name, field as TcpNumberField] as const))
    .map(([name, field]) => [name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), field]),
);

/** The field that a file of net.ipv4 shows, if it is one of TCP's that the stack reads. */
export function tcpField(leaf: string): TcpNumberField | undefined {
  return leaf.startsWith('tcp_') ? FIELDS.get(leaf.slice('tcp_'.length)) : undefined;
}
