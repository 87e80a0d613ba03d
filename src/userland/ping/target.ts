/**
 * Before iputils ping sends anything: the name becomes an address, the socket gets its options, and a connected UDP
 * socket asks the routes which source address it would have (ping4_run of ping/ping.c).
 */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4, ip4 } from '../../base/addr.ts';
import { errorText } from '../../kernel/errno.ts';
import type { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { Resolver } from '../resolve.ts';
import { ToolError } from '../tool-error.ts';
import type { EchoSocket, PingSockets } from './echo-socket.ts';
import { requestOptions } from './ip-options.ts';
import type { PingCommand, PingOptions } from './options.ts';
import { takesHosts } from './options.ts';
import { PING_USAGE } from './usage.ts';

export interface PingTarget {
  readonly address: Ip4;
  /** As the statistics name it. */
  readonly hostname: string;
  /** Given as an address: answers are then printed without names. */
  readonly isNumeric: boolean;
  readonly isBroadcast: boolean;
  /** What is printed as the length of the IP options. */
  readonly optionBytes: number;
  /** `10.0.0.1 eth0` of `-I`; '' without. */
  readonly fromText: string;
}

/** IP_MTU_DISCOVER of linux/in.h. */
const PMTUDISC = { dont: 0, want: 1, do: 2 } as const;
/** The probe is connected to this port; nothing is sent. */
const PROBE_PORT = 1025;
const EXIT_FAILURE = 2;
/** Options count as the longest that there can be. */
const OPTION_BYTES = 40;
const LOOPBACK = ip4('127.0.0.1');

/** Sets the socket up; throws a ToolError where the real ping gives up. */
export function* openTarget(
  proc: Process,
  socket: EchoSocket,
  sockets: PingSockets,
  { options, destination, hops }: PingCommand,
  resolve: Resolver,
): Generator<Wait, PingTarget, WakeReason> {
  const found = yield* resolve(proc, destination);
  if (typeof found === 'string') throw new ToolError(`ping: ${destination}: ${found}`, EXIT_FAILURE);
  if (options.isVerbose) announceVerbosely(proc, options, found.canonicalName);
  if (!takesHosts(options, hops.length + 1)) throw new ToolError(PING_USAGE, EXIT_FAILURE);
  const route: Ip4[] = [];
  for (const hop of hops) {
    const answer = yield* resolve(proc, hop);
    if (typeof answer === 'string') throw new ToolError(`ping: ${hop}: ${answer}`, EXIT_FAILURE);
    route.push(answer.address);
  }
  // 0.0.0.0 is this host.
  const address = found.address === 0 ? LOOPBACK : found.address;
  if (options.device !== '') {
    failOn(socket.bindToDevice(options.device), `SO_BINDTODEVICE ${options.device}`);
  }
  const first = route[0] ?? address;
  const isBroadcast = options.source === 0 && options.device === '' && probe(proc, sockets, options, first);
  if (options.source !== 0 || options.id > 0) failOn(socket.bind(options.source, Math.max(options.id, 0)), 'bind');
  applyOptions(socket, options, isBroadcast);
  const asked = requestOptions(options, route);
  // Debian's ping has given up the right to prescribe a route when it asks for one.
  if (asked === null && route.length > 0) failOn('EPERM', 'record route');
  if (asked !== null) failOn(socket.setOptions(asked), options.stampKind === '' ? 'record route' : 'ts option');
  const source = socket.sourceFor(first);
  if (source === undefined) failOn('ENETUNREACH', 'connect');
  const isFromShown = options.source !== 0 || options.device !== '' || options.hasStrictSource;
  return {
    address,
    hostname: found.canonicalName,
    isNumeric: found.isNumeric,
    isBroadcast,
    optionBytes: asked === null ? 0 : OPTION_BYTES,
    fromText: isFromShown ? `${formatIp4(source ?? 0)} ${options.device}` : '',
  };
}

function failOn(errno: Errno, what: string): void {
  if (errno !== '') throw new ToolError(`ping: ${what}: ${errorText(errno)}`, EXIT_FAILURE);
}

function announceVerbosely(proc: Process, options: PingOptions, canonicalName: string): void {
  const ip6 = options.isIp4Only ? 'sock6.fd: -1 (socktype: 0)' : 'sock6.fd: 4 (socktype: SOCK_RAW)';
  const family = options.isIp4Only ? 'AF_INET' : 'AF_UNSPEC';
  proc.writeError(`ping: sock4.fd: 3 (socktype: SOCK_RAW), ${ip6}, hints.ai_family: ${family}\n\n`);
  proc.write(`ai->ai_family: AF_INET, ai->ai_canonname: '${canonicalName}'\n`);
}

/** True if the address is a broadcast one, and `-b` allows that. */
function probe(proc: Process, sockets: PingSockets, options: PingOptions, address: Ip4): boolean {
  const socket = sockets.probe(proc.ns);
  try {
    const errno = socket.connect(address, PROBE_PORT);
    if (errno !== 'EACCES') {
      failOn(errno, 'connect');
      return false;
    }
  } finally {
    socket.close();
  }
  if (!options.mayBroadcast) {
    throw new ToolError(
      'ping: Do you want to ping broadcast? Then -b. If not, check your local firewall rules',
      EXIT_FAILURE,
    );
  }
  proc.writeError('WARNING: pinging broadcast address\n');
  return true;
}

function applyOptions(socket: EchoSocket, options: PingOptions, isBroadcast: boolean): void {
  if (options.ttl === 0) {
    throw new ToolError('ping: cannot set unicast time-to-live: Invalid argument', EXIT_FAILURE);
  }
  if (options.ttl > 0) socket.ttl = options.ttl;
  socket.tos = options.tos;
  // Without -M it stays as the socket was made (ip_no_pmtu_disc); a broadcast is not fragmented unless asked for.
  const pmtu = options.pmtu === '' && isBroadcast ? 'do' : options.pmtu;
  if (pmtu !== '') socket.pmtuDiscovery = PMTUDISC[pmtu];
  socket.broadcast = isBroadcast || options.mayBroadcast;
}
