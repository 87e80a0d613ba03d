/**
 * Who has which local port (Linux: the bhash of struct inet_hashinfo, inet_csk_get_port, inet_bind_conflict): all that
 * listens, is connected or waits in TIME_WAIT.
 */
import type { Ip4 } from '../../../base/addr.ts';
import type { Rng } from '../../../sim/rng.ts';
import type { NetDevice } from '../../netdev.ts';
import { TCP_LISTEN } from './tcp-states.ts';

/** Whoever holds a port. */
export interface PortOwner {
  readonly state: number;
  readonly localAddress: Ip4;
  readonly localPort: number;
  readonly boundDevice: NetDevice | null;
  readonly reuseAddress: boolean;
  readonly reusePort: boolean;
  bucket: BindBucket | null;
}

/** A port that somebody has (struct inet_bind_bucket). */
export class BindBucket {
  readonly port: number;
  readonly owners = new Set<PortOwner>();
  /** Only connect(2) has taken it, which may take it again for another peer (fastreuse < 0). */
  isOfConnects: boolean;

  constructor(port: number, isOfConnects: boolean) {
    this.port = port;
    this.isOfConnects = isOfConnects;
  }
}

export class TcpPorts {
  private readonly rng: Rng;
  private readonly buckets = new Map<number, BindBucket>();

  constructor(rng: Rng) {
    this.rng = rng;
  }

  bucketOf(port: number): BindBucket | null {
    return this.buckets.get(port) ?? null;
  }

  /** Twin of inet_bind_hash, or of __inet_inherit_port where `port` has a bucket already. */
  add(owner: PortOwner, port: number, isConnect: boolean): void {
    let bucket = this.buckets.get(port);
    if (bucket === undefined) {
      bucket = new BindBucket(port, isConnect);
      this.buckets.set(port, bucket);
    } else if (!isConnect) bucket.isOfConnects = false;
    bucket.owners.add(owner);
    owner.bucket = bucket;
  }

  /** The child of a listener, or what stands in for a connection, has the port, too. */
  inherit(owner: PortOwner, from: PortOwner): void {
    const { bucket } = from;
    if (bucket === null) return;
    bucket.owners.add(owner);
    owner.bucket = bucket;
  }

  /** Twin of inet_put_port; nothing happens to those that have none. */
  remove(owner: PortOwner): void {
    const { bucket } = owner;
    if (bucket === null) return;
    owner.bucket = null;
    bucket.owners.delete(owner);
    if (bucket.owners.size === 0) this.buckets.delete(bucket.port);
  }

  /** Twin of inet_csk_bind_conflict; `isChosen` says that the program has named the port. */
  hasConflict(owner: PortOwner, port: number, isChosen: boolean): boolean {
    const bucket = this.buckets.get(port);
    if (bucket === undefined) return false;
    for (const other of bucket.owners) {
      if (other !== owner && isSameAddress(owner, other) && conflicts(owner, other, isChosen)) return true;
    }
    return false;
  }

  /**
   * Twin of inet_csk_find_open_port: odd ports of the range first, from a random one on; those who share addresses
   * look in its lower half first. 0 when all are taken.
   */
  findOpen(owner: PortOwner, min: number, max: number, isReserved: (port: number) => boolean): number {
    const high = max + 1;
    const half = owner.reuseAddress && high - min >= 4 ? min + (((high - min) >> 2) << 1) : high;
    const found = this.scan(owner, min, half, isReserved);
    return found !== 0 || half === high ? found : this.scan(owner, half, high, isReserved);
  }

  private scan(owner: PortOwner, low: number, high: number, isReserved: (port: number) => boolean): number {
    const count = high - low > 1 ? (high - low) & ~1 : high - low;
    const start = this.rng.below(count) | 1;
    for (const offset of [start, start - 1]) {
      for (let i = 0; i < count; i += 2) {
        const port = low + offset + i >= high ? low + offset + i - count : low + offset + i;
        if (!isReserved(port) && !this.hasConflict(owner, port, false)) return port;
      }
    }
    return 0;
  }
}

/** Twin of ipv4_rcv_saddr_equal, with addresses that stand for any. */
function isSameAddress(left: PortOwner, right: PortOwner): boolean {
  return left.localAddress === 0 || right.localAddress === 0 || left.localAddress === right.localAddress;
}

/** Twin of inet_bind_conflict, where everybody is the same user. */
function conflicts(owner: PortOwner, other: PortOwner, isChosen: boolean): boolean {
  if (owner.boundDevice !== null && other.boundDevice !== null && owner.boundDevice !== other.boundDevice) return false;
  const arePortsShared = owner.reusePort && other.reusePort;
  // A socket that has come to LISTEN may share the port with connections, as when it was bound.
  if (owner.reuseAddress && other.reuseAddress && other.state !== TCP_LISTEN) return !isChosen && !arePortsShared;
  return !arePortsShared;
}
