/** The connections of one run of curl: found again by host and port, or made, with what -v tells of that. */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4, parseIp4 } from '../../base/addr.ts';
import { errorText } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { MILLISECOND } from '../../sim/units.ts';
import { HttpStream } from '../http/http-stream.ts';
import type { Resolver } from '../resolve.ts';
import { CurlError, EXIT } from './errors.ts';
import type { CurlOptions } from './options.ts';
import type { TransferInfo } from './write-out.ts';
import type { CurlUrl } from './url.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

export interface Connection {
  readonly number: number;
  readonly stream: HttpStream;
  readonly host: string;
}

/** The times and words of one transfer, as its connections need them. */
export interface Pace {
  readonly startNs: number;
  /** The end of the time for the whole transfer. */
  readonly deadlineNs: number;
  tell(line: string): void;
  /** When to wake up at the latest, to show where the transfer is. */
  nextLook(): number;
  look(): void;
}

/** curl asks for 100 KiB at a time. */
const READ_BYTES = 102_400;
const KEEPALIVE_SECONDS = 60;
const EADDRNOTAVAIL = 99;
const EADDRINUSE = 98;
/** What stands where the real one shows an address in its memory. */
const BUNDLE = '0x5581f3a2c4d0';

export class Connections {
  private readonly proc: Process;
  private readonly resolve: Resolver;
  private readonly open = new Map<string, Connection>();
  /** What was found, by host and port. */
  private readonly addresses = new Map<string, Ip4>();
  private count = 0;

  constructor(proc: Process, resolve: Resolver) {
    this.proc = proc;
    this.resolve = resolve;
  }

  /** A connection to the URL's host. Throws a CurlError. */
  *get(url: CurlUrl, options: CurlOptions, pace: Pace, info: TransferInfo): Steps<Connection> {
    const key = `${url.host}:${url.port}`;
    const known = this.open.get(key);
    if (known !== undefined) {
      pace.tell(`Found bundle for host: ${BUNDLE} [serially]`);
      pace.tell('Can not multiplex, even if we wanted to');
      if (!known.stream.socket.readable.isReady()) {
        pace.tell(`Re-using existing connection #${known.number} with host ${url.host}`);
        return known;
      }
      pace.tell(`Connection ${known.number} seems to be dead`);
      this.close(known, url, pace);
    }
    const made = yield* this.connect(url, options, pace, info);
    this.open.set(key, made);
    return made;
  }

  /** The transfer is done with it: kept, or closed. */
  done(connection: Connection, url: CurlUrl, isKept: boolean, pace: Pace): void {
    if (isKept) pace.tell(`Connection #${connection.number} to host ${connection.host} left intact`);
    else this.close(connection, url, pace);
  }

  closeAll(): void {
    for (const { stream } of this.open.values()) stream.socket.close();
    this.open.clear();
  }

  private close(connection: Connection, { host, port }: CurlUrl, pace: Pace): void {
    pace.tell(`Closing connection ${connection.number}`);
    connection.stream.socket.close();
    this.open.delete(`${host}:${port}`);
  }

  private *connect(url: CurlUrl, options: CurlOptions, pace: Pace, info: TransferInfo): Steps<Connection> {
    const { proc } = this;
    const number = this.count++;
    try {
      const address = yield* this.find(url, options, pace);
      info.resolvedNs = proc.now - pace.startNs;
      const socket = yield* this.dial(url, address, options, pace);
      pace.tell(`Connected to ${url.host} (${formatIp4(address)}) port ${url.port} (#${number})`);
      info.connects++;
      info.connectedNs = proc.now - pace.startNs;
      return { number, stream: new HttpStream(proc, socket, READ_BYTES), host: url.host };
    } catch (error) {
      // What could not be made is closed under its number, too.
      if (error instanceof CurlError) pace.tell(`\0Closing connection ${number}`);
      throw error;
    }
  }

  private *find({ host, port }: CurlUrl, options: CurlOptions, pace: Pace): Steps<Ip4> {
    for (const entry of options.resolves) {
      const [entryHost, entryPort, addressText = ''] = entry.replace(/^\+/, '').split(':');
      const address = parseIp4(addressText.split(',', 1)[0]!);
      const isMeant = (entryHost === host || entryHost === '*') && Number(entryPort) === port;
      if (!isMeant || address === undefined) continue;
      pace.tell(`Hostname ${host} was found in DNS cache`);
      return address;
    }
    const known = this.addresses.get(`${host}:${port}`);
    if (known !== undefined) {
      pace.tell(`Hostname ${host} was found in DNS cache`);
      return known;
    }
    const found = yield* this.resolve(this.proc, host);
    if (this.proc.now >= pace.deadlineNs) {
      const ms = Math.floor((this.proc.now - pace.startNs) / MILLISECOND);
      throw new CurlError(EXIT.timeout, `Resolving timed out after ${ms} milliseconds`);
    }
    if (typeof found !== 'string') {
      this.addresses.set(`${host}:${port}`, found.address);
      return found.address;
    }
    throw new CurlError(EXIT.resolve, `Could not resolve host: ${host}`);
  }

