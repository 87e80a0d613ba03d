/**
 * The ports that the daemon itself holds, where there is no proxy to do it: sockets of the host's kernel. SCTP ports
 * and those of IPv6 stand in a table as long as that kernel has no sockets for them: they are held against each other,
 * not yet against others.
 */
import type { Ip4 } from '../../base/addr.ts';
import { parseIp4 } from '../../base/addr.ts';
import { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import type { SocketOwner } from '../../kernel/socket/udp-socket.ts';
import { UdpSocket } from '../../kernel/socket/udp-socket.ts';
import type { NetnsHandle } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import { isIp4Text, joinHostPort } from './ip-text.ts';
import type { PortHolder, PortMapping } from './port-mapper.ts';

/** Addresses of IPv6 that every host has. */
const HOST_IP6 = ['::', '::1'];

export class HostListeners implements PortHolder {
  private readonly ns: NetnsHandle;
  private readonly words: BindWords;
  private readonly owner: () => SocketOwner | null;
  private readonly held = new Map<string, UdpSocket | TcpSocket | null>();

  constructor(ns: NetnsHandle, words: BindWords = bindFault, owner: () => SocketOwner | null = () => null) {
    this.ns = ns;
    this.words = words;
    this.owner = owner;
  }

  hold(mapping: PortMapping): void {
    const errno = this.listen(mapping);
    if (errno !== '') throw new DaemonError(this.words(mapping, errno));
  }

  release(mapping: PortMapping): void {
    const key = keyOf(mapping);
    this.held.get(key)?.close();
    this.held.delete(key);
  }

  /** What bind(2) has against it, '' for nothing. */
  private listen(mapping: PortMapping): string {
    const address = parseIp4(mapping.hostIp);
    if (address === undefined && !HOST_IP6.includes(mapping.hostIp)) return 'EADDRNOTAVAIL';
    if (this.isHeld(mapping)) return 'EADDRINUSE';
    const socket = address === undefined ? null : this.open(mapping, address);
    if (typeof socket === 'string') return socket;
    this.held.set(keyOf(mapping), socket);
    return '';
  }

  /** A socket that listens; null where the kernel has none; or what bind(2) has against it. */
  private open({ protocol, hostPort }: PortMapping, address: Ip4): UdpSocket | TcpSocket | null | string {
    const socket = protocol === 'tcp' ? new TcpSocket(this.ns) : new UdpSocket(this.ns);
    if (socket instanceof TcpSocket) socket.setReuseAddress(true);
    const errno = socket.bind(address, protocol === 'sctp' ? 0 : hostPort) || listening(socket);
    if (errno === '' && protocol !== 'sctp') {
      socket.owner = this.owner();
      return socket;
    }
    socket.close();
    return errno === '' ? null : errno;
  }

  /** An address is taken with its port, and the unspecified one is all of its family. */
  private isHeld({ protocol, hostIp, hostPort }: PortMapping): boolean {
    const any = isIp4Text(hostIp) ? '0.0.0.0' : '::';
    return [...this.held.keys()].some((key) => {
      const [heldProtocol, heldPort, heldIp] = key.split(' ');
      if (heldProtocol !== protocol || heldPort !== String(hostPort)) return false;
      if (isIp4Text(heldIp!) !== isIp4Text(hostIp)) return false;
      return heldIp === hostIp || heldIp === any || hostIp === any;
    });
  }
}

/** Go's longest queue; nobody takes from it. */
const BACKLOG = 4096;

function listening(socket: UdpSocket | TcpSocket): string {
  return socket instanceof TcpSocket ? socket.listen(BACKLOG) : '';
}

/** What is said of a port that could not be had. */
export type BindWords = (mapping: PortMapping, errno: string) => string;

/** The words of engines from 28 on, which bind the socket that the proxy then gets. */
export function bindFault29({ protocol, hostIp, hostPort }: PortMapping, errno: string): string {
  return `failed to bind host port ${joinHostPort(hostIp, hostPort)}/${protocol}: ${causeText(errno)}`;
}

function causeText(errno: string): string {
  return errno === 'EADDRINUSE' ? 'address already in use' : 'cannot assign requested address';
}

/** Go's words, from before. */
export function bindFault({ protocol, hostIp, hostPort }: PortMapping, errno: string): string {
  const cause = causeText(errno);
  // The library for SCTP hands the error number on as it is.
  if (protocol === 'sctp') return cause;
  const family = isIp4Text(hostIp) ? 4 : 6;
  return `listen ${protocol}${family} ${joinHostPort(hostIp, hostPort)}: bind: ${cause}`;
}

function keyOf({ protocol, hostIp, hostPort }: PortMapping): string {
  return `${protocol} ${hostPort} ${hostIp}`;
}
