/** The command line of iperf3 3.12: what it takes, what it refuses and how it says so. */
import { parseInteger } from '../number-text.ts';
import type { OptionTable } from '../text/options.ts';
import { readArguments } from '../text/options.ts';
import type { IperfSettings } from './settings.ts';
import { defaultSettings, TCP_BLOCK_BYTES, UDP_RATE } from './settings.ts';
import { unitBytes, unitRate } from './units.ts';
import { IPERF3_USAGE } from './usage.ts';

export const IPERF3_OPTIONS: OptionTable = {
  letters: 'p:f:i:D1VJvsc:ub:t:n:k:l:P:Rw:B:M:N46S:L:ZO:F:A:T:C:dI:hX:',
  long: {
    port: 'p',
    format: 'f',
    interval: 'i',
    daemon: 'D',
    'one-off': '1',
    verbose: 'V',
    json: 'J',
    version: 'v',
    server: 's',
    client: 'c',
    udp: 'u',
    bitrate: 'b',
    bandwidth: 'b',
    'server-bitrate-limit': 'server-bitrate-limit:',
    time: 't',
    bytes: 'n',
    blockcount: 'k',
    length: 'l',
    parallel: 'P',
    reverse: 'R',
    bidir: 'bidir',
    window: 'w',
    bind: 'B',
    'bind-dev': 'bind-dev:',
    cport: 'cport:',
    'set-mss': 'M',
    'no-delay': 'N',
    version4: '4',
    version6: '6',
    tos: 'S',
    dscp: 'dscp:',
    'extra-data': 'extra-data:',
    flowlabel: 'L',
    zerocopy: 'Z',
    omit: 'O',
    file: 'F',
    'repeating-payload': 'repeating-payload',
    timestamps: 'timestamps::',
    affinity: 'A',
    title: 'T',
    congestion: 'C',
    'linux-congestion': 'C',
    sctp: 'sctp',
    nstreams: 'nstreams:',
    xbind: 'X',
    pidfile: 'I',
    logfile: 'logfile:',
    forceflush: 'forceflush',
    'get-server-output': 'get-server-output',
    'udp-counters-64bit': 'udp-counters-64bit',
    'no-fq-socket-pacing': 'no-fq-socket-pacing',
    username: 'username:',
    'rsa-public-key-path': 'rsa-public-key-path:',
    'rsa-private-key-path': 'rsa-private-key-path:',
    'authorized-users-path': 'authorized-users-path:',
    'time-skew-threshold': 'time-skew-threshold:',
    'fq-rate': 'fq-rate:',
    'pacing-timer': 'pacing-timer:',
    'connect-timeout': 'connect-timeout:',
    'idle-timeout': 'idle-timeout:',
    'rcv-timeout': 'rcv-timeout:',
    'snd-timeout': 'snd-timeout:',
    'dont-fragment': 'dont-fragment',
    debug: 'debug::',
    help: 'h',
  },
  lacking: [
    ...['6', 'L', 'F', 'A', 'X', 'd', 'debug', 'sctp', 'nstreams', 'timestamps', 'server-bitrate-limit', 'fq-rate'],
    ...['no-fq-socket-pacing', 'username', 'rsa-public-key-path', 'rsa-private-key-path', 'authorized-users-path'],
    ...['time-skew-threshold', 'idle-timeout'],
  ],
};

/** How a command line ends before a test: what is printed where, and the exit code. */
export class IperfUsage extends Error {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;

  constructor(stdout: string, stderr: string, exitCode: number) {
    super(stderr);
    this.stdout = stdout;
    this.stderr = stderr;
    this.exitCode = exitCode;
  }
}

/** A parameter that iperf3 refuses, with its usage behind it. */
function refuse(message: string): never {
  throw new IperfUsage(IPERF3_USAGE, `iperf3: parameter error - ${message}\n\n`, 1);
}

/** What a command line says so far. */
interface Reading {
  readonly settings: IperfSettings;
  isClient: boolean;
  hasClientOption: boolean;
  hasServerOption: boolean;
  hasDuration: boolean;
  hasRate: boolean;
}

const UDP_BLOCK_MAX = 65_507;
const UDP_BLOCK_MIN = 16;
const TCP_BLOCK_MAX = 1_048_576;
const WINDOW_MAX = 536_870_912;
const MSS_MAX = 9216;
const STREAMS_MAX = 128;
const SECONDS_MAX = 86_400;
const OMIT_MAX = 60;
const INTERVAL_MIN = 0.1;
const INTERVAL_MAX = 60;

