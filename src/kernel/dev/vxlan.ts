/**
 * A VXLAN device (RFC 7348; Linux: drivers/net/vxlan/vxlan_core.c): an Ethernet whose cables are UDP datagrams of the
 * namespace in which the device was made. It may be moved to another namespace; its datagrams stay where it came from.
 *
 *   vxlan0 of this namespace                                   the namespace it was made in
 *     xmit ──► vxlan-fdb: which endpoints? ──► vxlan-xmit ──► ipLocalOut … eth0
 *     backlog ◄────────────────────────────── vxlan-rcv ◄──── vxlan-sock ◄── udpRcv … eth0
 *
 * Here is the object, what it does when it comes and goes, and the fork of the way of a frame.
 */
import type { Ip4, Mac } from '../../base/addr.ts';
import { Timer } from '../../sim/timer.ts';
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import * as ethernet from '../../wire/ethernet.ts';
import type { Errno } from '../errno.ts';
import { NTF_EXT_LEARNED, NUD_NOARP, NUD_PERMANENT } from '../ip/neigh.ts';
import type { LinkKind } from '../netdev.ts';
import { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { vxlanArpReduce } from './vxlan-arp.ts';
import type { VxlanConfig } from './vxlan-config.ts';
import { NTF_SELF, NUD_FIXED, VxlanFdb, VxlanRemote } from './vxlan-fdb.ts';
import { routeShortCircuit, vxlanXmitToAll } from './vxlan-send.ts';
import type { VxlanSock } from './vxlan-sock.ts';
import { vxlanMulticastJoin, vxlanMulticastLeave, vxlanSockAdd, vxlanSockRelease } from './vxlan-sock.ts';

const ETHERNET_MTU = 1500;
/** FDB_AGE_INTERVAL */
const AGE_INTERVAL_NS = 10_000_000_000;
const SECOND_NS = 1_000_000_000;

export class Vxlan extends NetDevice {
  readonly kind: LinkKind = 'vxlan';
  config: VxlanConfig;
  /** Where it was made and where its datagrams come and go (vxlan->net). */
  readonly linkNs: Netns;
  readonly fdb: VxlanFdb;
  /** Null while it is down. */
  sock: VxlanSock | null;
  /** Key of the machine's hash of flows. */
  readonly flowKey: number;
  private ageTimer: Timer | null;

  constructor(ns: Netns, name: string, mac: Mac, config: VxlanConfig) {
    super(ns, name, mac, ETHERNET_MTU, false);
    this.config = config;
    this.linkNs = ns;
    this.fdb = new VxlanFdb(ns.machine.sched);
    this.fdb.limit = config.maxAddress;
    this.sock = null;
    this.flowKey = ns.machine.rng.fork('flow-dissector').u32() | 0;
    this.ageTimer = null;
  }

  get hasCarrier(): boolean {
    return true;
  }

  /** Whether it has left the namespace in which it was made (xnet). */
  get isElsewhere(): boolean {
    return this.ns !== this.linkNs;
  }

  /** Twin of vxlan_open. */
  override open(): Errno {
    const errno = vxlanSockAdd(this);
    if (errno !== '') return errno;
    const joined = vxlanMulticastJoin(this);
    if (joined !== '') {
      vxlanSockRelease(this);
      return joined;
    }
    if (this.config.ageingSeconds !== 0) this.startAgeing();
    return '';
  }

  /** Twin of vxlan_stop. */
  override stop(): void {
    vxlanMulticastLeave(this);
    this.ageTimer?.dispose();
    this.ageTimer = null;
    this.fdb.removeWhere((entry) => (entry.state & NUD_FIXED) === 0);
    vxlanSockRelease(this);
  }

  /** Twin of vxlan_uninit and vxlan_dellink. */
  override uninit(): void {
    this.fdb.removeWhere(() => true);
    const net = this.linkNs.vxlan;
    if (net !== null) net.devices.splice(net.devices.indexOf(this), 1);
  }

  /** Starts the ageing anew: at once when it was changed (vxlan_changelink). */
  startAgeing(delayNs = AGE_INTERVAL_NS): void {
    const { machine } = this.ns;
    this.ageTimer ??= new Timer(machine.sched, machine.source, () => {
      this.cleanup();
    });
    this.ageTimer.arm(delayNs);
  }

  /** Twin of vxlan_cleanup. */
  private cleanup(): void {
    const now = this.ns.machine.sched.now;
    let next = now + AGE_INTERVAL_NS;
    for (const entry of this.fdb.list()) {
      if ((entry.state & NUD_FIXED) !== 0 || (entry.flags & NTF_EXT_LEARNED) !== 0) continue;
      const ends = this.fdb.updatedNs(entry) + this.config.ageingSeconds * SECOND_NS;
      if (ends <= now) this.fdb.remove(entry);
      else if (ends < next) next = ends;
    }
    this.ageTimer?.armAt(next);
  }

  /** Where the frame goes whose address nobody knows: makes the entry, moves it or takes it away. */
  setDefaultRemote(remote: Ip4): void {
    const { vni, dstPort, ifIndex } = this.config;
    const old = this.fdb.find(0, 0);
    const before = old?.remotes.find((each) => each.ip === this.config.remote && each.port === dstPort);
    if (old !== null && before !== undefined && remote !== before.ip) {
      if (old.remotes.length > 1) old.remotes = old.remotes.filter((each) => each !== before);
      else this.fdb.remove(old);
    }
    this.config.remote = remote;
    if (remote === 0) return;
    const added = new VxlanRemote(remote, dstPort, vni, ifIndex);
    const entry = this.fdb.find(0, 0);
    if (entry === null) this.fdb.create(0, 0, NUD_PERMANENT | NUD_NOARP, NTF_SELF, added);
    else if (!entry.remotes.some((each) => each.isSame(added))) entry.remotes.push(added);
  }

  /** Twin of vxlan_xmit. */
  xmit(frame: Frame): void {
    this.sighted(frame);
    const { config } = this;
    const v = frame.slab.view;
    const o = frame.head;
    if (config.isProxy && ethernet.etherType(v, o) === ethernet.ETHERTYPE_ARP) {
      vxlanArpReduce(this, frame);
      return;
    }
    let entry = this.fdb.findForFrame(ethernet.dstHi(v, o), ethernet.dstLo(v, o));
    let isShort = false;
    if (entry !== null && config.isShortCircuit && routeShortCircuit(this, entry, frame)) {
      isShort = true;
      entry = this.fdb.findForFrame(ethernet.dstHi(v, o), ethernet.dstLo(v, o));
    }
    entry ??= this.fdb.findForFrame(0, 0);
    if (entry === null) this.miss(frame);
    else vxlanXmitToAll(this, frame, entry.remotes, isShort);
  }

  /** Nobody knows the address. */
  private miss(frame: Frame): void {
    const v = frame.slab.view;
    const o = frame.head;
    if (this.config.tellsL2Miss && !ethernet.isMulticast(v, o)) {
      this.ns.events?.neighbourMiss(this, 0, ethernet.dst(v, o));
    }
    this.txDropped++;
    this.ns.machine.stats.drop(frame, Drop.NO_TX_TARGET, this);
  }

  /** The frame has left inside a datagram: counted without its Ethernet header (iptunnel_xmit_stats). */
  countSent(innerBytes: number): void {
    this.txPackets++;
    this.txBytes += innerBytes;
  }

  /** The datagram was not let go after all. */
  uncountSent(innerBytes: number): void {
    this.txPackets--;
    this.txBytes -= innerBytes;
    this.txDropped++;
  }

  /** A frame that has come out of a datagram: counted without its Ethernet header, as it is pulled by then. */
  arrive(frame: Frame): void {
    this.rxBytes -= ethernet.HEADER_LEN;
    this.arrived(frame);
  }

  /** A frame that never left: seen and taken up, and counted in full (vxlan_encap_bypass). */
  arriveLocally(frame: Frame): void {
    this.arrived(frame);
  }

  /** An answer that the device gives for somebody else comes up like any frame, but is not counted (netif_rx). */
  reply(frame: Frame): void {
    this.appeared(frame);
  }
}
