/** netstat of net-tools 2.10 about TCP and UDP sockets (netstat.c): one line for each, as /proc/net/tcp has them. */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4 } from '../../base/addr.ts';
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { ShownSocket, ShownTimer, SocketKind } from '../../kernel/show/ss.ts';
import { listSockets } from '../../kernel/show/ss.ts';
import { getopt, lackingOption, unknownOption } from '../getopt.ts';
import { reportUnsupported } from '../unsupported.ts';

const LETTERS = 'A:CFMacdeghiln64NoprsStuUvVwxW';
const LACKING = 'ACFMcdeghi6NrsSUvVwxW';
const SUPPORTED: readonly string[] = ['-4', '-a', '-l', '-n', '-o', '-p', '-t', '-u'];
const EXIT_USAGE = 4;

const LONG_NAMES: Readonly<Record<string, string>> = {
  '--all': '-a',
  '--listening': '-l',
  '--numeric': '-n',
  '--timers': '-o',
  '--programs': '-p',
  '--program': '-p',
  '--tcp': '-t',
  '--udp': '-u',
  '--inet': '-4',
};

/** Under the names of netstat. */
const STATES: Readonly<Record<ShownSocket['state'], string>> = {
  ESTAB: 'ESTABLISHED',
  'SYN-SENT': 'SYN_SENT',
  'SYN-RECV': 'SYN_RECV',
  'FIN-WAIT-1': 'FIN_WAIT1',
  'FIN-WAIT-2': 'FIN_WAIT2',
  'TIME-WAIT': 'TIME_WAIT',
  UNCONN: 'CLOSE',
  'CLOSE-WAIT': 'CLOSE_WAIT',
  'LAST-ACK': 'LAST_ACK',
  LISTEN: 'LISTEN',
  CLOSING: 'CLOSING',
};
const TIMERS: Readonly<Record<ShownTimer['name'], string>> = {
  on: 'on',
  keepalive: 'keepalive',
  timewait: 'timewait',
  persist: 'probe',
};

const QUEUE_WIDTH = 6;
const ADDRESS_WIDTH = 23;
const STATE_WIDTH = 11;
const PROGRAM_WIDTH = 20;

function shortened(args: readonly string[]): string[] {
  return args.map((arg) => LONG_NAMES[arg] ?? arg);
}

function checkNetstat(args: readonly string[]): CheckMistake | undefined {
  return lackingOption(shortened(args), LETTERS, LACKING);
}

function refuseNetstat(args: readonly string[]): CheckMistake | undefined {
  return unknownOption(shortened(args), LETTERS);
}

function runNetstat(proc: Process): number {
  const args = proc.argv.slice(1);
  const lack = checkNetstat(args);
  if (lack !== undefined) return reportUnsupported(proc, `netstat ${args[lack.argIndex]!}`, SUPPORTED);
  const { options, error } = getopt(shortened(args), LETTERS);
  if (error !== null) {
    proc.writeError(`netstat: ${error.message}\n`);
    return EXIT_USAGE;
  }
  const letters = new Set(options.map(({ letter }) => letter));
  const kinds = (['tcp', 'udp'] as const).filter((kind) => letters.has(kind.charAt(0)));
  // Without a kind it would show local sockets, too; names are what a resolver says.
  if (kinds.length === 0) return reportUnsupported(proc, 'netstat without -t or -u', SUPPORTED);
  if (!letters.has('n')) return reportUnsupported(proc, 'netstat without -n', SUPPORTED);
  proc.write(netstatTable(proc, kinds, letters));
  return 0;
}

function netstatTable(proc: Process, kinds: readonly SocketKind[], letters: ReadonlySet<string>): string {
  const isAll = letters.has('a');
  const isListening = letters.has('l') && !isAll;
  const which = isAll ? 'servers and established' : isListening ? 'only servers' : 'w/o servers';
  const head =
    `Active Internet connections (${which})\n` +
    `Proto Recv-Q Send-Q ${'Local Address'.padEnd(ADDRESS_WIDTH)} ${'Foreign Address'.padEnd(ADDRESS_WIDTH)} ` +
    'State'.padEnd(STATE_WIDTH) +
    (letters.has('p') ? ` ${'PID/Program name'.padEnd(PROGRAM_WIDTH)}` : '') +
    (letters.has('o') ? ' Timer' : '');
  const rows = kinds
    .flatMap((kind) => listSockets(proc.ns, [kind]))
    .filter((socket) => isAll || isListening === (socket.remotePort === 0))
    .map((socket) => rowOf(socket, letters));
  return [head, ...rows].map((line) => `${line}\n`).join('');
}

function rowOf(socket: ShownSocket, letters: ReadonlySet<string>): string {
  // A listener's backlog is no queue.
  const unsent = socket.state === 'LISTEN' ? 0 : socket.unsentBytes;
  const state = socket.kind === 'udp' && socket.state === 'UNCONN' ? '' : STATES[socket.state];
  let line = `${socket.kind.padEnd(4)}  ${number(socket.waitingBytes)} ${number(unsent)} `;
  line += `${address(socket.localAddress, socket.localPort)} ${address(socket.remoteAddress, socket.remotePort)} `;
  line += state.padEnd(STATE_WIDTH);
  if (letters.has('p')) {
    const { owner } = socket;
    line += ` ${(owner === null ? '-' : `${owner.pid}/${owner.name}`).padEnd(PROGRAM_WIDTH)}`;
  }
  return letters.has('o') ? `${line} ${timer(socket.timer)}` : line;
}

const number = (value: number): string => String(value).padStart(QUEUE_WIDTH);

function address(ip: Ip4, port: number): string {
  return `${formatIp4(ip)}:${port === 0 ? '*' : port}`.padEnd(ADDRESS_WIDTH);
}

function timer(shown: ShownTimer | null): string {
  if (shown === null) return 'off (0.00/0/0)';
  const isProbing = shown.name === 'keepalive' || shown.name === 'persist';
  const seconds = (shown.leftNs / 1_000_000_000).toFixed(2);
  return `${TIMERS[shown.name]} (${seconds}/${isProbing ? 0 : shown.count}/${isProbing ? shown.count : 0})`;
}

export const NETSTAT: ProgramEntry = {
  name: 'netstat',
  run: function* netstat(proc) {
    return runNetstat(proc);
  },
  check: checkNetstat,
  refusal: refuseNetstat,
};