  private *dial(url: CurlUrl, address: Ip4, options: CurlOptions, pace: Pace): Steps<TcpSocket> {
    const { proc } = this;
    const startNs = proc.now;
    pace.look();
    pace.tell(`  Trying ${formatIp4(address)}:${url.port}...`);
    const socket = new TcpSocket(proc.ns);
    socket.owner = { name: 'curl', pid: proc.pid, descriptor: 5 };
    let isMade = false;
    try {
      this.setUp(socket, options);
      const bindFault = yield* this.bind(socket, options, pace);
      if (bindFault !== '') {
        pace.tell(this.failure(url, startNs, 'Failed binding local connection end'));
        throw new CurlError(EXIT.interfaceFailed, bindFault);
      }
      yield* this.finishConnect(socket, url, address, options, pace, startNs);
      isMade = true;
      return socket;
    } finally {
      if (!isMade) socket.close();
    }
  }

  private *finishConnect(
    socket: TcpSocket,
    url: CurlUrl,
    address: Ip4,
    options: CurlOptions,
    pace: Pace,
    startNs: number,
  ): Steps<void> {
    const { proc } = this;
    const limitNs = startNs + options.connectTimeoutNs;
    let errno = socket.connect(address, url.port);
    if (errno === 'EINPROGRESS') {
      while (!socket.writable.isReady()) {
        yield proc.waitFor(socket.writable, Math.min(limitNs, pace.deadlineNs, pace.nextLook()));
        if (socket.writable.isReady()) break;
        pace.look();
        if (proc.now >= pace.deadlineNs) {
          const ms = Math.floor((proc.now - pace.startNs) / MILLISECOND);
          throw new CurlError(EXIT.timeout, this.told(pace, `Connection timed out after ${ms} milliseconds`));
        }
        if (proc.now >= limitNs) {
          pace.tell(`ipv4 connect timeout after ${options.connectTimeoutNs / MILLISECOND}ms, move on!`);
          throw new CurlError(EXIT.timeout, this.told(pace, this.failure(url, startNs, 'Timeout was reached')));
        }
      }
      errno = socket.takeError();
      if (errno !== '') pace.tell(`connect to ${formatIp4(address)} port ${url.port} failed: ${errorText(errno)}`);
    } else if (errno !== '') pace.tell(`Immediate connect fail for ${formatIp4(address)}: ${errorText(errno)}`);
    if (errno !== '') {
      throw new CurlError(EXIT.connect, this.told(pace, this.failure(url, startNs, "Couldn't connect to server")));
    }
  }

  private told(pace: Pace, message: string): string {
    pace.tell(message);
    return message;
  }

  private failure({ host, port }: CurlUrl, startNs: number, why: string): string {
    const ms = Math.floor((this.proc.now - startNs) / MILLISECOND);
    return `Failed to connect to ${host} port ${port} after ${ms} ms: ${why}`;
  }

  private setUp(socket: TcpSocket, { switches, values }: CurlOptions): void {
    socket.setNoDelay(switches.get('tcp-nodelay') ?? true);
    if (switches.get('keepalive') === false) return;
    const seconds = Number(values.get('keepalive-time') ?? KEEPALIVE_SECONDS);
    socket.setKeepalive(true, seconds, seconds);
  }

  /** --interface and --local-port (bindlocal of lib/connect.c); a text is what went wrong. */
  private *bind(socket: TcpSocket, { values }: CurlOptions, pace: Pace): Steps<string> {
    const name = (values.get('interface') ?? '').replace(/^(?:if|host)!/, '');
    const [, first = '', last] = /^(\d+)(?:-(\d+))?$/.exec(values.get('local-port') ?? '') ?? [];
    if (name === '' && first === '') return '';
    let address: Ip4 = 0;
    if (name !== '') {
      // Bound to a device it takes any port.
      if (socket.bindToDevice(name) === '') return '';
      else {
        const found = yield* this.resolve(this.proc, name);
        if (typeof found === 'string') {
          pace.tell(`Could not resolve host: ${name}`);
          pace.tell(`Couldn't bind to '${name}'`);
          return `Couldn't bind to '${name}'`;
        }
        ({ address } = found);
        pace.tell(`Name '${name}' family 2 resolved to '${formatIp4(address)}' family 2`);
      }
    }
    return bindInRange(socket, address, Number(first), Number(last ?? first), pace);
  }
}

function bindInRange(socket: TcpSocket, address: Ip4, first: number, last: number, pace: Pace): string {
  for (let port = first; ; port++) {
    const errno = socket.bind(address, port);
    if (errno === '') {
      pace.tell(`Local port: ${port}`);
      return '';
    }
    if (port < last) {
      pace.tell(`Bind to local port ${port} failed, trying next`);
      continue;
    }
    const number = errno === 'EADDRINUSE' ? EADDRINUSE : EADDRNOTAVAIL;
    const message = `bind failed with errno ${number}: ${errorText(errno)}`;
    pace.tell(message);
    return message;
  }
}
