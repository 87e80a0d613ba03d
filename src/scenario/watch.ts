/**
 * Who watches the interfaces of a lab: captures, hashes and expectations, all fed by one tap per interface. A watch
 * belongs to a name, so an interface that goes and comes back under its name is the same interface to a reader.
 */
import type { Ip4 } from '../base/addr.ts';
import type { Frame } from '../link/frame.ts';
import type { LanSwitch } from '../link/lan-switch.ts';
import type { Tap } from '../link/tap.ts';
import { addTap, removeTap } from '../link/tap.ts';
import type { Direction } from '../link/trace-sink.ts';
import { giveChecksumLook, hasChecksumLook } from '../kernel/dev/checksum-look.ts';
import type { NetDevice } from '../kernel/netdev.ts';
import type { DeviceObserver } from '../kernel/netns.ts';
import type { ByteSink } from '../pcap-writer/index.ts';
import { PcapWriter, PcapngWriter } from '../pcap-writer/index.ts';
import type { Scheduler } from '../sim/scheduler.ts';
import { Hash64 } from '../sim/trace-hash.ts';
import { matchesGlob } from './glob.ts';
import type { FrameCounter } from './frame-counter.ts';

const SECOND_NS = 1_000_000_000;

export type CaptureFormat = 'pcapng' | 'pcap' | 'both' | 'none';

/** Where capture files go; given by whoever may write files. */
export interface CaptureStore {
  open(fileName: string): ByteSink;
}

export interface WatchOptions {
  readonly epochSeconds: number;
  readonly globs: readonly string[];
  readonly format: CaptureFormat;
  /** Null: nothing is written. */
  readonly store: CaptureStore | null;
  readonly hash: boolean;
  readonly counters: readonly FrameCounter[];
}

/** One line of the result's list of captures. */
export interface CaptureSummary {
  readonly file: string;
  readonly interface: string;
  readonly frames: number;
}

/** The tap of one interface. */
class InterfaceWatch implements Tap {
  readonly name: string;
  frames: number;
  readonly hash: Hash64 | null;
  readonly counters: readonly FrameCounter[];
  pcap: PcapWriter | null;
  pcapng: PcapngWriter | null;
  interfaceId: number;
  fileName: string;
  /** The interface that has the name now. */
  device: NetDevice | null;
  private readonly sched: Scheduler;
  private readonly epochSeconds: number;

  constructor(name: string, sched: Scheduler, epochSeconds: number, hash: boolean, counters: readonly FrameCounter[]) {
    this.name = name;
    this.frames = 0;
    this.hash = hash ? new Hash64() : null;
    this.counters = counters;
    this.pcap = null;
    this.pcapng = null;
    this.interfaceId = -1;
    this.fileName = '';
    this.device = null;
    this.sched = sched;
    this.epochSeconds = epochSeconds;
  }

  onFrame(frame: Frame, direction: Direction): void {
    this.frames++;
    const slab = frame.slab;
    const now = this.sched.now;
    if (this.hash !== null) {
      this.hash.updateNumber(now);
      this.hash.update32(direction);
      this.hash.updateBytes(slab.view, frame.head, frame.tail);
    }
    if (this.pcap !== null || this.pcapng !== null) {
      if (this.device !== null && hasChecksumLook(this.device, direction)) this.writeLooked(frame, direction);
      else this.write(frame, slab.bytes, frame.head, frame.tail, direction);
    }
    for (let i = 0; i < this.counters.length; i++) this.counters[i]!.onFrame(frame);
  }

  private write(frame: Frame, bytes: Uint8Array, head: number, tail: number, direction: Direction): void {
    const { now } = this.sched;
    const wholeSeconds = Math.floor(now / SECOND_NS);
    const nanoseconds = now - wholeSeconds * SECOND_NS;
    const seconds = this.epochSeconds + wholeSeconds;
    if (this.pcap !== null) this.pcap.writeRecord(seconds, nanoseconds, bytes, head, tail);
    if (this.pcapng !== null) {
      const { packetIdHi, packetIdLo } = frame;
      const id = this.interfaceId;
      this.pcapng.writePacket(id, seconds, nanoseconds, bytes, head, tail, direction, packetIdHi, packetIdLo);
    }
  }

  /** Slow path: files show what the host left to its card; the frame itself is whole. */
  private writeLooked(frame: Frame, direction: Direction): void {
    const bytes = frame.slab.bytes.slice(frame.head, frame.tail);
    if (this.device !== null) giveChecksumLook(this.device, bytes);
    this.write(frame, bytes, 0, bytes.length, direction);
  }
}

export class LabWatch implements DeviceObserver {
  private readonly options: WatchOptions;
  private readonly watches = new Map<string, InterfaceWatch>();
  private readonly pcapng: PcapngWriter | null;

