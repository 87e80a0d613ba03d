/** Where a bridge sends a frame: to one port or to all that may have it. Twin of net/bridge/br_forward.c. */
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import { devQueueXmit, isForwardable } from '../netdev.ts';
import type { Bridge, BridgePort } from './bridge.ts';
import {
  BR_FLOOD,
  BR_HAIRPIN_MODE,
  BR_ISOLATED,
  BR_NEIGH_SUPPRESS,
  BR_PROXYARP,
  BR_PROXYARP_WIFI,
  BR_STATE_FORWARDING,
} from './bridge-flags.ts';

/** What a frame is to a flood: the flag that lets it out of a port (Linux: enum br_pkt_type): BR_FLOOD, … */
export type FloodFlag = number;
/** Ports that do not want what the bridge has answered for another. */
const ANSWERED_FLAGS = BR_PROXYARP_WIFI | BR_NEIGH_SUPPRESS;

/**
 * Twin of br_forward: to one port, if it may go there. `inPort` is null for the host's own frames; `alsoUp` means that
 * the frame stays the caller's, who passes it up.
 */
export function brForward(
  bridge: Bridge,
  port: BridgePort | null,
  frame: Frame,
  inPort: BridgePort | null,
  alsoUp: boolean,
): void {
  const stats = bridge.ns.machine.stats;
  if (port !== null && port.backup !== null && !isRunning(port)) port = port.backup;
  if (stats.trace !== null) stats.trace.onBridge(frame, bridge, 'known', port?.dev ?? null);
  if (port !== null && shouldDeliver(port, inPort)) transmit(port, inPort, alsoUp ? stats.clone(frame) : frame);
  else if (!alsoUp) stats.drop(frame, Drop.NO_TX_TARGET, bridge);
}

/**
 * Twin of br_flood: a copy for each port but the last, which gets the frame itself, unless it stays the caller's
 * (`alsoUp`). Ports turn off what they do not want, but not what the host itself sends to groups. `isAnswered`: an ARP
 * request that the bridge has replied to.
 */
export function brFlood(
  bridge: Bridge,
  frame: Frame,
  inPort: BridgePort | null,
  flag: FloodFlag,
  alsoUp: boolean,
  isAnswered: boolean,
): void {
  const stats = bridge.ns.machine.stats;
  if (stats.trace !== null) stats.trace.onBridge(frame, bridge, 'flood', null);
  const wanted = inPort === null && flag !== BR_FLOOD ? 0 : flag;
  const unwanted = isAnswered ? BR_PROXYARP | ANSWERED_FLAGS : BR_PROXYARP;
  let previous: BridgePort | null = null;
  for (const port of bridge.ports) {
    if ((port.flags & wanted) !== wanted || (port.flags & unwanted) !== 0) continue;
    if (!shouldDeliver(port, inPort)) continue;
    if (previous !== null) transmit(previous, inPort, stats.clone(frame));
    previous = port;
  }
  if (alsoUp) {
    if (previous !== null) transmit(previous, inPort, stats.clone(frame));
  } else if (previous !== null) transmit(previous, inPort, frame);
  else stats.drop(frame, Drop.NO_TX_TARGET, bridge);
}

function isRunning(port: BridgePort): boolean {
  return port.dev.isUp && port.dev.hasCarrier;
}

/** Twin of should_deliver. */
function shouldDeliver(port: BridgePort, inPort: BridgePort | null): boolean {
  if (port.state !== BR_STATE_FORWARDING) return false;
  if (inPort === null) return true;
  if (port === inPort) return (port.flags & BR_HAIRPIN_MODE) !== 0 && (port.flags & BR_ISOLATED) === 0;
  return (port.flags & inPort.flags & BR_ISOLATED) === 0;
}

/** Twin of __br_forward. */
function transmit(port: BridgePort, inPort: BridgePort | null, frame: Frame): void {
  const { bridge } = port;
  const { ns } = bridge;
  const passed = ns.netfilter === null ? frame : ns.handlers.bridgeNetfilter.forward(bridge, inPort, port, frame);
  if (passed !== null) brDevQueuePushXmit(port, passed);
}

/** Twin of br_dev_queue_push_xmit; what is too long dies without a counter of the interface. */
export function brDevQueuePushXmit(port: BridgePort, frame: Frame): void {
  const { dev } = port;
  if (isForwardable(dev, frame)) devQueueXmit(dev, frame);
  else dev.ns.machine.stats.drop(frame, Drop.PKT_TOO_BIG, dev);
}
