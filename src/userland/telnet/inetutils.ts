/** telnet of GNU inetutils 2.4, Debian 12's: standard input is a pipe, or a terminal at which nobody sits. */
import { formatIp4 } from '../../base/addr.ts';
import { utf8Encode, utf8Stream } from '../../base/bytes.ts';
import type { Errno } from '../../kernel/errno.ts';
import { errorText } from '../../kernel/errno.ts';
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { readInput } from '../input.ts';
import { resolveHost } from '../resolve.ts';
import { portOfService } from '../services.ts';
import { connectTo } from '../stream.ts';
import type { OptionTable, TextArguments } from '../text/options.ts';
import { lackingMistake, readArguments, supportedOptions, unknownMistake } from '../text/options.ts';
import { giveUp, ToolError } from '../tool-error.ts';
import { reportUnsupported } from '../unsupported.ts';
import { InetutilsEnd } from './inetutils-options.ts';
import { TelnetReader } from './protocol.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

const OPTIONS: OptionTable = {
  letters: '468acdEKLrxb:e:l:n:k:X:V?',
  long: {
    ...{ ipv4: '4', ipv6: '6', binary: '8', login: 'a', bind: 'b:', 'no-rc': 'c', debug: 'd', escape: 'e:' },
    ...{ 'no-escape': 'E', 'no-login': 'K', user: 'l:', 'binary-output': 'L', trace: 'n:', rlogin: 'r' },
    ...{ encrypt: 'x', realm: 'k:', 'disable-auth': 'X:', help: '?', usage: 'usage', version: 'V' },
  },
  lacking: ['6', 'b', 'e', 'n', 'r', 'x', 'k', 'X', '?', 'usage', 'V'],
};
const EXIT_USAGE = 64;
const READ_BYTES = 8192;
const PORT_MAX = 65_535;
/** ^] */
const ESCAPE = '\x1d';
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

function* runTelnet(proc: Process): Steps<number> {
  const args = proc.argv.slice(1);
  const given = readArguments(args, OPTIONS);
  if (given.error !== null) {
    proc.writeError(`telnet: ${given.error.message}\n`);
    proc.writeError("Try 'telnet --help' or 'telnet --usage' for more information.\n");
    return EXIT_USAGE;
  }
  const lacking = lackingMistake(args, OPTIONS);
  if (lacking !== undefined) {
    return reportUnsupported(proc, `telnet ${args[lacking.argIndex]!}`, supportedOptions(OPTIONS));
  }
  try {
    if (given.operands.length === 0) return yield* readCommands(proc);
    return yield* talk(proc, given);
  } catch (error) {
    return giveUp(proc, error);
  }
}

/** What the program says where it reads commands; Dockwire has none but their end. */
function* readCommands(proc: Process): Steps<number> {
  proc.write('telnet> ');
  if ((yield* readInput(proc)) !== null) return reportUnsupported(proc, 'telnet: commands', []);
  proc.write('\n');
  return 0;
}

function* talk(proc: Process, { operands, options }: TextArguments): Steps<number> {
  const [host = '', portText = 'telnet'] = operands.map(({ text }) => text);
  if (operands.length > 2) throw new ToolError('telnet: too many arguments', 1);
  if (/^\d+$/.test(portText) && Number(portText) > PORT_MAX) {
    proc.write(`Port number ${portText} is out of range.\n`);
    return 1;
  }
  const entry = yield* resolveHost(proc, host);
  const port = /^\d+$/.test(portText) ? Number(portText) : portOfService(portText, 'tcp');
  if (typeof entry === 'string' || port === undefined) {
    const why = typeof entry === 'string' ? entry : 'Servname not supported for ai_socktype';
    proc.write(`Server lookup failure:  ${host}:${portText}, ${why}\n`);
    return 1;
  }
  const hasEscape = !options.some(({ key }) => key === 'E');
  const socket = yield* connectFirst(proc, entry.addresses, port);
  try {
    proc.write(`Connected to ${host}.\nEscape character is '${hasEscape ? '^]' : 'off'}'.\n`);
    return yield* new Conversation(proc, socket, hasEscape).run();
  } finally {
    socket.close();
  }
}

