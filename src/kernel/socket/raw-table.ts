/**
 * The raw sockets of a namespace by IP protocol (Linux: raw_v4_hashinfo, raw_v4_input, raw_icmp_error). A namespace
 * without one has no table, which is all that plain traffic pays.
 */
import type { Frame } from '../../link/frame.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { RawSocket } from './raw-socket.ts';

export class RawTable {
  private readonly sockets: RawSocket[] = [];

  get isEmpty(): boolean {
    return this.sockets.length === 0;
  }

  add(socket: RawSocket): void {
    this.sockets.push(socket);
  }

  remove(socket: RawSocket): void {
    const at = this.sockets.indexOf(socket);
    if (at >= 0) this.sockets.splice(at, 1);
  }

  /** In the order in which they were opened; for `ss`. */
  list(): readonly RawSocket[] {
    return this.sockets;
  }

  /** The sockets that a datagram from `src` to `dst` over `dev` is for (raw_v4_match). */
  matching(protocol: number, src: number, dst: number, dev: NetDevice): RawSocket[] {
    return this.sockets.filter((socket) => socket.isFor(protocol, src, dst, dev));
  }
}

/**
 * Twin of raw_local_deliver: every raw socket of the datagram's protocol gets a copy of it, IP header included. True
 * when there is one, though its filter may not want the datagram. The frame stays the caller's.
 */
export function rawLocalDeliver(ns: Netns, dev: NetDevice, frame: Frame): boolean {
  const table = ns.rawSockets;
  if (table === null) return false;
  const v = frame.slab.view;
  const { l3 } = frame;
  const takers = table.matching(ipv4.protocol(v, l3), ipv4.src(v, l3), ipv4.dst(v, l3), dev);
  const { stats } = ns.machine;
  for (const socket of takers) {
    if (!socket.wants(frame)) continue;
    const copy = stats.clone(frame);
    const reason = socket.deliver(copy);
    if (reason === 0) stats.deliver(copy);
    else stats.drop(copy, reason, dev);
  }
  return takers.length > 0;
}

/**
 * Twin of raw_icmp_error: tells the raw sockets whose datagram an ICMP error quotes; the quoted IP header stands at
 * `quoted`. `info` is the MTU of FRAG_NEEDED.
 */
export function rawIcmpError(
  ns: Netns,
  dev: NetDevice,
  frame: Frame,
  quoted: number,
  type: number,
  code: number,
  info: number,
): void {
  const table = ns.rawSockets;
  if (table === null) return;
  const v = frame.slab.view;
  const dst = ipv4.dst(v, quoted);
  for (const socket of table.matching(ipv4.protocol(v, quoted), dst, ipv4.src(v, quoted), dev)) {
    socket.reportError(frame, quoted, type, code, info);
  }
}