/** Reads a command line, or throws an `IperfUsage`. */
export function readIperf3(args: readonly string[]): IperfSettings {
  const { options, error } = readArguments(args, IPERF3_OPTIONS);
  const reading: Reading = {
    settings: defaultSettings(),
    isClient: false,
    hasClientOption: false,
    hasServerOption: false,
    hasDuration: false,
    hasRate: false,
  };
  for (const { key, value } of options) apply(reading, key, value);
  if (error !== null) throw new IperfUsage('', `iperf3: ${error.message}\n${IPERF3_USAGE}`, 1);
  judge(reading);
  return reading.settings;
}

function apply(reading: Reading, key: string, value: string): void {
  if (key === 'h') throw new IperfUsage(IPERF3_USAGE, '', 0);
  if (key === 's' || key === 'c') {
    chooseRole(reading, key, value);
    return;
  }
  const { settings } = reading;
  if (COMMON[key] !== undefined) COMMON[key](settings, value, reading);
  else if (SERVER_ONLY[key] !== undefined) {
    SERVER_ONLY[key](settings);
    reading.hasServerOption = true;
  } else if (CLIENT_ONLY[key] !== undefined) {
    CLIENT_ONLY[key](settings, value, reading);
    reading.hasClientOption = true;
  }
}

function chooseRole(reading: Reading, key: string, value: string): void {
  const { settings } = reading;
  if (key === 's' ? reading.isClient : settings.isServer) refuse('cannot be both server and client');
  if (key === 's') settings.isServer = true;
  else {
    reading.isClient = true;
    const [host, device = ''] = value.split('%');
    settings.host = host!;
    if (device !== '') settings.bindDevice = device;
  }
}

type Setter = (settings: IperfSettings, value: string, reading: Reading) => void;

const COMMON: Readonly<Record<string, Setter>> = {
  p: (settings, value) => {
    settings.port = integer(value);
    if (settings.port < 1 || settings.port > 65_535) refuse('port number must be between 1 and 65535 inclusive');
  },
  f: (settings, value) => {
    settings.format = value.charAt(0);
    if (!'kmgtKMGT'.includes(settings.format) || value === '') {
      refuse('bad format specifier (valid formats are in the set [kmgtKMGT])');
    }
  },
  i: (settings, value) => {
    const seconds = parseFloat(value) || 0;
    if ((seconds < INTERVAL_MIN || seconds > INTERVAL_MAX) && seconds !== 0) {
      refuse('invalid report interval (min = 0.1, max = 60 seconds)');
    }
    settings.intervalSeconds = seconds;
  },
  V: (settings) => (settings.isVerbose = true),
  J: (settings) => (settings.isJson = true),
  B: (settings, value) => {
    const [address, device = ''] = value.split('%');
    settings.bindAddress = address!;
    if (device !== '') settings.bindDevice = device;
  },
  'bind-dev': (settings, value) => (settings.bindDevice = value),
  I: (settings, value) => (settings.pidFile = value),
  logfile: (settings, value) => (settings.logFile = value),
  'snd-timeout': (settings, value) => (settings.sendTimeoutMs = integer(value)),
};

const SERVER_ONLY: Readonly<Record<string, (settings: IperfSettings) => void>> = {
  D: (settings) => (settings.isDaemon = true),
  '1': (settings) => (settings.isOneOff = true),
};

