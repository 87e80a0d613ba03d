/**
 * The states of a bridge's ports where no spanning tree runs: a port that works forwards (Linux: br_stp_if.c and
 * br_stp.c with stp_state 0).
 */
import type { Bridge, BridgePort } from './bridge.ts';
import type { BridgePortState } from './bridge-flags.ts';
import { BR_STATE_BLOCKING, BR_STATE_DISABLED, BR_STATE_FORWARDING } from './bridge-flags.ts';
import { jiffiesToNs } from './bridge-settings.ts';

/** A port, its carrier or its bridge came or went (br_device_event, br_stp_enable_bridge, br_port_carrier_check). */
export function brPortCheck(port: BridgePort): void {
  const { bridge, dev } = port;
  const isRunning = bridge.isUp && dev.isUp && dev.hasCarrier;
  if (isRunning && port.state === BR_STATE_DISABLED) {
    port.state = BR_STATE_BLOCKING;
    brPortStateSelection(bridge);
  } else if (!isRunning && port.state !== BR_STATE_DISABLED) {
    port.state = BR_STATE_DISABLED;
    port.forwardDelayEndNs = 0;
    // Twin of br_stp_disable_port: what was learned there is forgotten.
    bridge.fdb.flush(port.number, false);
    brPortStateSelection(bridge);
  }
}

/** Twin of br_set_port_state of netlink: an administrator's choice. False when the port does not work (ENETDOWN). */
export function brSetPortState(port: BridgePort, state: BridgePortState): boolean {
  const { dev } = port;
  if (!dev.isUp || (!dev.hasCarrier && state !== BR_STATE_DISABLED)) return false;
  port.state = state;
  brPortStateSelection(port.bridge);
  return true;
}

/** Twin of br_port_state_selection: a port that blocks forwards now; the bridge has a carrier while one forwards. */
export function brPortStateSelection(bridge: Bridge): void {
  let forwarding = 0;
  for (const port of bridge.ports) {
    if (port.state === BR_STATE_BLOCKING) makeForwarding(port);
    if (port.state === BR_STATE_FORWARDING) forwarding++;
  }
  const isLost = bridge.hasCarrier && forwarding === 0;
  bridge.setCarrier(forwarding > 0);
  if (isLost) bridge.ns.neighbours.carrierDown(bridge);
}

/** Twin of br_make_forwarding: at once; the timer that a spanning tree would wait for runs all the same. */
function makeForwarding(port: BridgePort): void {
  port.state = BR_STATE_FORWARDING;
  const { settings, ns } = port.bridge;
  if (settings.forwardDelay === 0) return;
  port.forwardDelayEndNs = ns.machine.sched.now + jiffiesToNs(settings.forwardDelay);
}
