/** What nc does alike over TCP and UDP: names, and what it says. */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4 } from '../../base/addr.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { nameOfHost, resolveHost } from '../resolve.ts';
import { ToolError } from '../tool-error.ts';
import type { NcOptions } from './options.ts';
import { serviceName, servicePort } from './options.ts';

/** What a program's steps are: waits, and at last an answer. */
export type Steps<T> = Generator<Wait, T, WakeReason>;

/** A socket that the end of the program closes. */
export interface Opened {
  close(): void;
}

/** Most that is read at a time. */
export const BUFFER_BYTES = 16_384;

export abstract class Netcat {
  protected readonly proc: Process;
  protected readonly options: NcOptions;
  /** All that were opened, for the end. */
  protected readonly sockets: Opened[];

  constructor(proc: Process, options: NcOptions, sockets: Opened[]) {
    this.proc = proc;
    this.options = options;
    this.sockets = sockets;
  }

  /** One port after the other; 0 when one could be reached. */
  abstract connectAll(): Steps<number>;

  /** `-l` */
  abstract listen(): Steps<number>;

  protected get protocol(): 'tcp' | 'udp' {
    return this.options.isUdp ? 'udp' : 'tcp';
  }

  protected *resolve(host: string, port: string): Steps<Ip4> {
    const found = yield* resolveHost(this.proc, host);
    if (typeof found !== 'string') return found.address;
    throw new ToolError(`nc: getaddrinfo for host "${host}" port ${port}: ${found}`, 1);
  }

  protected *resolveLocal(host: string): Steps<Ip4> {
    const found = yield* resolveHost(this.proc, host);
    if (typeof found !== 'string') return found.address;
    throw new ToolError(`nc: getaddrinfo: ${found}`, 1);
  }

  /** Where to listen. */
  protected *localEnd(): Steps<{ readonly address: Ip4; readonly port: number }> {
    const { host, ports, source } = this.options;
    const port = this.localPort(ports[0]!);
    const name = host === '' ? source : host;
    return { address: name === '' ? 0 : yield* this.resolveLocal(name), port };
  }

  /** What -s and -p say; null when neither does. */
  protected *sourceEnd(): Steps<{ readonly address: Ip4; readonly port: number } | null> {
    const { source, sourcePort } = this.options;
    if (source === '' && sourcePort === '') return null;
    const port = sourcePort === '' ? 0 : this.localPort(sourcePort);
    return { address: source === '' ? 0 : yield* this.resolveLocal(source), port };
  }

  private localPort(text: string): number {
    const port = servicePort(text, this.protocol);
    if (port === undefined) throw new ToolError('nc: getaddrinfo: Servname not supported for ai_socktype', 1);
    return port;
  }

  protected reportConnected(address: Ip4, port: number): void {
    const service = this.options.isNumeric ? '*' : serviceName(port, this.protocol);
    this.say(`Connection to ${this.hostText(address)} ${port} port [${this.protocol}/${service}] succeeded!`);
  }

  /** Why a connection did not come about. */
  protected reportFailure(address: Ip4, port: number, why: string): void {
    if (this.options.isVerbose) {
      this.say(`nc: connect to ${this.hostText(address)} port ${port} (${this.protocol}) ${why}`);
    }
  }

  /** The host as it was given, with its address where that says more. */
  private hostText(address: Ip4): string {
    const { host, isNumeric } = this.options;
    const text = formatIp4(address);
    return isNumeric || host === text ? host : `${host} (${text})`;
  }

  /** Twin of report_sock: `Listening on 0.0.0.0 5000`. */
  protected *report(what: string, address: Ip4, port: number): Steps<void> {
    const name = this.options.isNumeric ? formatIp4(address) : yield* nameOfHost(this.proc, address);
    if (name === undefined) this.say('nc: getnameinfo: Temporary failure in name resolution');
    else this.say(`${what} ${name} ${port}`);
  }

  protected say(line: string): void {
    this.proc.writeError(`${line}\n`);
  }
}
