/** `-m connlimit` (Linux: xt_connlimit.c, nf_conncount.c, libxt_connlimit.c): how many connections a network has. */
import { maskLength, parseIp4, prefixMask } from '../../../base/addr.ts';
import { PROTO_TCP } from '../../../wire/ipv4.ts';
import * as ipv4 from '../../../wire/ipv4.ts';
import type { Conntrack } from '../conntrack/conntrack.ts';
import { nfCtGet } from '../conntrack/nf-ct-get.ts';
import { STATE } from '../conntrack/tcp-columns.ts';
import { CLOSE, TIME_WAIT } from '../conntrack/tcp-state.ts';
import { makeTuple, TUPLE_WORDS } from '../conntrack/tuple.ts';
import type { NfMatch } from '../extension.ts';
import { flag, matchExtension, option } from '../extension.ts';
import type { NfPacket } from '../packet.ts';
import { parseUnsigned, readUnsigned } from '../xt-values.ts';
import { refuse } from '../xt-error.ts';

const FULL = 32;

function readMask(text: string): number {
  const bits = /^\d+$/.test(text) ? parseUnsigned(text, 0xffff_ffff) : undefined;
  if (bits !== undefined) return Math.min(bits, FULL);
  const dotted = parseIp4(text);
  const length = dotted === undefined ? undefined : maskLength(dotted);
  const why = 'neither a valid network mask nor valid CIDR (0-32)';
  return length ?? refuse(`connlimit: bad value for option "--connlimit-mask", ${why}.\n`);
}

class ConnlimitMatch implements NfMatch {
  readonly name = 'connlimit';
  private limit = -1;
  private isUpTo = false;
  private maskBits = FULL;
  private byDestination = false;
  /** By network: the tuples of its connections, one behind another. */
  private readonly networks = new Map<number, number[]>();

  option(name: string, text: string, isInverted: boolean): void {
    if (name === 'connlimit-mask') this.maskBits = readMask(text);
    else if (name === 'connlimit-daddr') this.byDestination = true;
    else if (name !== 'connlimit-saddr') {
      this.limit = readUnsigned(this.name, name, text);
      this.isUpTo = (name === 'connlimit-upto') !== isInverted;
    }
  }

  check(): void {
    if (this.limit < 0) refuse('You must specify "--connlimit-above" or "--connlimit-upto".');
  }

  reset(): void {
    this.networks.clear();
  }

  copy(): NfMatch {
    return Object.assign(new ConnlimitMatch(), this, { networks: new Map<number, number[]>() });
  }

  /** Twin of connlimit_mt; what belongs to no connection is one of its own, which is gone when it is looked for. */
  matches(packet: NfPacket): boolean {
    const { frame, view, network } = packet;
    const address = this.byDestination ? ipv4.dst(view, network) : ipv4.src(view, network);
    const key = address & prefixMask(this.maskBits);
    const ct = nfCtGet(frame);
    const count = ct === null ? this.countOthers(key) : this.count(ct, frame.ctSlot, key);
    return count > this.limit !== this.isUpTo;
  }

  private countOthers(key: number): number {
    return (this.networks.get(key)?.length ?? 0) / TUPLE_WORDS + 1;
  }

  /** Twin of __nf_conncount_add: counts those that are there, forgets those that have gone, and adds this one. */
  private count(ct: Conntrack, slot: number, key: number): number {
    let tuples = this.networks.get(key);
    if (tuples === undefined) this.networks.set(key, (tuples = []));
    const { table } = ct;
    table.readTuple(2 * slot, own);
    let kept = 0;
    let hasOwn = false;
    for (let at = 0; at < tuples.length; at += TUPLE_WORDS) {
      for (let word = 0; word < TUPLE_WORDS; word++) other[word] = tuples[at + word]!;
      if (isOwn()) hasOwn = true;
      else if (!isAlive(ct)) continue;
      for (let word = 0; word < TUPLE_WORDS; word++) tuples[kept + word] = other[word]!;
      kept += TUPLE_WORDS;
    }
    tuples.length = kept;
    if (!hasOwn) for (let word = 0; word < TUPLE_WORDS; word++) tuples.push(own[word]!);
    return tuples.length / TUPLE_WORDS;
  }

  save(): string {
    const limit = ` --connlimit-${this.isUpTo ? 'upto' : 'above'} ${this.limit} --connlimit-mask ${this.maskBits}`;
    return `${limit} --connlimit-${this.byDestination ? 'daddr' : 'saddr'}`;
  }

  print(): string {
    const side = this.byDestination ? 'dst' : 'src';
    return ` #conn ${side}/${this.maskBits} ${this.isUpTo ? '<=' : '>'} ${this.limit}`;
  }
}

/** The tuple of the packet's connection, and one of those that were counted before. */
const own = makeTuple();
const other = makeTuple();

function isOwn(): boolean {
  for (let word = 0; word < TUPLE_WORDS; word++) if (own[word] !== other[word]) return false;
  return true;
}

/** Whether it stands in the table, and, of TCP, is not over. */
function isAlive({ table }: Conntrack): boolean {
  const node = table.find(other);
  if (node < 0) return false;
  const slot = node >> 1;
  if (table.protocolOf(slot) !== PROTO_TCP) return true;
  const state = table.tcp.bytes[table.tcp.bytesAt(slot) + STATE]!;
  return state !== TIME_WAIT && state !== CLOSE;
}

export const CONNLIMIT = matchExtension(
  'connlimit',
  [
    option('connlimit-upto', { canInvert: true, excludes: ['connlimit-above'] }),
    option('connlimit-above', { canInvert: true, excludes: ['connlimit-upto'] }),
    option('connlimit-mask'),
    flag('connlimit-saddr', { excludes: ['connlimit-daddr'] }),
    flag('connlimit-daddr', { excludes: ['connlimit-saddr'] }),
  ],
  () => new ConnlimitMatch(),
);
