/**
 * The ports that the daemon itself holds, where there is no proxy to do it. UDP ports are sockets of the host's
 * kernel; TCP and SCTP ports stand in a table as long as that kernel has no sockets for them: they are held against
 * each other, not yet against others.
 */
import { parseIp4 } from '../../base/addr.ts';
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
  private readonly held = new Map<string, UdpSocket | null>();

  constructor(ns: NetnsHandle, words: BindWords = bindFault) {
    this.ns = ns;
    this.words = words;
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
    let socket: UdpSocket | null = null;
    if (address !== undefined) {
      const isUdp = mapping.protocol === 'udp';
      socket = new UdpSocket(this.ns);
      const errno = socket.bind(address, isUdp ? mapping.hostPort : 0);
      if (errno !== '') return errno;
      if (!isUdp) {
        socket.close();
        socket = null;
      }
    }
    this.held.set(keyOf(mapping), socket);
    return '';
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
