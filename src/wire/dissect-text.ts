/**
 * What the dissectors share: the text so far, and reads that stop at the end of the packet. Where the bytes run out,
 * the line ends with ` [|udp]`, naming the header being read, as tcpdump's does.
 */
import { formatIp4, formatMac } from '../base/addr.ts';
import { finishSum, foldSum } from './checksum.ts';

/** Thrown by a read past the end and caught by `dissect`; never seen outside. */
export class EndOfBytes extends Error {
  constructor() {
    super('the packet ends here');
    this.name = 'EndOfBytes';
  }
}

/** Names in the place of numbers, as tcpdump has them without -n. */
export interface DissectNames {
  host(ip: number): string;
  port(port: number, protocol: 'udp' | 'tcp'): string;
  mac(mac: number): string;
}

/** How much to tell. */
export interface DissectStyle {
  /** Begin with the Ethernet header: tcpdump -e. */
  readonly link: boolean;
  /** Every field: tcpdump -v. */
  readonly verbose: boolean;
  /** And what is long or rarely wanted: tcpdump -vv. */
  readonly veryVerbose?: boolean;
  /** As little as possible: tcpdump -q. */
  readonly quick?: boolean;
  /** Left out: numbers. */
  readonly names?: DissectNames;
}

/** Frames in frames (tunnels, quotes in errors) deeper than this are not followed. */
const DEPTH_LIMIT = 16;

export class DissectText {
  readonly style: DissectStyle;
  /** The header being read, as named in `[|…]`. */
  protocol: string;
  /** Where the bytes of the innermost packet end. */
  end: number;
  private out: string;
  private depth: number;
  private readonly v: DataView;
  private readonly start: number;

  constructor(v: DataView, start: number, end: number, style: DissectStyle) {
    this.v = v;
    this.start = start;
    this.end = end;
    this.style = style;
    this.protocol = 'ether';
    this.out = '';
    this.depth = 0;
  }

  get text(): string {
    return this.out;
  }

  print(text: string): void {
    this.out += text;
  }

  printTruncated(): void {
    this.out += ` [|${this.protocol}]`;
  }

  /** Whether `count` bytes at `o` are there. */
  has(o: number, count: number): boolean {
    return o >= this.start && o + count <= this.end;
  }

  /** Ends the line unless `count` bytes at `o` are there. */
  need(o: number, count: number): void {
    if (!this.has(o, count)) throw new EndOfBytes();
  }

  /** Ends the line, and says why, unless the whole header at `o` is there. */
  needHeader(o: number, headerBytes: number): void {
    if (this.has(o, headerBytes)) return;
    this.print(` [remaining caplen(${this.end - o}) < header length(${headerBytes})]`);
    throw new EndOfBytes();
  }

  u8(o: number): number {
    this.need(o, 1);
    return this.v.getUint8(o);
  }

  u16(o: number): number {
    this.need(o, 2);
    return this.v.getUint16(o);
  }

  u24(o: number): number {
    return (this.u8(o) << 16) | this.u16(o + 1);
  }

  u32(o: number): number {
    this.need(o, 4);
    return this.v.getUint32(o);
  }

  ip(o: number): string {
    this.need(o, 4);
    const address = this.v.getInt32(o);
    return this.style.names?.host(address) ?? formatIp4(address);
  }

  mac(o: number): string {
    const address = this.u16(o) * 0x1_0000_0000 + this.u32(o + 2);
    return this.style.names?.mac(address) ?? formatMac(address);
  }

  /** How a port is written behind its host. */
  port(port: number, protocol: 'udp' | 'tcp'): string {
    return this.style.names?.port(port, protocol) ?? String(port);
  }

  /** The one's-complement sum of `count` bytes added to `sum`: 0xffff when a checksum among them is right. */
  sum(o: number, count: number, sum: number): number {
    this.need(o, count);
    let total = sum;
    for (let i = 0; i + 1 < count; i += 2) total = foldSum(total + this.v.getUint16(o + i));
    if ((count & 1) === 1) total = foldSum(total + (this.v.getUint8(o + count - 1) << 8));
    return total;
  }

  /** Runs `body` with the end moved to `end` if that is nearer, and back again. */
  within(end: number, body: () => void): void {
    if (this.depth === DEPTH_LIMIT) {
      this.print('[nested too deep]');
      return;
    }
    const outerEnd = this.end;
    this.end = Math.min(end, outerEnd);
    this.depth++;
    body();
    this.depth--;
    this.end = outerEnd;
  }
}

/** What a checksum field should hold, given what it holds and the sum over everything with it. */
export function correctChecksum(field: number, sum: number): number {
  return finishSum(sum + (~field & 0xffff));
}

/** Lower-case hexadecimal digits, at least `digits` of them. */
export function hex(value: number, digits = 1): string {
  return value.toString(16).padStart(digits, '0');
}
