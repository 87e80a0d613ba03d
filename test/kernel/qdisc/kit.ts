/** Frames through the queueing disciplines of a veth, and when they come out at its other end. */
import type { Host } from '../../../src/kernel/host.ts';
import type { NetDevice } from '../../../src/kernel/netdev.ts';
import { devQueueXmit } from '../../../src/kernel/netdev.ts';
import type { Qdisc } from '../../../src/kernel/qdisc/qdisc.ts';
import { devOf, type, World } from '../kit.ts';

export class QdiscLab {
  readonly world = new World();
  readonly host: Host;
  readonly dev: NetDevice;

  /** `lines` are typed once v0 and v1 are up: `tc qdisc add dev v0 root …`. */
  constructor(...lines: readonly string[]) {
    this.host = this.world.host('h');
    type(this.host, 'ip link add v0 type veth peer name v1');
    type(this.host, 'ip link set v0 up');
    type(this.host, 'ip link set v1 up');
    this.dev = devOf(this.host, 'v0');
    // what IP sends by itself when an interface comes up is none of these tests' business
    this.world.run(100_000_000);
    for (const line of lines) type(this.host, line);
  }

  get root(): Qdisc {
    return this.dev.qdisc!.root;
  }

  /** Sends frames of so many bytes now, numbered from `first` in their first byte. */
  send(count: number, bytes: number, first = 0): void {
    for (let i = 0; i < count; i++) {
      const frame = this.host.stats.take(bytes - 14);
      frame.head = frame.l3 - 14;
      frame.tail = frame.head + bytes;
      frame.slab.bytes.fill(0, frame.head, frame.tail);
      frame.slab.bytes[frame.head + 14] = first + i;
      devQueueXmit(this.dev, frame);
      this.world.check();
    }
  }

  /** The numbers and times, in microseconds from now, of the frames that v0 lets go within `spanNs`. */
  leaves(spanNs: number): [number: number, atUs: number][] {
    const from = this.world.sched.now;
    const before = this.world.seenAt('h/v0').length;
    this.world.run(spanNs);
    return this.world
      .seenAt('h/v0')
      .slice(before)
      .map((each) => [each.bytes[14]!, (each.atNs - from) / 1000]);
  }

  /** What `tc -s` counts. */
  get counters(): Record<string, number> {
    const { packets, bytes, drops, overlimits, requeues, queueLength, backlogBytes } = this.root;
    return { packets, bytes, drops, overlimits, requeues, queueLength, backlogBytes };
  }
}