  constructor(options: WatchOptions) {
    this.options = options;
    const { store, format } = options;
    const wantsPcapng = store !== null && (format === 'pcapng' || format === 'both');
    this.pcapng = wantsPcapng
      ? new PcapngWriter(store.open('capture.pcapng'), { application: 'Dockwire', os: 'emulated Linux' })
      : null;
  }

  deviceUp(dev: NetDevice): void {
    const watch = this.watchFor(dev.fullName, dev.ns.machine.sched, dev);
    if (watch === null) return;
    watch.device = dev;
    dev.tap = addTap(dev.tap, watch);
  }

  deviceDown(dev: NetDevice): void {
    const watch = this.watches.get(dev.fullName);
    if (watch !== undefined) dev.tap = removeTap(dev.tap, watch);
  }

  /** Switch ports have no captures; their frames count for the hash. */
  watchSwitch(lanSwitch: LanSwitch): void {
    if (!this.options.hash) return;
    for (const port of lanSwitch.ports) {
      const watch = new InterfaceWatch(`switch ${port.fullName}`, lanSwitch.sched, this.options.epochSeconds, true, []);
      this.watches.set(watch.name, watch);
      port.tap = addTap(port.tap, watch);
    }
  }

  /** Names for Wireshark's eyes (name resolution blocks). */
  addNames(records: readonly { ip4: Ip4; names: readonly string[] }[]): void {
    this.pcapng?.addNames(records);
  }

  /** The hash of all interfaces' hashes, by name; null when none was asked for. */
  traceHash(): string | null {
    if (!this.options.hash) return null;
    const total = new Hash64();
    const watches = [...this.watches.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const watch of watches) {
      if (watch.hash === null) continue;
      for (let i = 0; i < watch.name.length; i++) total.update32(watch.name.charCodeAt(i));
      const digest = watch.hash.digest();
      total.update32(parseInt(digest.slice(0, 8), 16));
      total.update32(parseInt(digest.slice(8), 16));
      total.updateNumber(watch.frames);
    }
    return total.digest();
  }

  /** Writes the statistics and flushes all files. */
  close(nowNs: number): void {
    const wholeSeconds = Math.floor(nowNs / SECOND_NS);
    for (const watch of this.watches.values()) {
      watch.pcap?.flush();
      if (watch.pcapng === null) continue;
      const seconds = this.options.epochSeconds + wholeSeconds;
      watch.pcapng.addStatistics(watch.interfaceId, seconds, nowNs - wholeSeconds * SECOND_NS, {
        received: watch.frames,
        dropped: 0,
      });
    }
    this.pcapng?.flush();
  }

  summaries(): CaptureSummary[] {
    const list: CaptureSummary[] = [];
    for (const watch of this.watches.values()) {
      if (watch.pcap === null && watch.pcapng === null) continue;
      const file = watch.pcap === null ? 'capture.pcapng' : watch.fileName;
      list.push({ file, interface: watch.name, frames: watch.frames });
    }
    return list;
  }

  /** The watch of an interface; null when nobody wants to see it. */
  private watchFor(name: string, sched: Scheduler, dev: NetDevice): InterfaceWatch | null {
    const known = this.watches.get(name);
    if (known !== undefined) return known;
    const counters = this.options.counters.filter((counter) => matchesGlob(counter.glob, name));
    const isCaptured = this.isCaptured(name, dev);
    const isHashed = this.options.hash && !dev.isLoopback;
    if (!isCaptured && !isHashed && counters.length === 0) return null;
    const watch = new InterfaceWatch(name, sched, this.options.epochSeconds, isHashed, counters);
    if (isCaptured) this.openCapture(watch, dev);
    this.watches.set(name, watch);
    return watch;
  }

  /** lo is captured only where a glob names it. */
  private isCaptured(name: string, dev: NetDevice): boolean {
    if (this.options.store === null || this.options.format === 'none') return false;
    return this.options.globs.some(
      (glob) => matchesGlob(glob, name) && (!dev.isLoopback || glob.endsWith('/lo') || glob === 'lo'),
    );
  }

  private openCapture(watch: InterfaceWatch, dev: NetDevice): void {
    const { store, format } = this.options;
    if (store === null) return;
    if (this.pcapng !== null) {
      watch.pcapng = this.pcapng;
      watch.interfaceId = this.pcapng.addInterface({
        name: watch.name,
        mac: dev.mac,
        ip4: dev.addresses.map(({ address, prefixLen }) => ({ address, prefixLen })),
      });
    }
    if (format === 'pcap' || format === 'both') {
      watch.fileName = `${watch.name.replaceAll('/', '.')}.pcap`;
      watch.pcap = new PcapWriter(store.open(watch.fileName));
    }
  }
}