/** A connection to the first of the addresses that takes one. */
function* connectFirst(proc: Process, addresses: readonly number[], port: number): Steps<TcpSocket> {
  for (const [i, address] of addresses.entries()) {
    proc.write(`Trying ${formatIp4(address)}...\n`);
    const socket = new TcpSocket(proc.ns);
    socket.owner = { name: 'telnet', pid: proc.pid };
    let errno: Errno = 'EINPROGRESS';
    try {
      errno = yield* connectTo(proc, socket, address, port);
      if (errno === '') return socket;
    } finally {
      if (errno !== '') socket.close();
    }
    const isLast = i === addresses.length - 1;
    if (isLast) throw new ToolError(`telnet: Unable to connect to remote host: ${errorText(errno)}`, 1);
    proc.writeError(`Connection failed: ${errorText(errno)}\n`);
  }
  throw new ToolError('telnet: Unable to connect to remote host: Network is unreachable', 1);
}

class Conversation {
  private readonly proc: Process;
  private readonly socket: TcpSocket;
  private readonly hasEscape: boolean;
  private readonly text = utf8Stream();
  private readonly buffer = new Uint8Array(READ_BYTES);
  private readonly end = new InetutilsEnd((bytes) => this.pending.push(...bytes));
  private readonly reader = new TelnetReader(this.end);
  /** To be sent. */
  private pending: number[] = [];
  private wasCarriageReturn = false;

  constructor(proc: Process, socket: TcpSocket, hasEscape: boolean) {
    this.proc = proc;
    this.socket = socket;
    this.hasEscape = hasEscape;
  }

  /**
   * One turn of the real loop after the other: what comes from the network, then what is typed, and only then what
   * was typed in the turn before goes out. Whoever pipes a line and ends at once is gone before it is sent.
   */
  *run(): Steps<number> {
    const { proc, socket } = this;
    for (;;) {
      const { stdin } = proc;
      const hasEnded = stdin === 'eof' || stdin === 'null';
      const input = typeof stdin === 'string' ? [] : [stdin];
      const output = this.pending.length > 0 ? [socket.writable] : [];
      if (!hasEnded) yield proc.waitFor([socket.readable, ...input, ...output]);
      const isOpen = this.receive();
      const typed = hasEnded ? null : stdin === 'open' ? '' : stdin.read();
      if (!isOpen || typed === null) {
        proc.writeError('Connection closed by foreign host.\n');
        return 0;
      }
      this.send();
      if (this.hasEscape && typed.includes(ESCAPE)) return yield* this.command(typed);
      // Text has no byte that could be taken for IAC.
      const line = typed.replace(/[\r\n]/g, (each) => (each === '\n' ? '\r\n' : '\r\0'));
      this.pending.push(...utf8Encode(line));
    }
  }

  /** False at the end of the connection. */
  private receive(): boolean {
    const got = this.socket.receiveInto(this.buffer, 0, READ_BYTES);
    if (got < 0) return this.socket.lastError === 'EAGAIN';
    const shown: number[] = [];
    this.reader.read(this.buffer.subarray(0, got), (byte) => {
      this.show(byte, shown);
    });
    if (got === 0 && this.wasCarriageReturn) shown.push(CARRIAGE_RETURN);
    this.proc.write(this.text.decode(Uint8Array.from(shown)));
    return got > 0;
  }

  /** CR LF is the end of a line, CR NUL a CR; where the other end echoes, they go to the terminal as they are. */
  private show(byte: number, shown: number[]): void {
    if (this.wasCarriageReturn && (byte !== LINE_FEED || this.end.isEchoing)) shown.push(CARRIAGE_RETURN);
    const isSecond = this.wasCarriageReturn && byte === 0;
    this.wasCarriageReturn = byte === CARRIAGE_RETURN;
    if (!this.wasCarriageReturn && !isSecond) shown.push(byte);
  }

  private send(): void {
    if (this.pending.length === 0) return;
    const sent = this.socket.send(Uint8Array.from(this.pending), 0);
    if (sent > 0) this.pending = this.pending.slice(sent);
    else if (this.socket.lastError !== 'EAGAIN') this.pending = [];
  }

  /** Behind the escape character stand commands of the program. */
  private *command(typed: string): Steps<number> {
    const { proc } = this;
    proc.write('\ntelnet> ');
    const [name = ''] = typed.slice(typed.indexOf(ESCAPE) + 1).split('\n');
    if (!['quit', 'close', 'q', 'c'].includes(name.trim()))
      return reportUnsupported(proc, 'telnet: commands', ['quit']);
    proc.write('Connection closed.\n');
    return 0;
  }
}

function check(args: readonly string[]): CheckMistake | undefined {
  return lackingMistake(args, OPTIONS);
}

export const INETUTILS_TELNET: ProgramEntry = {
  name: 'telnet',
  run: runTelnet,
  check,
  refusal: (args) => unknownMistake(args, OPTIONS),
};
