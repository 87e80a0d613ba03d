/**
 * The sockets of a namespace as `ss` of iproute2 6.1 prints them (misc/ss.c): columns as wide as what stands in them,
 * the two addresses to the right, their ports to the left of a column.
 *
 *   State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess
 *   UNCONN 0      0          10.77.0.2:53        0.0.0.0:*
 */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4 } from '../../base/addr.ts';
import type { Netns } from '../netns.ts';
import type { RawSocket } from '../socket/raw-socket.ts';
import type { SocketOwner, UdpSocket } from '../socket/udp-socket.ts';
import type { SsState } from './ss-tcp.ts';
import { shownTcp, tcpSummary, timerText } from './ss-tcp.ts';

export type SocketKind = 'raw' | 'udp' | 'tcp';

export interface SocketShowOptions {
  readonly kinds: readonly SocketKind[];
  readonly states: ReadonlySet<SsState>;
  /** More than one state could be shown, so that there is a column for it. */
  readonly showsState: boolean;
  readonly isNumeric: boolean;
  readonly showsProcess: boolean;
  readonly showsMemory: boolean;
  /** `-o`: timers; `-i`: what TCP knows of the connection. */
  readonly showsTimer: boolean;
  readonly showsInfo: boolean;
  readonly hasHeader: boolean;
  /** `-O`: all of a socket on one line. */
  readonly isOneLine: boolean;
  readonly filter: (socket: ShownSocket) => boolean;
}

/** What a socket waits for: under the name of `ss`, and how often it has run out. */
export interface ShownTimer {
  readonly name: 'on' | 'keepalive' | 'timewait' | 'persist';
  readonly leftNs: number;
  readonly count: number;
}

/** What is shown of a socket. */
export interface ShownSocket {
  readonly kind: SocketKind;
  readonly state: SsState;
  readonly waitingBytes: number;
  /** What is not acknowledged yet, or a listener's backlog. */
  readonly unsentBytes: number;
  readonly localAddress: Ip4;
  readonly localPort: number;
  readonly remoteAddress: Ip4;
  /** 0 for none. */
  readonly remotePort: number;
  readonly deviceName: string;
  readonly owner: SocketOwner | null;
  readonly timer: ShownTimer | null;
  /** What skmem says; '' where the kernel keeps none. */
  readonly memory: string;
  /** ` cubic wscale:7,7 …`; the timer's options in front with `-o`, and all bandwidths as they are with `-n`. */
  readonly info: (showsOptions: boolean, isNumeric: boolean) => string;
}

/** The sockets of those kinds in the order of `ss`: raw ones first. */
export function listSockets(ns: Netns, kinds: readonly SocketKind[]): ShownSocket[] {
  const raw = kinds.includes('raw') ? (ns.rawSockets?.list() ?? []) : [];
  const udp = kinds.includes('udp') ? ns.udp.list() : [];
  const tcp = kinds.includes('tcp') ? shownTcp(ns) : [];
  return [...raw.map((socket) => shownRaw(ns, socket)), ...udp.map((socket) => shownUdp(ns, socket)), ...tcp];
}

/** What datagram sockets have. */
function datagramRest(
  ns: Netns,
  waitingBytes: number,
  rcvbufBytes: number,
): Pick<ShownSocket, 'unsentBytes' | 'timer' | 'memory' | 'info'> {
  const { rmemDefaultBytes: sndbufBytes } = ns.sysctls;
  const memory = `skmem:(r${waitingBytes},rb${rcvbufBytes},t0,tb${sndbufBytes},f0,w0,o0,bl0,d0)`;
  return { unsentBytes: 0, timer: null, memory, info: () => '' };
}

function shownRaw(ns: Netns, socket: RawSocket): ShownSocket {
  return {
    ...datagramRest(ns, socket.waitingBytes, ns.sysctls.rmemDefaultBytes),
    kind: 'raw',
    state: socket.remoteAddress === 0 ? 'UNCONN' : 'ESTAB',
    waitingBytes: socket.waitingBytes,
    localAddress: socket.localAddress,
    localPort: socket.protocol,
    remoteAddress: socket.remoteAddress,
    remotePort: 0,
    deviceName: socket.device?.name ?? '',
    owner: null,
  };
}

