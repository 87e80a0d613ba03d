/** The connections of wget (its connect.c, host.c): names are looked up once, one connection is kept. */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4 } from '../../base/addr.ts';
import type { Errno } from '../../kernel/errno.ts';
import { errorText } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { inetAton } from '../dns/inet-aton.ts';
import { HttpStream } from '../http/http-stream.ts';
import type { Resolver, ResolveFailure } from '../resolve.ts';
import { connectTo } from '../stream.ts';
import { EXIT, WgetError } from './errors.ts';
import type { Log } from './log.ts';
import type { WgetOptions } from './options.ts';
import type { WgetUrl } from './url.ts';

type Steps<T> = Generator<Wait, T, WakeReason>;

/** Both ways of finding addresses: of any family, and of IPv4 alone with -4. */
export interface Resolvers {
  readonly any: Resolver;
  readonly ip4: Resolver;
}

interface Addresses {
  readonly list: readonly Ip4[];
  /** The one to begin with; those before it have failed. */
  first: number;
  hasConnected: boolean;
}

interface Kept {
  readonly stream: HttpStream;
  readonly host: string;
  readonly port: number;
  readonly address: Ip4;
}

const READ_BYTES = 8192;
const ADDRESSES_SHOWN = 3;
/** What another try may mend is everything but these, the first unless --retry-connrefused says so. */
const FINAL_ERRORS: readonly Errno[] = ['ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH'];

export class Connections {
  private readonly proc: Process;
  private readonly options: WgetOptions;
  private readonly log: Log;
  private readonly resolve: Resolver;
  private readonly known = new Map<string, Addresses>();
  private kept: Kept | null = null;
  /** What is in use. */
  private current: Kept | null = null;

  constructor(proc: Process, options: WgetOptions, log: Log, resolvers: Resolvers) {
    this.proc = proc;
    this.options = options;
    this.log = log;
    this.resolve = options.switches.get('inet4-only') === true ? resolvers.ip4 : resolvers.any;
  }

  /** A connection to the URL's host; throws a WgetError. */
  *get(url: WgetUrl): Steps<HttpStream> {
    const { kept } = this;
    if (kept !== null && (yield* this.canReuse(kept, url))) {
      this.log.verbose(`Reusing existing connection to ${kept.host}:${kept.port}.\n`);
      this.current = kept;
      return kept.stream;
    }
    this.close();
    let addresses = yield* this.addressesOf(url.host, false);
    let made = yield* this.connectAny(url, addresses);
    if (typeof made === 'string' && addresses.hasConnected) {
      // It worked once: the name may have got another address since.
      addresses = yield* this.addressesOf(url.host, true);
      made = yield* this.connectAny(url, addresses);
    }
    if (typeof made === 'string') {
      const retries = this.options.switches.get('retry-connrefused') === true;
      throw new WgetError(EXIT.network, !retries && FINAL_ERRORS.includes(made));
    }
    addresses.hasConnected = true;
    this.current = made;
    return made.stream;
  }

  /** The exchange is over: the connection is kept, or closed. */
  done(isKept: boolean): void {
    if (isKept) this.kept = this.current;
    else this.close();
    this.current = null;
  }

  /** Closes what is open. */
  close(): void {
    for (const each of [this.kept, this.current]) each?.stream.socket.close();
    this.kept = null;
    this.current = null;
  }

  private *canReuse(kept: Kept, url: WgetUrl): Steps<boolean> {
    if (kept.port !== url.port) return false;
    if (kept.host !== url.host) {
      const addresses = yield* this.addressesOf(url.host, false);
      if (!addresses.list.includes(kept.address)) return false;
    }
    // What is readable now is its end.
    return !kept.stream.socket.readable.isReady();
  }

  private *addressesOf(host: string, isFresh: boolean): Steps<Addresses> {
    const known = this.known.get(host);
    if (known !== undefined && !isFresh) return known;
    const numeric = inetAton(host);
    if (numeric !== undefined) return { list: [numeric], first: 0, hasConnected: false };
    const { log } = this;
    log.verbose(`Resolving ${host} (${host})... `);
    const found = yield* this.lookUp(host);
    if (typeof found === 'string') {
      log.verbose(`failed: ${found}.\n`);
      log.notQuiet(`wget: unable to resolve host address ‘${host}’\n`);
      throw new WgetError(EXIT.network, true);
    }
    const shown = found.slice(0, ADDRESSES_SHOWN).map(formatIp4).join(', ');
    log.verbose(`${shown}${found.length > ADDRESSES_SHOWN ? ', ...' : ''}\n`);
    const addresses = { list: found, first: 0, hasConnected: false };
    if (this.options.switches.get('dns-cache') !== false) this.known.set(host, addresses);
    return addresses;
  }

  /** The resolver, for so long at most. */
  private *lookUp(host: string): Steps<readonly Ip4[] | ResolveFailure | 'timed out'> {
    const untilNs = this.proc.now + this.options.dnsTimeoutNs;
    const steps = this.resolve(this.proc, host);
    let step = steps.next('ready');
    while (step.done !== true) {
      const wait = step.value;
      const reason = yield { ...wait, untilNs: Math.min(wait.untilNs, untilNs) };
      if (this.proc.now >= untilNs) {
        steps.return('Temporary failure in name resolution');
        return 'timed out';
      }
      step = steps.next(reason);
    }
    return typeof step.value === 'string' ? step.value : step.value.addresses;
  }

  /** One address after the other; the last one's error if none answers. */
  private *connectAny(url: WgetUrl, addresses: Addresses): Steps<Kept | Errno> {
    let errno: Errno = '';
    const { list } = addresses;
    for (let at = addresses.first; at < list.length; at++) {
      const made = yield* this.connect(url, list[at]!);
      if (typeof made !== 'string') return made;
      errno = made;
      addresses.first = (addresses.first + 1) % list.length;
    }
    return errno;
  }

  private *connect({ host, port }: WgetUrl, address: Ip4): Steps<Kept | Errno> {
    const { proc, log, options } = this;
    const text = formatIp4(address);
    log.verbose(`Connecting to ${host === text ? text : `${host} (${host})|${text}|`}:${port}... `);
    const socket = new TcpSocket(proc.ns);
    socket.owner = { name: 'wget', pid: proc.pid, descriptor: 3 };
    let errno = yield* this.bind(socket);
    if (errno === '') errno = yield* connectTo(proc, socket, address, port, proc.now + options.connectTimeoutNs);
    if (errno === 'EINPROGRESS') errno = 'ETIMEDOUT';
    if (errno === '') {
      log.verbose('connected.\n');
      return { stream: new HttpStream(proc, socket, READ_BYTES), host, port, address };
    }
    socket.close();
    log.notQuiet(`failed: ${errorText(errno)}.\n`);
    return errno;
  }

  private *bind(socket: TcpSocket): Steps<Errno> {
    const name = this.options.values.get('bind-address');
    if (name === undefined) return '';
    const found = yield* this.resolve(this.proc, name);
    if (typeof found !== 'string') return socket.bind(found.address, 0);
    this.log.notQuiet(`wget: unable to resolve bind address ‘${name}’; disabling bind.\n`);
    return '';
  }
}
