/** Entries of a VXLAN device's own table as `bridge fdb` changes them (Linux: vxlan_fdb_add, vxlan_fdb_delete). */
import type { Ip4, Mac } from '../../base/addr.ts';
import { macHi, macLo } from '../../base/addr.ts';
import { FDB_ADDED_BY_USER, FDB_EXT_LEARNED, FDB_LOCAL, FDB_STATIC, FDB_STICKY } from '../../link/fdb.ts';
import type { VxlanFdbEntry, VxlanFdbVerb } from '../dev/vxlan-fdb.ts';
import { NTF_SELF, VxlanRemote } from '../dev/vxlan-fdb.ts';
import type { Vxlan } from '../dev/vxlan.ts';
import type { Errno } from '../errno.ts';
import { NTF_EXT_LEARNED, NTF_ROUTER, NUD_NOARP, NUD_PERMANENT, NUD_REACHABLE } from '../ip/neigh.ts';

/** What was said of an entry beside its address. */
export interface TunnelEntry {
  /** undefined without `dst`. */
  readonly dst: Ip4 | undefined;
  /** 0 for the device's. */
  readonly port: number;
  /** undefined for the device's. */
  readonly vni: number | undefined;
  /** Index of the interface to leave by; 0 for none. */
  readonly via: number;
  readonly isPermanent: boolean;
  readonly isStatic: boolean;
  readonly isDynamic: boolean;
  readonly isUse: boolean;
  readonly isExternLearn: boolean;
  readonly isRouter: boolean;
}

/** A refusal is an error number, or a text of the kernel's. */
export type FdbRefusal = Errno | { readonly text: string };

/** Twin of vxlan_fdb_add. */
export function vxlanFdbAdd(dev: Vxlan, mac: Mac, entry: TunnelEntry, verb: VxlanFdbVerb): FdbRefusal {
  if (entry.dst === undefined) return 'EINVAL';
  const remote = remoteOf(dev, entry);
  if (remote === null) return { text: 'Device not found' };
  const at = { hi: macHi(mac), lo: macLo(mac) };
  const done = dev.fdb.update(verb, at, stateOf(entry), flagsOf(entry), entry.isUse, remote);
  return done === 'not-unicast' ? { text: 'Cannot replace non-unicast fdb entries' } : done;
}

/** Twin of vxlan_fdb_delete. */
export function vxlanFdbDelete(dev: Vxlan, mac: Mac, entry: TunnelEntry): FdbRefusal {
  const remote = remoteOf(dev, entry);
  if (remote === null) return { text: 'Device not found' };
  return dev.fdb.delete(macHi(mac), macLo(mac), remote);
}

/**
 * Twin of vxlan_fdb_delete_bulk: what has the bits that are wanted, by those of bridges. Who added an entry, and if it
 * sticks, is not asked here.
 */
export function vxlanFdbFlush(dev: Vxlan, wanted: ReadonlyMap<number, boolean>): FdbRefusal {
  if (wanted.has(FDB_ADDED_BY_USER) || wanted.has(FDB_STICKY)) {
    return { text: 'Unsupported fdb flush ndm flag bits set' };
  }
  dev.fdb.removeWhere((entry) => [...wanted].every(([flag, isSet]) => ((bridgeFlagsOf(entry) & flag) !== 0) === isSet));
  return '';
}

function bridgeFlagsOf({ state, flags }: VxlanFdbEntry): number {
  const local = (state & NUD_PERMANENT) === 0 ? 0 : FDB_LOCAL;
  const fixed = (state & NUD_NOARP) === 0 ? 0 : FDB_STATIC;
  return local | fixed | ((flags & NTF_EXT_LEARNED) === 0 ? 0 : FDB_EXT_LEARNED);
}

/** Twin of vxlan_fdb_parse: the interface is looked up where the device is by now. Null when it is not there. */
function remoteOf(dev: Vxlan, entry: TunnelEntry): VxlanRemote | null {
  if (entry.via !== 0 && (dev.ns.devices[entry.via] ?? null) === null) return null;
  const { config } = dev;
  const port = entry.port === 0 ? config.dstPort : entry.port;
  return new VxlanRemote(entry.dst ?? 0, port, entry.vni ?? config.vni, entry.via);
}

/** NUD_* as iproute2 makes them of `permanent`, `static` and `dynamic`. */
function stateOf({ isPermanent, isStatic, isDynamic }: TunnelEntry): number {
  let state = isDynamic ? 0 : NUD_NOARP;
  if (isStatic || isDynamic) state |= NUD_REACHABLE;
  return isPermanent ? state | NUD_PERMANENT : state;
}

function flagsOf(entry: TunnelEntry): number {
  let flags = NTF_SELF;
  if (entry.isRouter) flags |= NTF_ROUTER;
  return entry.isExternLearn ? flags | NTF_EXT_LEARNED : flags;
}
