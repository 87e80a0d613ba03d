/**
 * A learning switch of the physical network: no address of its own, no queue but those in front of its cables, and no
 * time: a frame leaves in the instant in which it arrives. Switches may hang on each other by uplinks.
 */
import { assert } from '../base/assert.ts';
import type { Scheduler } from '../sim/scheduler.ts';
import * as ethernet from '../wire/ethernet.ts';
import type { Cable, CableReceiver } from './cable.ts';
import { Drop } from './drop.ts';
import { FDB_LEARNED, FDB_MISS, FDB_MOVED, FDB_UNCHANGED, Fdb } from './fdb.ts';
import type { Frame, FrameDevice } from './frame.ts';
import type { FrameStats } from './frame-stats.ts';
import type { LanPartition } from './lan-partition.ts';
import type { Tap } from './tap.ts';
import type { Direction } from './trace-sink.ts';
import { RX, TX } from './trace-sink.ts';

export class SwitchPort implements FrameDevice, CableReceiver {
  /** The LAN and what is plugged in: `lan/node1.eth0`. */
  readonly fullName: string;
  readonly lanSwitch: LanSwitch;
  readonly index: number;
  /** The cable that leads away from the switch; plugged in by the builder of the lab. */
  cable: Cable | null;
  tap: Tap | null;
  rxPackets: number;
  txPackets: number;
  txDropped: number;

  constructor(fullName: string, lanSwitch: LanSwitch, index: number) {
    this.fullName = fullName;
    this.lanSwitch = lanSwitch;
    this.index = index;
    this.cable = null;
    this.tap = null;
    this.rxPackets = 0;
    this.txPackets = 0;
    this.txDropped = 0;
  }

  receive(frame: Frame): void {
    this.lanSwitch.forward(frame, this);
  }
}

export class LanSwitch {
  readonly name: string;
  readonly sched: Scheduler;
  readonly fdb: Fdb;
  readonly ports: SwitchPort[];
  readonly stats: FrameStats;
  /** What passes nothing between groups of its ports; null while all is well. */
  partition: LanPartition | null;

  constructor(name: string, sched: Scheduler, stats: FrameStats) {
    this.name = name;
    this.sched = sched;
    this.fdb = new Fdb(sched);
    this.ports = [];
    this.stats = stats;
    this.partition = null;
  }

  /** A new port, named after what is plugged into it: `lan/node1.eth0`. */
  addPort(peerName: string): SwitchPort {
    const port = new SwitchPort(`${this.name}/${peerName}`, this, this.ports.length);
    this.ports.push(port);
    return port;
  }

  /** Learns the sender, then sends to the port of the receiver or to all others. */
  forward(frame: Frame, inPort: SwitchPort): void {
    const stats = this.stats;
    stats.hops++;
    inPort.rxPackets++;
    if (inPort.tap !== null || stats.trace !== null) this.show(frame, inPort, RX);
    if (!stats.crossBridge(frame, inPort)) return;
    const v = frame.slab.view;
    const o = frame.head;
    if (!ethernet.isMulticast(v, o + 6)) this.learn(frame, inPort);
    if (!ethernet.isMulticast(v, o)) {
      const found = this.fdb.find(ethernet.dstHi(v, o), ethernet.dstLo(v, o));
      if (found !== FDB_MISS) {
        const port = this.ports[found]!;
        if (stats.trace !== null) stats.trace.onBridge(frame, inPort, 'known', port);
        if (port === inPort) stats.drop(frame, Drop.NO_TX_TARGET, inPort);
        else this.transmit(frame, port, inPort);
        return;
      }
    }
    this.flood(frame, inPort);
  }

  private learn(frame: Frame, inPort: SwitchPort): void {
    const v = frame.slab.view;
    const o = frame.head;
    const change = this.fdb.fdbUpdate(ethernet.srcHi(v, o), ethernet.srcLo(v, o), inPort.index);
    if (change !== FDB_UNCHANGED && this.stats.trace !== null) {
      assert(change === FDB_LEARNED || change === FDB_MOVED, 'learning adds or moves');
      this.stats.trace.onLearn(frame, inPort, inPort, change === FDB_MOVED);
    }
  }

  /** Slow path: a copy for each port but the one it came by; the last port gets the frame itself. */
  private flood(frame: Frame, inPort: SwitchPort): void {
    const stats = this.stats;
    if (stats.trace !== null) stats.trace.onBridge(frame, inPort, 'flood', null);
    let previous: SwitchPort | null = null;
    for (const port of this.ports) {
      if (port === inPort || port.cable === null) continue;
      if (previous !== null) this.transmit(stats.clone(frame), previous, inPort);
      previous = port;
    }
    if (previous === null) stats.drop(frame, Drop.NO_TX_TARGET, inPort);
    else this.transmit(frame, previous, inPort);
  }

  private transmit(frame: Frame, port: SwitchPort, inPort: SwitchPort): void {
    if (this.partition !== null && this.partition.separates(frame, inPort.index, port.index)) {
      this.stats.drop(frame, Drop.X_PARTITION, port);
      return;
    }
    const cable = port.cable;
    if (cable === null || !cable.hasRoom()) {
      this.refuse(frame, port);
      return;
    }
    port.txPackets++;
    if (port.tap !== null || this.stats.trace !== null) this.show(frame, port, TX);
    cable.send(frame);
  }

  /** No cable, or one with a full queue. Slow path. */
  private refuse(frame: Frame, port: SwitchPort): void {
    if (port.cable !== null) port.txDropped++;
    this.stats.drop(frame, port.cable === null ? Drop.X_NO_CARRIER : Drop.X_SWITCH_QUEUE_FULL, port);
  }

  /** To whoever watches: a capture, the trace of the run. */
  private show(frame: Frame, port: SwitchPort, direction: Direction): void {
    if (port.tap !== null) port.tap.onFrame(frame, direction);
    const { trace } = this.stats;
    if (trace !== null) trace.onDevice(frame, port, direction);
  }
}
