/**
 * The forwarding table of a VXLAN device: which tunnel endpoints lead to a MAC address (Linux: struct vxlan_fdb, struct
 * vxlan_rdst, vxlan_fdb_update and its neighbours in vxlan_core.c). An address may have several remotes, all of which
 * get a copy; that of all zeros stands for every address that is not known.
 *
 *   MacTable: MAC → place      places: entries      columns by place: used, updated
 */
import type { Ip4, Mac } from '../../base/addr.ts';
import { macFrom } from '../../base/addr.ts';
import { MacTable } from '../../base/table.ts';
import type { Scheduler } from '../../sim/scheduler.ts';
import type { Errno } from '../errno.ts';
import { NUD_NOARP, NUD_PERMANENT } from '../ip/neigh.ts';
import type { DstEntry } from '../ip/route.ts';

/** Does not age and is not moved by learning. */
export const NUD_FIXED = NUD_PERMANENT | NUD_NOARP;

/** Of the device itself, not of its bridge (NTF_SELF). */
export const NTF_SELF = 0x02;

/** How an entry is to be entered (NLM_F_EXCL, NLM_F_APPEND, NLM_F_REPLACE). */
export type VxlanFdbVerb = 'add' | 'append' | 'replace';

/** One endpoint behind an address (Linux: struct vxlan_rdst). */
export class VxlanRemote {
  /** 0 for none: such an address leads nowhere. */
  ip: Ip4;
  port: number;
  vni: number;
  /** Index of the underlay's interface to leave by; 0 leaves it to the routes. */
  ifIndex: number;
  /** The way there, while the namespace's routes are of the same generation (dst_cache). */
  dst: DstEntry | null;

  constructor(ip: Ip4, port: number, vni: number, ifIndex: number) {
    this.ip = ip;
    this.port = port;
    this.vni = vni;
    this.ifIndex = ifIndex;
    this.dst = null;
  }

  isSame(other: VxlanRemote): boolean {
    const { ip, port, vni, ifIndex } = this;
    return ip === other.ip && port === other.port && vni === other.vni && ifIndex === other.ifIndex;
  }
}

/** What is known of one MAC address. */
export class VxlanFdbEntry {
  readonly macHi: number;
  readonly macLo: number;
  /** NUD_* */
  state: number;
  /** NTF_* */
  flags: number;
  /** An administrator made it or changed it (NTF_VXLAN_ADDED_BY_USER). */
  isByUser: boolean;
  /** Never empty; the first one counts where there can be only one. */
  remotes: VxlanRemote[];
  readonly place: number;

  constructor(macHi: number, macLo: number, state: number, flags: number, remote: VxlanRemote, place: number) {
    this.macHi = macHi;
    this.macLo = macLo;
    this.state = state;
    this.flags = flags;
    this.isByUser = false;
    this.remotes = [remote];
    this.place = place;
  }

  get mac(): Mac {
    return macFrom(this.macHi, this.macLo);
  }

  /** Groups and the entry for all others may have several remotes. */
  get isForMany(): boolean {
    return (this.macHi & 0x0100) !== 0 || (this.macHi === 0 && this.macLo === 0);
  }
}

const FIRST_CAPACITY = 16;

export class VxlanFdb {
  private readonly sched: Scheduler;
  private readonly table: MacTable;
  private readonly places: (VxlanFdbEntry | null)[];
  private readonly freePlaces: number[];
  /** In the order in which they came (Linux: fdb_list, the other way round). */
  private order: VxlanFdbEntry[];
  private used: Float64Array;
  private updated: Float64Array;
  /** The entry that was found last: frames come and go in rows. */
  private last: VxlanFdbEntry | null;
  /** Entries at most, 0 for any number (cfg.addrmax). */
  limit: number;

  constructor(sched: Scheduler) {
    this.sched = sched;
    this.table = new MacTable();
    this.places = [];
    this.freePlaces = [];
    this.order = [];
    this.used = new Float64Array(FIRST_CAPACITY);
    this.updated = new Float64Array(FIRST_CAPACITY);
    this.last = null;
    this.limit = 0;
  }

  get size(): number {
    return this.order.length;
  }

  /** Twin of vxlan_find_mac. */
  find(macHi: number, macLo: number): VxlanFdbEntry | null {
    const { last } = this;
    if (last !== null && last.macLo === macLo && last.macHi === macHi) return last;
    const slot = this.table.find(macHi, macLo);
    return slot < 0 ? null : (this.last = this.places[this.table.values[slot]!]!);
  }

