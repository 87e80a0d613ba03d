/**
 * A Linux bridge (net/bridge): learns on its ports, forwards by its table, floods what it does not know, and passes up
 * what is for the host. Twins: br_handle_frame_finish, br_dev_xmit, br_flood, br_forward.
 *
 *        host stack
 *            │ brDevXmit ↓   ↑ passUp
 *       ┌────┴─────────────────┐
 *       │ br0       table: FDB │
 *       └─┬───────┬───────┬────┘
 *       veth1   veth2   eth1        ports; each is another device's master
 */
import type { Mac } from '../../base/addr.ts';
import { macHi, macLo } from '../../base/addr.ts';
import { Drop } from '../../link/drop.ts';
import { FDB_LOCAL, FDB_MISS, FDB_MOVED, FDB_UNCHANGED, Fdb } from '../../link/fdb.ts';
import type { Frame } from '../../link/frame.ts';
import { RX } from '../../link/trace-sink.ts';
import * as ethernet from '../../wire/ethernet.ts';
import type { LinkKind, RxHandler } from '../netdev.ts';
import { devQueueXmit, isForwardable, NetDevice, netifReceive } from '../netdev.ts';
import type { Netns } from '../netns.ts';

const ETHERNET_MTU = 1500;
/** Port number 0 in the table stands for the bridge itself. */
const BRIDGE_ITSELF = 0;

/** An interface in its role as a port (Linux: struct net_bridge_port). */
export class BridgePort implements RxHandler {
  readonly bridge: Bridge;
  readonly dev: NetDevice;
  /** From 1; the lowest free number when the port was added. */
  readonly number: number;
  /** Frames may leave by the port they came by (hairpin_mode). */
  isHairpin: boolean;
  isLearning: boolean;

  constructor(bridge: Bridge, dev: NetDevice, number: number) {
    this.bridge = bridge;
    this.dev = dev;
    this.number = number;
    this.isHairpin = false;
    this.isLearning = true;
  }

  handleFrame(frame: Frame): void {
    this.bridge.handleFrame(this, frame);
  }
}

export class Bridge extends NetDevice {
  readonly kind: LinkKind = 'bridge';
  readonly fdb: Fdb;
  /** In the order in which they were added; floods go round in this order. */
  readonly ports: BridgePort[];
  /** The same by port number; null where there is none. */
  private readonly numbered: (BridgePort | null)[];
  /** The MAC was set by hand; otherwise it is the smallest of the ports' (br_stp_recalculate_bridge_id). */
  hasFixedMac: boolean;
  /** The MTU was set by hand; otherwise it is the smallest of the ports' (br_mtu_auto_adjust). */
  hasFixedMtu: boolean;

  constructor(ns: Netns, name: string, mac: Mac) {
    super(ns, name, mac, ETHERNET_MTU, false);
    this.fdb = new Fdb(ns.machine.sched);
    this.ports = [];
    this.numbered = [null];
    this.hasFixedMac = false;
    this.hasFixedMtu = false;
  }

  get hasCarrier(): boolean {
    return this.ports.some((port) => port.dev.isUp && port.dev.hasCarrier);
  }

  portByNumber(number: number): BridgePort | null {
    return number < this.numbered.length ? this.numbered[number]! : null;
  }

  addPort(port: BridgePort): void {
    this.ports.push(port);
    while (this.numbered.length <= port.number) this.numbered.push(null);
    this.numbered[port.number] = port;
  }

  removePort(port: BridgePort): void {
    this.ports.splice(this.ports.indexOf(port), 1);
    this.numbered[port.number] = null;
  }

  /** A frame that the host sends through the bridge (br_dev_xmit). */
  xmit(frame: Frame): void {
    this.accepted(frame);
    const v = frame.slab.view;
    const o = frame.head;
    if (!ethernet.isMulticast(v, o)) {
      const found = this.fdb.find(ethernet.dstHi(v, o), ethernet.dstLo(v, o));
      if (found !== FDB_MISS) {
        this.forwardTo(this.portByNumber(found & ~FDB_LOCAL), frame, null);
        return;
      }
    }
    this.flood(frame, null, false);
  }

