/** What a bridge does with a frame that comes in by one of its ports. Twin of net/bridge/br_input.c. */
import { Drop } from '../../link/drop.ts';
import { FDB_LOCAL, FDB_MISS, FDB_MOVED, FDB_UNCHANGED } from '../../link/fdb.ts';
import type { Frame } from '../../link/frame.ts';
import { PACKET_BROADCAST, PACKET_HOST, PACKET_MULTICAST, PACKET_OTHERHOST, resetFlow } from '../../link/frame.ts';
import { RX } from '../../link/trace-sink.ts';
import * as ethernet from '../../wire/ethernet.ts';
import { netifReceiveTyped } from '../netdev.ts';
import type { Bridge, BridgePort } from './bridge.ts';
import { brProxySuppressArp } from './bridge-arp.ts';
import {
  BR_ARP_FLAGS,
  BR_BCAST_FLOOD,
  BR_FLOOD,
  BR_LEARNING,
  BR_MCAST_FLOOD,
  BR_PORT_LOCKED,
  BR_STATE_FORWARDING,
  BR_STATE_LEARNING,
} from './bridge-flags.ts';
import { brFlood, brForward } from './bridge-forward.ts';

/** 01:80:c2:00:00:00 to …:0f, link-local to a segment (IEEE 802.1D table 7-10). */
const LINK_LOCAL_HI = 0x0180;
const LINK_LOCAL_LO = 0xc2000000 | 0;
const GROUP_PAUSE = 0x01;
const GROUP_BRIDGE = 0x00;

/**
 * Twin of br_handle_frame: takes the frame and answers true, or leaves it to the port's own protocols (false): that
 * is where link-local groups end.
 */
export function brHandleFrame(port: BridgePort, frame: Frame): boolean {
  const v = frame.slab.view;
  const o = frame.head;
  const stats = port.dev.ns.machine.stats;
  const isNobody = ethernet.srcLo(v, o) === 0 && ethernet.srcHi(v, o) === 0;
  if (isNobody || ethernet.isMulticast(v, o + 6)) {
    stats.drop(frame, Drop.MAC_INVALID_SOURCE, port.dev);
    return true;
  }
  if (ethernet.dstHi(v, o) === LINK_LOCAL_HI && (ethernet.dstLo(v, o) & ~0xf) === LINK_LOCAL_LO) {
    const group = ethernet.dstLo(v, o) & 0xf;
    if (group === GROUP_PAUSE) {
      stats.drop(frame, Drop.MAC_IEEE_MAC_CONTROL, port.dev);
      return true;
    }
    if (!forwardsGroup(port, group)) {
      if (port.bridge.settings.noLinklocalLearn === 0 && learns(port)) learn(port, frame);
      return false;
    }
  }
  if (port.state !== BR_STATE_FORWARDING && port.state !== BR_STATE_LEARNING) {
    stats.drop(frame, Drop.BRIDGE_INGRESS_STP_STATE, port.dev);
    return true;
  }
  const { bridge } = port;
  if (bridge.ns.netfilter === null) brHandleFrameFinish(bridge, port, frame);
  else preRouting(bridge, port, frame);
  return true;
}

/** Slow path: netfilter wants to see what comes in. */
function preRouting(bridge: Bridge, port: BridgePort, frame: Frame): void {
  const passed = bridge.ns.handlers.bridgeNetfilter.preRouting(bridge, port, frame);
  if (passed !== null) brHandleFrameFinish(bridge, port, passed);
}

/** Without STP, bridges hand on the BPDUs of others, so that these can see loops. */
function forwardsGroup(port: BridgePort, group: number): boolean {
  return group === GROUP_BRIDGE || ((port.groupFwdMask | port.bridge.settings.groupFwdMask) & (1 << group)) !== 0;
}

function learns(port: BridgePort): boolean {
  if ((port.flags & BR_LEARNING) === 0) return false;
  return port.state === BR_STATE_FORWARDING || port.state === BR_STATE_LEARNING;
}

