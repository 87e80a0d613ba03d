/**
 * Who holds the host ports of published ports. UDP ports are sockets of the host's kernel; TCP and SCTP ports stand in
 * a table as long as that kernel has no sockets for them: they are held against each other, not yet against others.
 */
import { parseIp4 } from '../../base/addr.ts';
import { UdpSocket } from '../../kernel/socket/udp-socket.ts';
import type { NetnsHandle } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import { isIp4Text, joinHostPort } from './ip-text.ts';
import type { PortHolder, PortMapping } from './port-mapper.ts';

const IN_USE = 'address already in use';
const NO_ADDRESS = 'cannot assign requested address';
/** Addresses of IPv6 that every host has. */
const HOST_IP6 = ['::', '::1'];

export class HostListeners implements PortHolder {
  private readonly ns: NetnsHandle;
  /** What stands before the kernel's words. */
  private readonly prefix: string;
  private readonly held = new Map<string, UdpSocket | null>();

  constructor(ns: NetnsHandle, hasUserlandProxy: boolean) {
    this.ns = ns;
    this.prefix = hasUserlandProxy ? 'Error starting userland proxy: ' : '';
  }

  hold(mapping: PortMapping): void {
    const fault = this.listen(mapping);
    if (fault === undefined) return;
    const { protocol, hostIp, hostPort } = mapping;
    const family = isIp4Text(hostIp) ? 4 : 6;
    const operation = `listen ${protocol}${family} ${joinHostPort(hostIp, hostPort)}: bind: `;
    // The library for SCTP hands the error number on as it is.
    throw new DaemonError(this.prefix + (protocol === 'sctp' ? '' : operation) + fault);
  }

  release(mapping: PortMapping): void {
    const key = keyOf(mapping);
    this.held.get(key)?.close();
    this.held.delete(key);
  }

  /** What the kernel has against it, undefined for nothing. */
  private listen(mapping: PortMapping): string | undefined {
    const address = parseIp4(mapping.hostIp);
    if (address === undefined && !HOST_IP6.includes(mapping.hostIp)) return NO_ADDRESS;
    if (this.isHeld(mapping)) return IN_USE;
    let socket: UdpSocket | null = null;
    if (address !== undefined) {
      const isUdp = mapping.protocol === 'udp';
      socket = new UdpSocket(this.ns);
      const errno = socket.bind(address, isUdp ? mapping.hostPort : 0);
      if (errno !== '') return errno === 'EADDRINUSE' ? IN_USE : NO_ADDRESS;
      if (!isUdp) {
        socket.close();
        socket = null;
      }
    }
    this.held.set(keyOf(mapping), socket);
    return undefined;
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

function keyOf({ protocol, hostIp, hostPort }: PortMapping): string {
  return `${protocol} ${hostPort} ${hostIp}`;
}