  /** Twin of br_handle_frame_finish. Takes ownership. */
  handleFrame(inPort: BridgePort, frame: Frame): void {
    const stats = this.ns.machine.stats;
    if (!this.isUp) {
      stats.drop(frame, Drop.DEV_READY, this);
      return;
    }
    if (!stats.crossBridge(frame, inPort.dev)) return;
    const v = frame.slab.view;
    const o = frame.head;
    if (inPort.isLearning && !ethernet.isMulticast(v, o + 6)) this.learn(inPort, frame);
    // A watcher of the bridge sees all that crosses it, as a promiscuous capture does.
    if (this.tap !== null) this.tap.onFrame(frame, RX);
    if (stats.trace !== null) stats.trace.onDevice(frame, this, RX);
    if (ethernet.isMulticast(v, o)) {
      this.flood(frame, inPort, true);
      return;
    }
    const found = this.fdb.find(ethernet.dstHi(v, o), ethernet.dstLo(v, o));
    if (found === FDB_MISS) this.flood(frame, inPort, false);
    else if ((found & FDB_LOCAL) !== 0) this.passUp(frame);
    else this.forwardTo(this.portByNumber(found), frame, inPort);
  }

  private learn(inPort: BridgePort, frame: Frame): void {
    const v = frame.slab.view;
    const o = frame.head;
    const change = this.fdb.fdbUpdate(ethernet.srcHi(v, o), ethernet.srcLo(v, o), inPort.number);
    const trace = this.ns.machine.stats.trace;
    if (change !== FDB_UNCHANGED && trace !== null) trace.onLearn(frame, this, inPort.dev, change === FDB_MOVED);
  }

  /** Twin of br_forward: to one port, if it may go there. */
  private forwardTo(port: BridgePort | null, frame: Frame, inPort: BridgePort | null): void {
    const stats = this.ns.machine.stats;
    if (stats.trace !== null) stats.trace.onBridge(frame, this, 'known', port?.dev ?? null);
    if (port === null || !this.shouldDeliver(port, inPort)) {
      stats.drop(frame, Drop.NO_TX_TARGET, this);
      return;
    }
    this.transmit(port, frame);
  }

  /** Twin of br_flood: copies for all ports but the last, which gets the frame itself unless the host wants it too. */
  private flood(frame: Frame, inPort: BridgePort | null, alsoUp: boolean): void {
    const stats = this.ns.machine.stats;
    if (stats.trace !== null) stats.trace.onBridge(frame, this, 'flood', null);
    let previous: BridgePort | null = null;
    for (const port of this.ports) {
      if (!this.shouldDeliver(port, inPort)) continue;
      if (previous !== null) this.transmit(previous, stats.clone(frame));
      previous = port;
    }
    if (alsoUp) {
      if (previous !== null) this.transmit(previous, stats.clone(frame));
      this.passUp(frame);
    } else if (previous !== null) this.transmit(previous, frame);
    else stats.drop(frame, Drop.NO_TX_TARGET, this);
  }

  /** Twin of should_deliver: a port forwards while it is up and has a carrier (br_port_carrier_check). */
  private shouldDeliver(port: BridgePort, inPort: BridgePort | null): boolean {
    return port.dev.isUp && port.dev.hasCarrier && (port !== inPort || port.isHairpin);
  }

  private transmit(port: BridgePort, frame: Frame): void {
    if (!isForwardable(port.dev, frame)) {
      port.dev.txDropped++;
      this.ns.machine.stats.drop(frame, Drop.PKT_TOO_BIG, port.dev);
      return;
    }
    devQueueXmit(port.dev, frame);
  }

  /** Twin of br_pass_frame_up: the frame is the host's. */
  private passUp(frame: Frame): void {
    this.rxPackets++;
    this.rxBytes += frame.tail - frame.head;
    frame.dev = this;
    if (this.ns.packetSockets !== null) this.ns.packetSockets.onFrame(this, frame, RX);
    netifReceive(this, frame);
  }
}

