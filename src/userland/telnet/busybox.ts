/** telnet of busybox (networking/telnet.c of 1.35). What it prints by printf(3) comes at its end, as in a pipe. */
import { formatIp4 } from '../../base/addr.ts';
import { utf8Encode, utf8Stream } from '../../base/bytes.ts';
import { errorText } from '../../kernel/errno.ts';
import type { ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { BUSYBOX_BANNER } from '../busybox-usage.ts';
import { getopt, lackingOption, unknownOption } from '../getopt.ts';
import { resolveHost } from '../resolve.ts';
import { portOfService } from '../services.ts';
import { connectTo, sendAll } from '../stream.ts';
import { giveUp, ToolError } from '../tool-error.ts';
import { reportUnsupported } from '../unsupported.ts';
import { BusyboxEnd } from './busybox-options.ts';
import { TelnetReader } from './protocol.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

const LETTERS = 'al:';
const USAGE = `${BUSYBOX_BANNER}

Usage: telnet [-a] [-l USER] HOST [PORT]

Connect to telnet server

	-a	Automatic login with $USER variable
	-l USER	Automatic login as USER`;
const READ_BYTES = 256;
const PORT_MAX = 65_535;

function* runTelnet(proc: Process): Steps<number> {
  const args = proc.argv.slice(1);
  const lack = lackingOption(args, LETTERS, 'al');
  if (lack !== undefined) return reportUnsupported(proc, `telnet ${args[lack.argIndex]!}`, []);
  const socket = new TcpSocket(proc.ns);
  socket.owner = { name: 'telnet', pid: proc.pid };
  try {
    const { operands, error } = getopt(args, LETTERS);
    if (error !== null) throw new ToolError(`telnet: ${error.message}\n${USAGE}`, 1);
    if (operands.length < 1 || operands.length > 2) throw new ToolError(USAGE, 1);
    const port = portOf(operands[1]?.text ?? 'telnet');
    const host = operands[0]!.text;
    const entry = yield* resolveHost(proc, host);
    if (typeof entry === 'string') throw new ToolError(`telnet: bad address '${host}'`, 1);
    const dotted = formatIp4(entry.address);
    const errno = yield* connectTo(proc, socket, entry.address, port);
    if (errno !== '') throw new ToolError(`telnet: can't connect to remote host (${dotted}): ${errorText(errno)}`, 1);
    socket.setKeepalive(true);
    return yield* new Conversation(proc, socket, `Connected to ${dotted}\n`).run();
  } catch (error) {
    return giveUp(proc, error);
  } finally {
    socket.close();
  }
}

function portOf(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : portOfService(text, 'tcp');
  if (port === undefined || port > PORT_MAX) throw new ToolError(`telnet: bad port '${text}'`, 1);
  return port;
}

class Conversation {
  private readonly proc: Process;
  private readonly socket: TcpSocket;
  private readonly text = utf8Stream();
  private readonly buffer = new Uint8Array(READ_BYTES);
  private readonly end: BusyboxEnd;
  private readonly reader: TelnetReader;
  private printed: string;

  constructor(proc: Process, socket: TcpSocket, printed: string) {
    this.proc = proc;
    this.socket = socket;
    this.printed = printed;
    this.end = new BusyboxEnd(proc.env.get('TERM') ?? '', {
      print: (text) => (this.printed += text),
      write: (text) => {
        proc.write(text);
      },
    });
    this.reader = new TelnetReader(this.end);
  }

  *run(): Steps<number> {
    const { proc, socket } = this;
    for (;;) {
      const { stdin } = proc;
      const hasEnded = stdin === 'eof' || stdin === 'null';
      const input = typeof stdin === 'string' ? [] : [stdin];
      if (!hasEnded) yield proc.waitFor([socket.readable, ...input]);
      const typed = hasEnded ? null : stdin === 'open' ? '' : stdin.read();
      if (typed === null) return this.over(0);
      const out = utf8Encode(typed.replace(/[\r\n]/g, '\r\n'));
      yield* sendAll(proc, socket, out);
      if (!(yield* this.receive())) {
        proc.write('Connection closed by foreign host\r\n');
        return this.over(1);
      }
    }
  }

  private over(exitCode: number): number {
    this.proc.write(this.printed);
    return exitCode;
  }

  /** False at the end of the connection. */
  private *receive(): Steps<boolean> {
    const got = this.socket.receiveInto(this.buffer, 0, READ_BYTES);
    if (got <= 0) return got < 0 && this.socket.lastError === 'EAGAIN';
    const shown: number[] = [];
    let last = 0;
    this.reader.read(this.buffer.subarray(0, got), (byte) => {
      // CR NUL is a CR.
      if (byte !== 0 || last !== 13) shown.push(byte);
      last = byte;
    });
    this.proc.write(this.text.decode(Uint8Array.from(shown)));
    yield* sendAll(this.proc, this.socket, Uint8Array.from(this.end.answers.splice(0)));
    return true;
  }
}

export const BUSYBOX_TELNET: ProgramEntry = {
  name: 'telnet',
  run: runTelnet,
  check: (args) => lackingOption(args, LETTERS, 'al'),
  refusal: (args) => unknownOption(args, LETTERS),
};
