/** Ports of a bridge, its addresses and its MTU (Linux: net/bridge/br_if.c, and br_fdb.c for its own addresses). */
import { macHi, macLo } from '../../base/addr.ts';
import { FDB_LOCAL } from '../../link/fdb.ts';
import type { NetDevice } from '../netdev.ts';
import { BRIDGE_MTU, Bridge, BridgePort } from './bridge.ts';
import { brPortCheck, brPortStateSelection } from './bridge-stp.ts';

/** Port number 0 in the table stands for the bridge itself. */
const BRIDGE_ITSELF = 0;

/** The interface in its role as a port, or null (Linux: br_port_get_rtnl). */
export function brPortOf(dev: NetDevice): BridgePort | null {
  return dev.rxHandler instanceof BridgePort ? dev.rxHandler : null;
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
  brPortCheck(port);
  brMtuAutoAdjust(bridge);
  return port;
}

/** Twin of br_del_if. */
export function brDelIf(bridge: Bridge, dev: NetDevice): void {
  const port = brPortOf(dev);
  if (port?.bridge !== bridge) return;
  bridge.removePort(port);
  for (const other of bridge.ports) if (other.backup === port) other.backup = null;
  dev.master = null;
  dev.rxHandler = null;
  bridge.fdb.removeWhere((entry) => entry.port === port.number && !entry.isLocal);
  for (const entry of bridge.fdb.entries()) {
    if (entry.port === port.number) deleteLocal(bridge, port.number, macHi(entry.mac), macLo(entry.mac));
  }
  brMtuAutoAdjust(bridge);
  recalculateMac(bridge);
  brPortStateSelection(bridge);
}

/** The bridge's own address was set or chosen anew (br_stp_change_bridge_id, br_fdb_change_mac_address). */
export function brMacChanged(bridge: Bridge, oldHi: number, oldLo: number): void {
  if (bridge.fdb.find(oldHi, oldLo) === (FDB_LOCAL | BRIDGE_ITSELF)) deleteLocal(bridge, BRIDGE_ITSELF, oldHi, oldLo);
  if (bridge.mac !== 0) bridge.fdb.addLocal(bridge.macHi, bridge.macLo, BRIDGE_ITSELF);
  brPortStateSelection(bridge);
}

/** A port's address was changed (br_fdb_changeaddr). */
export function brPortMacChanged(port: BridgePort, oldHi: number, oldLo: number): void {
  const { bridge, dev, number } = port;
  if (bridge.fdb.find(oldHi, oldLo) === (FDB_LOCAL | number)) deleteLocal(bridge, number, oldHi, oldLo);
  bridge.fdb.addLocal(dev.macHi, dev.macLo, number);
  recalculateMac(bridge);
}

/** Twin of br_mtu_auto_adjust. */
export function brMtuAutoAdjust(bridge: Bridge): void {
  if (bridge.hasFixedMtu) return;
  bridge.mtu = bridge.ports.length === 0 ? BRIDGE_MTU : Math.min(...bridge.ports.map((port) => port.dev.mtu));
}

/** Twin of fdb_delete_local: the entry goes over to another port, or the bridge, that has the same address. */
function deleteLocal(bridge: Bridge, portNumber: number, hi: number, lo: number): void {
  const isSame = (dev: NetDevice): boolean => dev.macHi === hi && dev.macLo === lo;
  const other = bridge.ports.find((port) => port.number !== portNumber && isSame(port.dev));
  if (other !== undefined) bridge.fdb.setLocalPort(hi, lo, other.number);
  else if (portNumber !== BRIDGE_ITSELF && isSame(bridge)) bridge.fdb.setLocalPort(hi, lo, BRIDGE_ITSELF);
  else bridge.fdb.remove(hi, lo);
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