const CLIENT_ONLY: Readonly<Record<string, Setter>> = {
  u: (settings) => (settings.isUdp = true),
  b: (settings, value, reading) => {
    const [rate, burst = ''] = value.split('/');
    settings.rate = unitRate(rate!);
    reading.hasRate = true;
    settings.burst = burst === '' ? 0 : integer(burst);
    if (burst !== '' && (settings.burst <= 0 || settings.burst > 1000)) {
      refuse('invalid burst count (maximum = 1000)');
    }
  },
  t: (settings, value, reading) => {
    settings.duration = integer(value);
    reading.hasDuration = true;
    if (settings.duration > SECONDS_MAX) refuse('test duration too long (maximum = 86400 seconds)');
  },
  n: (settings, value) => (settings.bytes = unitBytes(value)),
  k: (settings, value) => (settings.blocks = unitBytes(value)),
  l: (settings, value) => (settings.blockBytes = unitBytes(value)),
  P: (settings, value) => {
    settings.parallel = integer(value);
    if (settings.parallel > STREAMS_MAX) refuse('number of parallel streams too large (maximum = 128)');
  },
  R: (settings) => {
    if (settings.isBidirectional) refuse('cannot be both reverse and bidirectional');
    settings.isReverse = true;
  },
  bidir: (settings) => {
    if (settings.isReverse) refuse('cannot be both reverse and bidirectional');
    settings.isBidirectional = true;
  },
  w: (settings, value) => {
    const bytes = Math.floor(unitBytes(value));
    if (bytes > WINDOW_MAX) refuse('socket buffer size too large (maximum = 536870912 bytes)');
    settings.windowBytes = bytes;
  },
  cport: (settings, value) => (settings.clientPort = integer(value)),
  M: (settings, value) => {
    settings.mss = integer(value);
    if (settings.mss > MSS_MAX) refuse('TCP MSS too large (maximum = 9216 bytes)');
  },
  N: (settings) => (settings.isNoDelay = true),
  S: (settings, value) => {
    const tos = Number(value.replace(/^0(?=[0-7]+$)/, '0o'));
    if (!(tos >= 0 && tos <= 255) || value === '') refuse('bad TOS value (must be between 0 and 255 inclusive)');
    settings.tos = tos;
  },
  dscp: (settings, value) => (settings.tos = dscpOf(value)),
  'extra-data': (settings, value) => (settings.extraData = value),
  Z: (settings) => (settings.isZeroCopy = true),
  'repeating-payload': (settings) => (settings.hasRepeatingPayload = true),
  O: (settings, value) => {
    settings.omit = integer(value);
    if (settings.omit < 0 || settings.omit > OMIT_MAX) refuse('bogus value for --omit');
  },
  T: (settings, value) => (settings.title = value),
  C: (settings, value) => (settings.congestion = value),
  'get-server-output': (settings) => (settings.asksServerOutput = true),
  'udp-counters-64bit': (settings) => (settings.has64BitCounters = true),
  'pacing-timer': (settings, value) => (settings.pacingTimerUs = unitBytes(value)),
  'connect-timeout': (settings, value) => (settings.connectTimeoutMs = unitBytes(value)),
  'dont-fragment': (settings) => (settings.dontFragment = true),
  '4': () => undefined,
};

/** atoi(3) */
function integer(text: string): number {
  return parseInteger(/^\s*[+-]?\d+/.exec(text)?.[0].trim() ?? '') ?? 0;
}

const DSCP_NAMES: Readonly<Record<string, number>> = { ef: 46, be: 0, le: 1, va: 44, 'voice-admit': 44 };

/** A number up to 63, or a name: af11, cs1, ef. The two lower bits of the TOS stay 0. */
function dscpOf(text: string): number {
  const name = text.toLowerCase();
  const af = /^af([1-4])([1-3])$/.exec(name);
  const cs = /^cs([0-7])$/.exec(name);
  const number = /^(0x[\da-f]+|\d+)$/.test(name) ? Number(name.replace(/^0(?=[0-7]+$)/, '0o')) : undefined;
  const byName = af === null ? DSCP_NAMES[name] : Number(af[1]) * 8 + Number(af[2]) * 2;
  const value = cs === null ? (byName ?? number) : Number(cs[1]) * 8;
  if (value === undefined || value > 63) {
    return refuse('bad TOS value (must be between 0 and 255 inclusive)');
  }
  return value << 2;
}

/** What only all options together say. */
function judge(reading: Reading): void {
  const { settings } = reading;
  if (settings.isServer && reading.hasClientOption) refuse('some option you are trying to set is client only');
  if (reading.isClient && reading.hasServerOption) refuse('some option you are trying to set is server only');
  if (!settings.isServer && !reading.isClient) refuse('must either be a client (-c) or server (-s)');
  if (settings.isUdp && !reading.hasRate) settings.rate = UDP_RATE;
  if (settings.blockBytes === 0 && !settings.isUdp) settings.blockBytes = TCP_BLOCK_BYTES;
  const { blockBytes, isUdp } = settings;
  if (isUdp && blockBytes > 0 && (blockBytes < UDP_BLOCK_MIN || blockBytes > UDP_BLOCK_MAX)) {
    refuse('block size invalid (minimum = 16 bytes, maximum = 65507 bytes)');
  }
  if (blockBytes > TCP_BLOCK_MAX) refuse('block size too large (maximum = 1048576 bytes)');
  const ends = [reading.hasDuration && settings.duration > 0, settings.bytes > 0, settings.blocks > 0];
  if (ends.filter(Boolean).length > 1) refuse('only one test end condition (-t, -n, -k) may be specified');
  if (settings.bytes > 0 || settings.blocks > 0) settings.duration = 0;
}
