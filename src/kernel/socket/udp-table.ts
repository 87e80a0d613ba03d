/**
 * The UDP sockets of a namespace by local port (Linux: struct udp_table, __udp4_lib_lookup with compute_score).
 */
import { assert } from '../../base/assert.ts';
import type { Ip4 } from '../../base/addr.ts';
import { Int32Table } from '../../base/table.ts';
import type { Rng } from '../../sim/rng.ts';
import type { NetDevice } from '../netdev.ts';
import type { UdpSocket } from './udp-socket.ts';

export class UdpTable {
  private readonly rng: Rng;
  private hashRng: Rng | null = null;
  /** Port → position in `lists`. */
  private readonly ports = new Int32Table();
  private readonly lists: UdpSocket[][] = [];
  /** The last port that was looked up, and its sockets: most namespaces hear at one port for a while. */
  private lastPort = 0;
  private lastList: readonly UdpSocket[] | null = null;
  /** The one before that: behind a tunnel two ports take turns. */
  private formerPort = 0;
  private formerList: readonly UdpSocket[] | null = null;

  constructor(rng: Rng) {
    this.rng = rng;
  }

  /** What a socket's frames hash to from its connect on; never 0 (sk_set_txhash). */
  nextTxHash(): number {
    this.hashRng ??= this.rng.fork('txhash');
    const hash = this.hashRng.u32() | 0;
    return hash === 0 ? 1 : hash;
  }

  /** All sockets bound to `port`; null when there are none. Hot path. */
  atPort(port: number): readonly UdpSocket[] | null {
    if (port === this.lastPort) return this.lastList;
    return port === this.formerPort ? this.formerList : this.findPort(port);
  }

  /** Neither of the two. */
  private findPort(port: number): readonly UdpSocket[] | null {
    const position = this.ports.get(port);
    this.formerPort = this.lastPort;
    this.formerList = this.lastList;
    this.lastPort = port;
    return (this.lastList = position < 0 ? null : this.lists[position]!);
  }

  /**
   * The best match for a unicast datagram: a connected socket, then one bound to the address, then any; among equals
   * (SO_REUSEADDR) the one that was bound last.
   */
  lookup(src: Ip4, srcPort: number, dst: Ip4, dstPort: number, dev: NetDevice | null): UdpSocket | null {
    const list = this.atPort(dstPort);
    if (list === null) return null;
    let best: UdpSocket | null = null;
    let bestScore = -1;
    for (let i = 0; i < list.length; i++) {
      const score = list[i]!.score(src, srcPort, dst, dev);
      if (score >= 0 && score >= bestScore) {
        best = list[i]!;
        bestScore = score;
      }
    }
    return best;
  }

  /**
   * Whether `address` (0 = any) may be bound at `port`; `reuse` is SO_REUSEADDR of the new socket, `dev` its interface.
   */
  isFree(address: Ip4, port: number, reuse: boolean, dev: NetDevice | null = null): boolean {
    const list = this.atPort(port);
    if (list === null) return true;
    return !list.some((other) => {
      if (reuse && other.reuseAddress) return false;
      if (dev !== null && other.device !== null && dev !== other.device) return false;
      return address === 0 || other.localAddress === 0 || other.localAddress === address;
    });
  }

  /** A free port of the ephemeral range at random, 0 when all are taken (udp_lib_get_port). */
  ephemeralPort(address: Ip4, min: number, max: number, dev: NetDevice | null = null): number {
    const count = max - min + 1;
    const start = this.rng.below(count);
    for (let i = 0; i < count; i++) {
      const port = min + ((start + i) % count);
      if (this.isFree(address, port, false, dev)) return port;
    }
    return 0;
  }

  /** By port; of those at one port the newest first. Cold. */
  list(): UdpSocket[] {
    const all = this.lists.flatMap((sockets) => [...sockets].reverse());
    return all.sort((left, right) => left.localPort - right.localPort);
  }

  add(socket: UdpSocket): void {
    const position = this.ports.get(socket.localPort);
    if (position >= 0) {
      this.lists[position]!.push(socket);
      return;
    }
    this.lastPort = 0;
    this.lastList = null;
    this.formerPort = 0;
    this.formerList = null;
    this.ports.set(socket.localPort, this.lists.length);
    this.lists.push([socket]);
  }

  remove(socket: UdpSocket): void {
    const list = this.lists[this.ports.get(socket.localPort)];
    const at = list === undefined ? -1 : list.indexOf(socket);
    assert(list !== undefined && at >= 0, 'the socket is in the table');
    list.splice(at, 1);
  }
}