  /** Twin of vxlan_find_mac_tx: a frame is about to go there. */
  findForFrame(macHi: number, macLo: number): VxlanFdbEntry | null {
    const entry = this.find(macHi, macLo);
    if (entry !== null) this.used[entry.place] = this.sched.now;
    return entry;
  }

  /** A frame has come from there. */
  touch(entry: VxlanFdbEntry): void {
    this.updated[entry.place] = this.sched.now;
  }

  usedNs(entry: VxlanFdbEntry): number {
    return this.used[entry.place]!;
  }

  updatedNs(entry: VxlanFdbEntry): number {
    return this.updated[entry.place]!;
  }

  /** The newest first, as the kernel lists them. */
  list(): VxlanFdbEntry[] {
    return this.order.toReversed();
  }

  /** Twin of vxlan_fdb_create; null when there is no room. */
  create(macHi: number, macLo: number, state: number, flags: number, remote: VxlanRemote): VxlanFdbEntry | null {
    if (this.limit !== 0 && this.order.length >= this.limit) return null;
    const place = this.freePlaces.pop() ?? this.places.length;
    if (place >= this.used.length) this.grow();
    const entry = new VxlanFdbEntry(macHi, macLo, state, flags, remote, place);
    this.places[place] = entry;
    const slot = this.table.insert(macHi, macLo);
    this.table.values[slot] = place;
    this.used[place] = this.sched.now;
    this.updated[place] = this.sched.now;
    this.order.push(entry);
    return entry;
  }

  /** Twin of vxlan_fdb_destroy. */
  remove(entry: VxlanFdbEntry): void {
    this.table.remove(entry.macHi, entry.macLo);
    this.places[entry.place] = null;
    this.last = null;
    this.freePlaces.push(entry.place);
    this.order = this.order.filter((other) => other !== entry);
  }

  /** Twin of vxlan_flush. */
  removeWhere(isMeant: (entry: VxlanFdbEntry) => boolean): void {
    for (const entry of this.order) if (isMeant(entry)) this.remove(entry);
  }

  /** Twin of vxlan_fdb_update for an administrator: enters an address or changes what is known of it. */
  update(
    verb: VxlanFdbVerb,
    mac: { readonly hi: number; readonly lo: number },
    state: number,
    flags: number,
    isUse: boolean,
    remote: VxlanRemote,
  ): Errno | 'not-unicast' {
    const known = this.find(mac.hi, mac.lo);
    if (known !== null) return this.updateExisting(known, verb, state, flags, isUse, remote);
    const isForMany = (mac.hi & 0x0100) !== 0 || (mac.hi === 0 && mac.lo === 0);
    if (verb === 'replace' && isForMany) return 'EOPNOTSUPP';
    const entry = this.create(mac.hi, mac.lo, state, flags, remote);
    if (entry === null) return 'ENOSPC';
    entry.isByUser = true;
    return '';
  }

  /** Twin of vxlan_fdb_update_existing. */
  private updateExisting(
    entry: VxlanFdbEntry,
    verb: VxlanFdbVerb,
    state: number,
    flags: number,
    isUse: boolean,
    remote: VxlanRemote,
  ): Errno | 'not-unicast' {
    if (verb === 'add') return 'EEXIST';
    if (entry.state !== state || entry.flags !== flags || !entry.isByUser) this.touch(entry);
    entry.state = state;
    entry.flags = flags;
    entry.isByUser = true;
    if (verb === 'replace') {
      if (entry.isForMany) return 'not-unicast';
      if (!entry.remotes.some((other) => other.isSame(remote))) entry.remotes[0] = remote;
    }
    if (verb === 'append' && entry.isForMany && !entry.remotes.some((other) => other.isSame(remote))) {
      entry.remotes.push(remote);
    }
    if (isUse) this.touch(entry);
    return '';
  }

  /**
   * Twin of __vxlan_fdb_delete: one remote of several, or all that is known of the address. One that is not there is
   * not missed.
   */
  delete(macHi: number, macLo: number, remote: VxlanRemote): Errno {
    const entry = this.find(macHi, macLo);
    if (entry === null) return 'ENOENT';
    const meant = remote.ip === 0 ? null : entry.remotes.find((other) => other.isSame(remote));
    if (meant === undefined) return '';
    if (meant !== null && entry.remotes.length > 1) entry.remotes = entry.remotes.filter((other) => other !== meant);
    else this.remove(entry);
    return '';
  }

  /** Slow path. */
  private grow(): void {
    const { used, updated } = this;
    this.used = new Float64Array(used.length * 2);
    this.updated = new Float64Array(used.length * 2);
    this.used.set(used);
    this.updated.set(updated);
  }
}
