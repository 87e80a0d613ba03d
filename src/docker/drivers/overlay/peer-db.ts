/**
 * Who is where in one network, as its table of peers says. Twin of libnetwork's drivers/overlay/peerdb.go: a set of
 * places for each pair of address and MAC, of which there are several while an endpoint moves from node to node.
 */
import type { Cidr, Ip4, Mac } from '../../../base/addr.ts';

/** One endpoint in one place. */
export interface Peer {
  readonly endpointId: string;
  readonly address: Cidr;
  readonly mac: Mac;
  readonly vtep: Ip4;
  /** It is on this node. */
  readonly isLocal: boolean;
}

/** What a change came to: whether there was one, and how many places the pair has now. */
export interface PeerChange {
  readonly isChanged: boolean;
  readonly count: number;
}

export class PeerDb {
  private readonly byKey = new Map<string, Peer[]>();

  add(peer: Peer): PeerChange {
    const key = keyOf(peer);
    const places = this.byKey.get(key) ?? [];
    this.byKey.set(key, places);
    const isNew = !places.some((each) => isSamePlace(each, peer));
    if (isNew) places.push(peer);
    return { isChanged: isNew, count: places.length };
  }

  delete(peer: Peer): PeerChange {
    const key = keyOf(peer);
    const places = this.byKey.get(key) ?? [];
    const at = places.findIndex((each) => isSamePlace(each, peer));
    if (at >= 0) places.splice(at, 1);
    if (places.length === 0) this.byKey.delete(key);
    return { isChanged: at >= 0, count: places.length };
  }

  /** The first place of each pair, in the order in which they were told. */
  all(): readonly Peer[] {
    return [...this.byKey.values()].map((places) => places[0]!);
  }

  /** Any place of an address. */
  search(address: Ip4): Peer | undefined {
    return this.all().find((peer) => peer.address.address === address);
  }

  /** Forgets all. */
  flush(): void {
    this.byKey.clear();
  }
}

function keyOf({ address, mac }: Peer): string {
  return `${address.address} ${mac}`;
}

function isSamePlace(left: Peer, right: Peer): boolean {
  return (
    left.endpointId === right.endpointId &&
    left.vtep === right.vtep &&
    left.isLocal === right.isLocal &&
    left.address.prefixLen === right.address.prefixLen
  );
}
