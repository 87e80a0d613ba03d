/** A switch of a bridge's port, as `ip -d link` and `bridge -d link` print it (iproute2: print_on_off). */
import type { BridgePort } from '../dev/bridge.ts';
import { PORT_FLAGS } from '../dev/bridge-flags.ts';
import type { Printer } from './printer.ts';

/** `name` is that of PORT_FLAGS. */
export function printPortFlag(printer: Printer, port: BridgePort, name: string): void {
  const isOn = (port.flags & PORT_FLAGS.get(name)!) !== 0;
  printer.field(name, isOn, `${name} ${isOn ? 'on' : 'off'} `);
}