/** Twin of br_add_if: makes `dev` a port. The caller has checked that it may be one. */
export function brAddIf(bridge: Bridge, dev: NetDevice): BridgePort {
  let number = 1;
  while (bridge.portByNumber(number) !== null) number++;
  const port = new BridgePort(bridge, dev, number);
  bridge.addPort(port);
  dev.master = bridge;
  dev.rxHandler = port;
  bridge.fdb.addLocal(dev.macHi, dev.macLo, number);
  recalculateMac(bridge);
  brMtuAutoAdjust(bridge);
  return port;
}

/** Twin of br_del_if. */
export function brDelIf(bridge: Bridge, dev: NetDevice): void {
  const port = bridge.ports.find((other) => other.dev === dev);
  if (port === undefined) return;
  bridge.removePort(port);
  dev.master = null;
  dev.rxHandler = null;
  bridge.fdb.flush(port.number, true);
  addLocals(bridge);
  brMtuAutoAdjust(bridge);
  recalculateMac(bridge);
  brCarrierChanged(bridge);
}

/** The bridge's own address was set or chosen anew (br_fdb_change_mac_address). */
export function brMacChanged(bridge: Bridge, oldHi: number, oldLo: number): void {
  if (bridge.fdb.find(oldHi, oldLo) === (FDB_LOCAL | BRIDGE_ITSELF)) bridge.fdb.remove(oldHi, oldLo);
  addLocals(bridge);
}

/** A port's address was changed (br_fdb_changeaddr). */
export function brPortMacChanged(bridge: Bridge, port: BridgePort, oldHi: number, oldLo: number): void {
  if (bridge.fdb.find(oldHi, oldLo) === (FDB_LOCAL | port.number)) bridge.fdb.remove(oldHi, oldLo);
  addLocals(bridge);
  recalculateMac(bridge);
}

/** A port went down or lost its carrier: what was learned there is forgotten (br_stp_disable_port). */
export function brPortDisabled(bridge: Bridge, dev: NetDevice): void {
  const port = bridge.ports.find((other) => other.dev === dev);
  if (port !== undefined) bridge.fdb.flush(port.number, false);
  brCarrierChanged(bridge);
}

/** Twin of br_mtu_auto_adjust. */
export function brMtuAutoAdjust(bridge: Bridge): void {
  if (bridge.hasFixedMtu) return;
  bridge.mtu = bridge.ports.length === 0 ? ETHERNET_MTU : Math.min(...bridge.ports.map((port) => port.dev.mtu));
}

/** A bridge without a working port has no carrier itself: its neighbours are out of reach. */
function brCarrierChanged(bridge: Bridge): void {
  if (!bridge.hasCarrier) bridge.ns.neighbours.carrierDown(bridge);
}

/** Enters the addresses of all ports and of the bridge itself; those that are there stay as they are. */
function addLocals(bridge: Bridge): void {
  for (const port of bridge.ports) bridge.fdb.addLocal(port.dev.macHi, port.dev.macLo, port.number);
  if (bridge.mac !== 0) bridge.fdb.addLocal(bridge.macHi, bridge.macLo, BRIDGE_ITSELF);
}

/**
 * Twin of br_stp_recalculate_bridge_id: the smallest MAC of the ports, unless one was set by hand; all zeros when the
 * last port has gone.
 */
function recalculateMac(bridge: Bridge): void {
  if (bridge.hasFixedMac) return;
  const smallest = bridge.ports.length === 0 ? 0 : Math.min(...bridge.ports.map((port) => port.dev.mac));
  if (smallest === bridge.mac) return;
  const [oldHi, oldLo] = [bridge.macHi, bridge.macLo];
  bridge.macHi = macHi(smallest);
  bridge.macLo = macLo(smallest);
  brMacChanged(bridge, oldHi, oldLo);
  bridge.ns.neighbours.flushDevice(bridge);
  bridge.ns.routes.flush();
}
