/** The ping sockets of a namespace by ICMP id (Linux: ping_table, net/ipv4/ping.c). */
import type { Rng } from '../../sim/rng.ts';
import type { PingSocket } from './ping-socket.ts';

const ID_COUNT = 0xffff;

export class PingTable {
  private readonly rng: Rng;
  private readonly sockets = new Map<number, PingSocket>();

  constructor(rng: Rng) {
    this.rng = rng;
  }

  find(id: number): PingSocket | null {
    return this.sockets.get(id) ?? null;
  }

  /** An id from 1 to 65,535 that no socket has; 0 when all are taken. */
  freeId(): number {
    const start = this.rng.below(ID_COUNT);
    for (let i = 0; i < ID_COUNT; i++) {
      const id = 1 + ((start + i) % ID_COUNT);
      if (!this.sockets.has(id)) return id;
    }
    return 0;
  }

  add(socket: PingSocket): void {
    this.sockets.set(socket.id, socket);
  }

  remove(socket: PingSocket): void {
    this.sockets.delete(socket.id);
  }
}