function shownUdp(ns: Netns, socket: UdpSocket): ShownSocket {
  return {
    ...datagramRest(ns, socket.waitingBytes, socket.rcvbufBytes),
    kind: 'udp',
    state: socket.isConnected ? 'ESTAB' : 'UNCONN',
    waitingBytes: socket.waitingBytes,
    localAddress: socket.localAddress,
    localPort: socket.localPort,
    remoteAddress: socket.remoteAddress,
    remotePort: socket.remotePort,
    deviceName: socket.device?.name ?? '',
    owner: socket.owner,
  };
}

interface Column {
  readonly title: string;
  /** In front of the column, unless it is the first that is shown. */
  readonly gap: string;
  readonly isRight: boolean;
}

const COLUMNS: readonly Column[] = [
  { title: 'Netid', gap: '', isRight: false },
  { title: 'State', gap: ' ', isRight: false },
  { title: 'Recv-Q', gap: ' ', isRight: false },
  { title: 'Send-Q', gap: ' ', isRight: false },
  { title: 'Local Address:', gap: ' ', isRight: true },
  { title: 'Port', gap: '', isRight: false },
  { title: 'Peer Address:', gap: ' ', isRight: true },
  { title: 'Port', gap: '', isRight: false },
  { title: 'Process', gap: '', isRight: false },
];
/** Of the two queues' figures, header or not. */
const QUEUE_WIDTH = 6;
const NETID = 0;
const STATE = 1;

/** The table, header and all. */
export function showSockets(ns: Netns, options: SocketShowOptions): string {
  const rows = listSockets(ns, options.kinds)
    .filter((socket) => options.states.has(socket.state) && options.filter(socket))
    .map((socket) => cellsOf(socket, options));
  const shown = COLUMNS.map((_, column) => {
    if (column === NETID) return options.kinds.length > 1;
    return column !== STATE || options.showsState;
  });
  const titles = COLUMNS.map(({ title }) => title);
  const table = options.hasHeader ? [titles, ...rows] : rows;
  const widths = COLUMNS.map((_, column) => Math.max(0, ...table.map((cells) => cells[column]!.length)));
  return table.map((cells) => `${lineOf(cells, widths, shown)}\n`).join('');
}

function lineOf(cells: readonly string[], widths: readonly number[], shown: readonly boolean[]): string {
  let line = '';
  for (const [column, { gap, isRight }] of COLUMNS.entries()) {
    if (shown[column] !== true) continue;
    const cell = cells[column]!;
    // A cell that begins a line of its own follows its neighbour at once.
    if (line !== '') line += gap;
    line += isRight ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!);
  }
  return line;
}

function cellsOf(socket: ShownSocket, options: SocketShowOptions): string[] {
  const device = socket.deviceName === '' ? '' : `%${socket.deviceName}`;
  const peerPort = socket.remotePort === 0 ? '*' : portText(socket, socket.remotePort, options);
  return [
    socket.kind,
    socket.state,
    String(socket.waitingBytes).padEnd(QUEUE_WIDTH),
    String(socket.unsentBytes).padEnd(QUEUE_WIDTH),
    `${formatIp4(socket.localAddress)}${device}:`,
    portText(socket, socket.localPort, options),
    `${formatIp4(socket.remoteAddress)}:`,
    peerPort,
    processText(socket, options) + (options.showsTimer ? timerText(socket.timer) : '') + detailText(socket, options),
  ];
}

function processText({ owner }: ShownSocket, { showsProcess }: SocketShowOptions): string {
  if (!showsProcess || owner === null) return '';
  return ` users:(("${owner.name}",pid=${owner.pid},fd=${owner.descriptor ?? 3}))`;
}

/** What stands on a line of its own. */
function detailText(socket: ShownSocket, options: SocketShowOptions): string {
  const hasInfo = options.showsInfo && socket.kind === 'tcp';
  if (!options.showsMemory && !hasInfo) return '';
  const memory = options.showsMemory && socket.memory !== '' ? ` ${socket.memory}` : '';
  const info = hasInfo ? socket.info(options.showsTimer, options.isNumeric) : '';
  return `${options.isOneLine ? '' : '\n\t'}${memory}${info}`;
}

