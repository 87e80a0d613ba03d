/** One address as `ip address` prints it (iproute2: ipaddress.c, print_addrinfo). */
import { formatIp4 } from '../../base/addr.ts';
import type { AddressLifetime, InterfaceAddress, NetDevice } from '../netdev.ts';
import type { Printer } from './printer.ts';
import { formatScope } from './rt-names.ts';

const SECOND_NS = 1_000_000_000;
/** What stands for "no end" in netlink (INFINITY_LIFE_TIME). */
const FOREVER = 0xffff_ffff;

/** Prints the record without the object around it; with `isAlone` it says which interface it is of. */
export function printAddressRecord(printer: Printer, dev: NetDevice, entry: InterfaceAddress, isAlone: boolean): void {
  const { brief, numeric } = printer.options;
  if (!brief) {
    if (isAlone) {
      printer.json('index', dev.ifIndex);
      printer.json('dev', dev.name);
      printer.text(`${dev.ifIndex}: ${dev.name}`);
    }
    printer.field('family', 'inet', '    inet ');
  }
  const local = formatIp4(entry.address);
  printer.inked('inet', 'local', local, local);
  if (entry.peer !== entry.address) {
    const peer = formatIp4(entry.peer);
    printer.text(' peer ');
    printer.inked('inet', 'address', peer, peer);
  }
  printer.field('prefixlen', entry.prefixLen, `/${entry.prefixLen} `);
  if (entry.metric !== 0) printer.field('metric', entry.metric, `metric ${entry.metric} `);
  if (brief) return;
  if (entry.broadcast !== 0) {
    const broadcast = formatIp4(entry.broadcast);
    printer.text('brd ');
    printer.inked('inet', 'broadcast', broadcast, `${broadcast} `);
  }
  const scope = formatScope(entry.scope, numeric);
  printer.field('scope', scope, `scope ${scope} `);
  printFlags(printer, entry);
  if (entry.label !== '') printer.field('label', entry.label, entry.label);
  printLifetime(printer, entry.lifetime, dev.ns.machine.sched.now);
  printer.text('\n');
}

function printFlags(printer: Printer, entry: InterfaceAddress): void {
  if (entry.isSecondary) printer.field('secondary', true, 'secondary ');
  if (entry.isDeprecated) printer.field('deprecated', true, 'deprecated ');
  if (entry.lifetime !== null) printer.field('dynamic', true, 'dynamic ');
  if (entry.hasNoPrefixRoute) printer.field('noprefixroute', true, 'noprefixroute ');
}

function printLifetime(printer: Printer, lifetime: AddressLifetime | null, nowNs: number): void {
  const valid = secondsLeft(lifetime?.validUntilNs ?? Infinity, nowNs);
  const preferred = secondsLeft(lifetime?.preferredUntilNs ?? Infinity, nowNs);
  printer.lineEnd();
  printer.text('       valid_lft ');
  printer.field('valid_life_time', valid, valid === FOREVER ? 'forever' : `${valid}sec`);
  printer.text(' preferred_lft ');
  printer.field('preferred_life_time', preferred, preferred === FOREVER ? 'forever' : `${preferred}sec`);
}

/** Whole seconds that have not begun to pass count (Linux: inet_fill_ifaddr). */
function secondsLeft(untilNs: number, nowNs: number): number {
  return untilNs === Infinity ? FOREVER : Math.max(Math.ceil((untilNs - nowNs) / SECOND_NS), 0);
}
