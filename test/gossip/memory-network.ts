/**
 * A network of nothing but delay: datagrams and streams between members on one scheduler, with loss, duplication,
 * partitions, and machines that are down. What a member sends is copied, and arrives as a real one's bytes would.
 */
import { formatIp4, type Ip4 } from '../../src/base/addr.ts';
import { assert } from '../../src/base/assert.ts';
import type { DialHandler, GossipStream, MemberAddress, StreamHandler } from '../../src/gossip/transport.ts';
import type { Transport, TransportTarget } from '../../src/gossip/transport.ts';
import type { Rng } from '../../src/sim/rng.ts';
import type { EventSource, EventTarget, Scheduler } from '../../src/sim/scheduler.ts';
import { MICROSECOND } from '../../src/sim/units.ts';

/** What the network does to what it carries. May be changed while it runs. */
export interface NetworkFaults {
  /** One way. */
  delayNs: number;
  /** Added to the delay of datagrams: up to so much, at random, so that they overtake. */
  jitterNs: number;
  /** Of datagrams, 0 to 1. */
  loss: number;
  duplication: number;
}

/** How a machine is: up, up with nobody who listens (a killed process), or silent (no power). */
type Power = 'up' | 'refusing' | 'silent';

/** Something that happens after a while, used again. */
class Delivery implements EventTarget {
  readonly id: number;
  action: () => void;
  private readonly free: Delivery[];

  constructor(sched: Scheduler, free: Delivery[]) {
    this.id = sched.register(this);
    this.action = idle;
    this.free = free;
  }

  fire(): void {
    const { action } = this;
    this.action = idle;
    this.free.push(this);
    action();
  }
}

function idle(): void {
  // Nothing is on its way.
}

export class MemoryNetwork {
  readonly faults: NetworkFaults;
  /** Datagrams and their bytes that were sent, of all members. */
  packets: number;
  packetBytes: number;
  /** Looks at every datagram that is sent. */
  onPacket: ((from: MemberAddress, to: MemberAddress, payload: Uint8Array) => void) | null;
  /** Looks at everything that is sent over a stream. */
  onStream: ((bytes: Uint8Array) => void) | null;
  /** Datagrams that go nowhere, as a rule of a firewall would have it. */
  blocks: ((from: MemberAddress, to: MemberAddress) => boolean) | null;
  private readonly sched: Scheduler;
  private readonly source: EventSource;
  private readonly rng: Rng;
  private readonly endpoints: Map<Ip4, MemoryTransport>;
  private readonly silent: Set<Ip4>;
  /** The side of each machine while the network is in parts. */
  private groups: ReadonlyMap<Ip4, number> | null;
  private readonly free: Delivery[];

  constructor(sched: Scheduler, source: EventSource, rng: Rng) {
    this.faults = { delayNs: 200 * MICROSECOND, jitterNs: 0, loss: 0, duplication: 0 };
    this.packets = 0;
    this.packetBytes = 0;
    this.onPacket = null;
    this.onStream = null;
    this.blocks = null;
    this.sched = sched;
    this.source = source;
    this.rng = rng;
    this.endpoints = new Map();
    this.silent = new Set();
    this.groups = null;
    this.free = [];
  }

  /** Listens at an address for a member. */
  open(at: MemberAddress, target: TransportTarget): Transport {
    assert(!this.endpoints.has(at.address), 'MemoryNetwork.open: nobody listens there');
    this.silent.delete(at.address);
    const transport = new MemoryTransport(this, at, target);
    this.endpoints.set(at.address, transport);
    return transport;
  }

  /** Ends what listens at an address: with `silently` the machine goes with it, and nothing answers dials. */
  crash(address: Ip4, silently: boolean): void {
    this.endpoints.get(address)?.shutdown();
    if (silently) this.silent.add(address);
  }

  /** Nothing goes between the groups; whom none names is with the first. */
  partition(groups: readonly (readonly Ip4[])[]): void {
    this.groups = new Map(groups.flatMap((group, side) => group.map((address) => [address, side] as const)));
  }

  heal(): void {
    this.groups = null;
  }

  /** For the transports. */
  power(address: Ip4): Power {
    if (this.endpoints.has(address)) return 'up';
    return this.silent.has(address) ? 'silent' : 'refusing';
  }

  reaches(from: Ip4, to: Ip4): boolean {
    if (this.groups === null) return true;
    return (this.groups.get(from) ?? 0) === (this.groups.get(to) ?? 0);
  }

  endpoint(at: MemberAddress): MemoryTransport | null {
    const transport = this.endpoints.get(at.address);
    return transport !== undefined && transport.at.port === at.port ? transport : null;
  }

  closeEndpoint(address: Ip4): void {
    this.endpoints.delete(address);
  }

  after(delayNs: number, action: () => void): void {
    const delivery = this.free.pop() ?? new Delivery(this.sched, this.free);
    delivery.action = action;
    this.sched.at(this.sched.now + delayNs, this.source.nextKey(), delivery.id);
  }

