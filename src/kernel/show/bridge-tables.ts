/**
 * `bridge vlan show` and `bridge mdb show` of bridges that do not filter VLANs and keep no groups: their heads, and
 * nothing below (iproute2: bridge/vlan.c, bridge/mdb.c).
 */
import type { AdminResult } from '../admin/result.ts';
import { failure, INCOMPLETE } from '../admin/result.ts';
import type { Netns } from '../netns.ts';
import { JsonObject } from './json.ts';
import type { ShowOptions } from './options.ts';
import { Printer } from './printer.ts';

/** exit(-1) */
const FAILED = 255;

/** Null, or the complaint about `dev DEV`. */
function deviceFlaw(ns: Netns, args: readonly string[]): AdminResult | null {
  const at = args.indexOf('dev');
  if (at < 0) return null;
  const name = args[at + 1];
  if (name === undefined) return INCOMPLETE;
  return ns.deviceByName(name) === null ? failure(FAILED, `Cannot find device "${name}"`) : null;
}

export function showBridgeVlans(ns: Netns, args: readonly string[], options: ShowOptions): AdminResult {
  const flaw = deviceFlaw(ns, args);
  if (flaw !== null) return flaw;
  const printer = new Printer(options);
  printer.text(options.statistics > 0 ? 'port              vlan-id\n' : 'port              vlan-id  \n');
  return printer.result();
}

export function showBridgeTunnels(ns: Netns, args: readonly string[], options: ShowOptions): AdminResult {
  const flaw = deviceFlaw(ns, args);
  if (flaw !== null) return flaw;
  const printer = new Printer(options);
  printer.text('port              vlan-id    tunnel-id\n');
  return printer.result();
}

export function showBridgeGroups(ns: Netns, args: readonly string[], options: ShowOptions): AdminResult {
  const flaw = deviceFlaw(ns, args);
  if (flaw !== null) return flaw;
  const printer = new Printer(options);
  printer.openObject();
  printer.json('mdb', []);
  printer.json('router', new JsonObject());
  printer.close();
  return printer.result();
}
