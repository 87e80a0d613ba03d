/** What `ip -d` says of an interface's kind, one function a kind (iproute2: iplink_bridge.c, iplink_bridge_slave.c). */
import { Bridge } from '../dev/bridge.ts';
import type { NetDevice } from '../netdev.ts';
import type { Printer } from './printer.ts';

/** Prints the lines of the kind and, below, of the port that the interface is. */
export function printLinkInfo(printer: Printer, dev: NetDevice): void {
  const isKind = dev.kind === 'veth' || dev.kind === 'bridge';
  const isPort = dev.master instanceof Bridge;
  if (!isKind && !isPort) return;
  printer.openObject('linkinfo');
  if (isKind) {
    printer.lineEnd();
    printer.field('info_kind', dev.kind, `    ${dev.kind} `);
    if (dev instanceof Bridge) {
      printer.openObject('info_data');
      printBridge(printer, dev);
      printer.close();
    }
  }
  if (isPort) {
    printer.lineEnd();
    printer.field('info_slave_kind', 'bridge', '    bridge_slave ');
    printer.openObject('info_slave_data');
    printBridgePort(printer, dev.master as Bridge, dev);
    printer.close();
  }
  printer.close();
}

function printBridge(_printer: Printer, _bridge: Bridge): void {
  // Filled when the bridge keeps these settings.
}

function printBridgePort(_printer: Printer, _bridge: Bridge, _dev: NetDevice): void {
  // Filled when the ports keep these settings.
}