/** Twin of br_handle_frame_finish. Takes ownership. */
export function brHandleFrameFinish(bridge: Bridge, inPort: BridgePort, frame: Frame): void {
  const stats = bridge.ns.machine.stats;
  if (!stats.crossBridge(frame, inPort.dev)) return;
  const v = frame.slab.view;
  const o = frame.head;
  if ((inPort.flags & BR_PORT_LOCKED) !== 0 && !isKnownAt(inPort, frame)) {
    stats.drop(frame, Drop.X_BRIDGE_LOCKED_PORT, inPort.dev);
    return;
  }
  if ((inPort.flags & BR_LEARNING) !== 0) learn(inPort, frame);
  if (inPort.state === BR_STATE_LEARNING) {
    stats.drop(frame, Drop.BRIDGE_INGRESS_STP_STATE, inPort.dev);
    return;
  }
  // A watcher of the bridge sees all that crosses it, as a promiscuous capture does.
  if (bridge.tap !== null) bridge.tap.onFrame(frame, RX);
  if (stats.trace !== null) stats.trace.onDevice(frame, bridge, RX);
  const isAnswered = (bridge.portFlags & BR_ARP_FLAGS) !== 0 && brProxySuppressArp(bridge, frame, inPort);
  if (ethernet.isMulticast(v, o)) {
    groupFrame(bridge, inPort, frame, isAnswered);
    return;
  }
  const isPromisc = bridge.promiscuity > 0;
  const found = bridge.fdb.findForFrame(ethernet.dstHi(v, o), ethernet.dstLo(v, o));
  if (found !== FDB_MISS && (found & FDB_LOCAL) !== 0) {
    passUp(bridge, inPort, frame, false);
    return;
  }
  if (found === FDB_MISS) brFlood(bridge, frame, inPort, BR_FLOOD, isPromisc, isAnswered);
  else brForward(bridge, bridge.portByNumber(found), frame, inPort, isPromisc);
  if (isPromisc) passUp(bridge, inPort, frame, true);
}

/** Broadcasts and groups go to all ports and to the host. */
function groupFrame(bridge: Bridge, inPort: BridgePort, frame: Frame, isAnswered: boolean): void {
  const isBroadcast = ethernet.isBroadcast(frame.slab.view, frame.head);
  if (!isBroadcast) bridge.multicast++;
  brFlood(bridge, frame, inPort, isBroadcast ? BR_BCAST_FLOOD : BR_MCAST_FLOOD, true, isAnswered);
  passUp(bridge, inPort, frame, bridge.promiscuity > 0);
}

/** Whether a locked port may take frames of this sender. */
function isKnownAt(port: BridgePort, frame: Frame): boolean {
  const v = frame.slab.view;
  return port.bridge.fdb.find(ethernet.srcHi(v, frame.head), ethernet.srcLo(v, frame.head)) === port.number;
}

function learn(inPort: BridgePort, frame: Frame): void {
  const v = frame.slab.view;
  const o = frame.head;
  const { bridge } = inPort;
  const change = bridge.fdb.fdbUpdate(ethernet.srcHi(v, o), ethernet.srcLo(v, o), inPort.number);
  if (change === FDB_UNCHANGED) return;
  const trace = bridge.ns.machine.stats.trace;
  if (trace !== null) trace.onLearn(frame, bridge, inPort.dev, change === FDB_MOVED);
}

/**
 * Twin of br_pass_frame_up: the frame is the host's, or a copy for who watches the bridge. For whom it is was found
 * at the port (eth_type_trans), or is the bridge's own address; what netfilter has sent elsewhere stays the host's.
 * What comes up because somebody listens belongs to no connection any more.
 */
function passUp(bridge: Bridge, inPort: BridgePort, frame: Frame, isPromisc: boolean): void {
  bridge.rxPackets++;
  // The header has been pulled when Linux counts.
  bridge.rxBytes += frame.tail - frame.head - ethernet.HEADER_LEN;
  frame.dev = bridge;
  const v = frame.slab.view;
  const o = frame.head;
  if (ethernet.isMulticast(v, o)) {
    frame.packetType = ethernet.isBroadcast(v, o) ? PACKET_BROADCAST : PACKET_MULTICAST;
  } else if (frame.physIn !== inPort.dev) {
    const hi = ethernet.dstHi(v, o);
    const lo = ethernet.dstLo(v, o);
    const isMine = (lo === bridge.macLo && hi === bridge.macHi) || (lo === inPort.dev.macLo && hi === inPort.dev.macHi);
    frame.packetType = isMine ? PACKET_HOST : PACKET_OTHERHOST;
  }
  if (bridge.ns.packetSockets !== null) bridge.ns.packetSockets.onFrame(bridge, frame, RX);
  if (isPromisc && frame.flows !== null) resetFlow(frame);
  const isPlain = frame.flows === null || frame.packetType === PACKET_HOST;
  const passed = isPlain ? frame : bridge.ns.handlers.bridgeNetfilter.localIn(bridge, frame);
  if (passed !== null) netifReceiveTyped(bridge, passed);
}
