/**
 * The packet sockets of a namespace (Linux: the lists ptype_all and ptype_base of net/core/dev.c). A namespace without
 * one has no table, which is all that plain traffic pays.
 *
 *   devQueueXmit → device accepts ──▶ everything (dev_queue_xmit_nit)
 *   frame reaches a device        ──▶ everything (__netif_receive_skb_core, list ptype_all)
 *   bridge port? no: by EtherType ──▶ byType     (the same, list ptype_base), beside IP and ARP
 */
import type { Frame } from '../../link/frame.ts';
import type { Direction } from '../../link/trace-sink.ts';
import type { NetDevice } from '../netdev.ts';
import type { PacketSocket } from './packet-socket.ts';

export class PacketTable {
  /** Sockets of ETH_P_ALL: they see what is sent, too. */
  private readonly everything: PacketSocket[];
  /** Sockets of one EtherType: they see what comes in and is not a bridge port's. */
  private readonly byType: PacketSocket[];
  /** Whose frame is on its way down: a socket does not see its own (skb_loop_sk). */
  private sender: PacketSocket | null;

  constructor() {
    this.everything = [];
    this.byType = [];
    this.sender = null;
  }

  get isEmpty(): boolean {
    return this.everything.length === 0 && this.byType.length === 0;
  }

  add(socket: PacketSocket, takesAll: boolean): void {
    (takesAll ? this.everything : this.byType).push(socket);
  }

  remove(socket: PacketSocket): void {
    for (const list of [this.everything, this.byType]) {
      const at = list.indexOf(socket);
      if (at >= 0) list.splice(at, 1);
    }
  }

  /** In the order in which they were opened; for `ss`. */
  list(): readonly PacketSocket[] {
    return [...this.everything, ...this.byType];
  }

  /** The device has accepted the frame, or it has reached the device. The frame stays the caller's. */
  onFrame(dev: NetDevice, frame: Frame, direction: Direction): void {
    for (const socket of this.everything) if (socket !== this.sender) socket.onFrame(dev, frame, direction);
  }

  /** A received frame is about to go to the handler of its EtherType; true when a socket has seen it. */
  onProtocol(dev: NetDevice, frame: Frame, etherType: number): boolean {
    let isSeen = false;
    for (const socket of this.byType) if (socket.onProtocol(dev, frame, etherType)) isSeen = true;
    return isSeen || this.everything.some((socket) => socket.isBoundTo(dev));
  }

  /** Runs `send`, which hands a frame of `socket` to a device. */
  sendAs(socket: PacketSocket, send: () => void): void {
    const outer = this.sender;
    this.sender = socket;
    send();
    this.sender = outer;
  }

  /** A device went down (isGone false) or away; sockets bound to it hear of it (packet_notifier). */
  deviceDown(dev: NetDevice, isGone: boolean): void {
    for (const socket of this.list()) socket.deviceDown(dev, isGone);
  }
}