function portText(socket: ShownSocket, port: number, { isNumeric }: SocketShowOptions): string {
  if (isNumeric) return String(port);
  if (socket.kind === 'raw') return PROTOCOLS[port] ?? `ipproto-${port}`;
  return (socket.kind === 'tcp' ? TCP_SERVICES : UDP_SERVICES).get(port) ?? String(port);
}

const PROTOCOLS: Readonly<Record<number, string>> = { 1: 'icmp', 2: 'igmp', 6: 'tcp', 17: 'udp', 255: 'raw' };

/** The better known TCP services of Debian's /etc/services. */
const TCP_SERVICES: ReadonlyMap<number, string> = new Map(
  (
    'echo:7 discard:9 daytime:13 chargen:19 ftp-data:20 ftp:21 ssh:22 telnet:23 smtp:25 time:37 whois:43 domain:53 ' +
    'gopher:70 finger:79 http:80 kerberos:88 pop3:110 sunrpc:111 nntp:119 netbios-ssn:139 imap2:143 snmp:161 bgp:179 ' +
    'irc:194 ldap:389 https:443 microsoft-ds:445 submissions:465 shell:514 printer:515 submission:587 ldaps:636 ' +
    'rsync:873 imaps:993 pop3s:995 socks:1080 openvpn:1194 ms-sql-s:1433 mqtt:1883 nfs:2049 cvspserver:2401 ' +
    'etcd-client:2379 etcd-server:2380 mysql:3306 svn:3690 epmd:4369 sip:5060 ' +
    'xmpp-client:5222 xmpp-server:5269 postgresql:5432 amqps:5671 amqp:5672 x11:6000 redis:6379 ircd:6667 ' +
    'http-alt:8080 bacula-dir:9101 git:9418'
  )
    .split(' ')
    .map((entry) => entry.split(':'))
    .map(([name, port]) => [Number(port), name!]),
);

/** UDP services of Debian's /etc/services. */
const UDP_SERVICES: ReadonlyMap<number, string> = new Map(
  (
    'echo:7 discard:9 daytime:13 chargen:19 fsp:21 time:37 tacacs:49 domain:53 bootps:67 bootpc:68 tftp:69 ' +
    'kerberos:88 sunrpc:111 ntp:123 netbios-ns:137 netbios-dgm:138 snmp:161 snmp-trap:162 xdmcp:177 ipx:213 ' +
    'ptp-event:319 ptp-general:320 ldap:389 svrloc:427 https:443 kpasswd:464 isakmp:500 rtsp:554 asf-rmcp:623 ' +
    'ldp:646 biff:512 who:513 syslog:514 talk:517 ntalk:518 route:520 dhcpv6-client:546 dhcpv6-server:547 ' +
    'ldaps:636 tinc:655 domain-s:853 openvpn:1194 ms-sql-m:1434 l2f:1701 radius:1812 radius-acct:1813 nfs:2049 ' +
    'icpv2:3130 isns:3205 nut:3493 ipsec-nat-t:4500 iax:4569 sip:5060 sip-tls:5061 mdns:5353 rplay:5555 babel:6696'
  )
    .split(' ')
    .map((entry) => entry.split(':'))
    .map(([name, port]) => [Number(port), name!]),
);

/** `ss -s`: how many sockets there are of each kind. */
export function showSocketSummary(ns: Netns): string {
  const raw = ns.rawSockets?.list().length ?? 0;
  const udp = ns.udp.list().length;
  const line = (name: string, count: number): string => {
    const [total, ip4, ip6] = [count, count, 0].map((figure) => String(figure).padEnd(9));
    return `${name}\t  ${total!} ${ip4!} ${ip6!}\n`;
  };
  const tcp = tcpSummary(ns);
  const used = raw + udp + tcp.shown + (ns.packetSockets?.list().length ?? 0);
  return (
    `Total: ${used}\n${tcp.line}\n\n` +
    `Transport Total     IP        IPv6\n${line('RAW', raw)}${line('UDP', udp)}${line('TCP', tcp.shown)}` +
    `${line('INET', raw + udp + tcp.shown)}${line('FRAG', 0)}\n`
  );
}
