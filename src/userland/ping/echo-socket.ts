/** What the two pings need of the kernel's sockets; tests put a fake in their place. */
import type { Ip4 } from '../../base/addr.ts';
import type { Errno } from '../../kernel/errno.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Waitable } from '../../kernel/proc/wait.ts';
import type { EchoReply } from '../../kernel/socket/ping-socket.ts';
import type { SocketError } from '../../kernel/socket/socket-error.ts';

/** The part of a PingSocket that is used. */
export interface EchoSocket extends Waitable {
  ttl: number;
  tos: number;
  pmtuDiscovery: number;
  broadcast: boolean;
  readonly id: number;
  bind(address: Ip4, id: number): Errno;
  bindToDevice(name: string): Errno;
  /** IP_OPTIONS */
  setOptions(bytes: Uint8Array): Errno;
  sourceFor(dst: Ip4): Ip4 | undefined;
  sendEcho(dst: Ip4, seq: number, payload: Uint8Array): Errno;
  receive(): EchoReply | null;
  receiveError(): SocketError | null;
  close(): void;
}

/** The part of a UdpSocket that is used: connecting it asks the routes and sends nothing. */
export interface ProbeSocket {
  broadcast: boolean;
  connect(address: Ip4, port: number): Errno;
  close(): void;
}

export interface PingSockets {
  echo(ns: Process['ns']): EchoSocket;
  probe(ns: Process['ns']): ProbeSocket;
}

/** The largest payload of an echo request: an IPv4 datagram without its header and that of ICMP. */
export const ECHO_PAYLOAD_MAX = 65_535 - 20 - 8;
/** The header of an ICMP echo, which the sizes that are printed count. */
export const ICMP_HEADER_LEN = 8;