  sendPacket(from: MemberAddress, to: MemberAddress, payload: Uint8Array): void {
    this.packets++;
    this.packetBytes += payload.length;
    this.onPacket?.(from, to, payload);
    const { loss, duplication } = this.faults;
    // Sent now or lost: partitions, too, are decided when it leaves.
    if (!this.reaches(from.address, to.address) || this.blocks?.(from, to) === true) return;
    const bytes = payload.slice();
    const receiver = { address: to.address, port: to.port };
    if (loss === 0 || !this.rng.chance(loss)) this.carry(from, receiver, bytes);
    if (duplication > 0 && this.rng.chance(duplication)) this.carry(from, receiver, bytes);
  }

  private carry(from: MemberAddress, to: MemberAddress, bytes: Uint8Array): void {
    const { delayNs, jitterNs } = this.faults;
    const delay = jitterNs === 0 ? delayNs : delayNs + this.rng.below(jitterNs);
    this.after(delay, () => this.endpoint(to)?.target.receivePacket(bytes, from));
  }
}

class MemoryTransport implements Transport {
  readonly at: MemberAddress;
  readonly target: TransportTarget;
  readonly ends: Set<StreamEnd>;
  private readonly network: MemoryNetwork;
  private isDown: boolean;

  constructor(network: MemoryNetwork, at: MemberAddress, target: TransportTarget) {
    this.at = at;
    this.target = target;
    this.ends = new Set();
    this.network = network;
    this.isDown = false;
  }

  sendPacket(to: MemberAddress, payload: Uint8Array): void {
    if (!this.isDown) this.network.sendPacket(this.at, to, payload);
  }

  dial(to: MemberAddress, timeoutNs: number, handler: DialHandler): () => void {
    const { network, at } = this;
    const { address, port } = to;
    const where = `${formatIp4(address)}:${port}`;
    const rttNs = 2 * network.faults.delayNs;
    let isOver = false;
    const fail = (afterNs: number, why: string): void => {
      network.after(afterNs, () => {
        if (!isOver && !this.isDown) handler.onError(`dial tcp ${where}: ${why}`);
        isOver = true;
      });
    };
    const isSilent = network.power(address) === 'silent' || !network.reaches(at.address, address);
    if (isSilent || rttNs > timeoutNs) {
      fail(timeoutNs, 'i/o timeout');
    } else {
      network.after(rttNs, () => {
        if (isOver || this.isDown) return;
        const peer = network.endpoint({ address, port });
        if (peer === null) fail(0, 'connect: connection refused');
        else connect(network, this, peer, handler);
      });
    }
    return () => {
      isOver = true;
    };
  }

  shutdown(): void {
    if (this.isDown) return;
    this.isDown = true;
    this.network.closeEndpoint(this.at.address);
    for (const end of [...this.ends]) end.reset();
  }
}

function connect(network: MemoryNetwork, from: MemoryTransport, to: MemoryTransport, handler: DialHandler): void {
  const near = new StreamEnd(network, from, to.at);
  const far = new StreamEnd(network, to, from.at);
  near.peer = far;
  far.peer = near;
  near.handler = handler;
  far.handler = to.target.acceptStream(far);
  handler.onOpen(near);
}

/** One end of a stream. What it sends arrives in order, or not at all while the network is in parts. */
class StreamEnd implements GossipStream {
  readonly remote: MemberAddress;
  peer: StreamEnd | null;
  handler: StreamHandler | null;
  private readonly network: MemoryNetwork;
  private readonly owner: MemoryTransport;

  constructor(network: MemoryNetwork, owner: MemoryTransport, remote: MemberAddress) {
    this.remote = remote;
    this.peer = null;
    this.handler = null;
    this.network = network;
    this.owner = owner;
    owner.ends.add(this);
  }

  send(bytes: Uint8Array): void {
    const copy = bytes.slice();
    this.network.onStream?.(copy);
    this.toPeer((handler) => {
      handler.onData(copy);
    });
  }

  close(): void {
    this.handler = null;
    this.owner.ends.delete(this);
    this.toPeer((handler, peer) => {
      peer.handler = null;
      handler.onEnd();
    });
  }

  /** The process is gone: the peer hears of it. */
  reset(): void {
    this.handler = null;
    this.owner.ends.delete(this);
    this.toPeer((handler, peer) => {
      peer.handler = null;
      handler.onError('read tcp: read: connection reset by peer');
    });
  }

  private toPeer(action: (handler: StreamHandler, peer: StreamEnd) => void): void {
    const { network, peer, owner } = this;
    if (peer === null || !network.reaches(owner.at.address, peer.owner.at.address)) return;
    if (network.power(owner.at.address) === 'silent') return;
    network.after(network.faults.delayNs, () => {
      if (peer.handler !== null) action(peer.handler, peer);
    });
  }
}
