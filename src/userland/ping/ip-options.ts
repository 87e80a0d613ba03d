/**
 * The IP options that iputils ping asks with, and its words about those that come back (ping4_run and pr_options of
 * ping/ping.c).
 */
import type { Ip4 } from '../../base/addr.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { PingOptions, StampKind } from './options.ts';

const OPTION_BYTES = 40;
const NOP = 1;
const RECORD_ROUTE = 7;
const TIMESTAMP = 68;
const LSRR = 131;
const SSRR = 137;
/** Pointer of an option without anything in it. */
const POINTER_MIN = 4;
const STAMP_KINDS: Readonly<Record<StampKind, number>> = { tsonly: 0, tsandaddr: 1, tsprespec: 3 };
/** Times that fit: 40 bytes of times only, 36 of those with addresses. */
const STAMP_LEN = 36;
const NOT_STANDARD = 0x8000_0000;

/** What a command line puts into the header; null for nothing. `hosts` is those whose times are asked for. */
export function requestOptions(options: PingOptions, hosts: readonly Ip4[]): Uint8Array | null {
  if (options.recordsRoute) {
    const bytes = new Uint8Array(OPTION_BYTES);
    bytes.set([NOP, RECORD_ROUTE, OPTION_BYTES - 1, POINTER_MIN]);
    return bytes;
  }
  return options.stampKind === '' ? null : stampOption(options.stampKind, hosts);
}

function stampOption(kind: StampKind, hosts: readonly Ip4[]): Uint8Array {
  const length = kind === 'tsonly' ? OPTION_BYTES : kind === 'tsandaddr' ? STAMP_LEN : 4 + hosts.length * 8;
  const bytes = new Uint8Array(length);
  bytes.set([TIMESTAMP, length, 5, STAMP_KINDS[kind]]);
  const view = new DataView(bytes.buffer);
  if (kind === 'tsprespec') {
    hosts.forEach((address, i) => {
      view.setInt32(4 + i * 8, address);
    });
  }
  return bytes;
}

type Steps<T> = Generator<Wait, T, WakeReason>;

/** Words an address; asking a name server may take time. */
type NameOf = (address: Ip4) => Steps<string>;

/** Puts the options of replies into words; remembers the last route, which is not told twice. */
export class OptionWords {
  private lastRoute = '';

  /** What follows a reply's line; `nameOf` words an address. `isFlood` repeats the route. */
  *describe(bytes: Uint8Array, nameOf: NameOf, isFlood: boolean): Steps<string> {
    let text = '';
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < bytes.length && bytes[at] !== 0;) {
      if (bytes[at] === NOP) {
        text += '\nNOP';
        at++;
        continue;
      }
      const length = bytes[at + 1] ?? 0;
      if (length < 2 || at + length > bytes.length) break;
      text += yield* this.describeOne(view, at, length, nameOf, isFlood);
      at += length;
    }
    return text;
  }

  private *describeOne(view: DataView, at: number, length: number, nameOf: NameOf, isFlood: boolean): Steps<string> {
    switch (view.getUint8(at)) {
      case SSRR:
      case LSRR:
        return yield* describeSourceRoute(view, at, length, nameOf);
      case RECORD_ROUTE:
        return yield* this.describeRoute(view, at, length, nameOf, isFlood);
      case TIMESTAMP:
        return yield* describeTimes(view, at, length, nameOf);
      default:
        return `\nunknown option ${view.getUint8(at).toString(16)}`;
    }
  }

  private *describeRoute(view: DataView, at: number, length: number, nameOf: NameOf, isFlood: boolean): Steps<string> {
    const used = Math.min(view.getUint8(at + 2), length) - POINTER_MIN;
    if (used <= 0) return '';
    const addresses: Ip4[] = [];
    for (let i = 0; i < used; i += 4) addresses.push(view.getInt32(at + 3 + i));
    const route = addresses.join(' ');
    if (route === this.lastRoute && !isFlood) return '\t(same route)';
    this.lastRoute = route;
    let text = '\nRR: ';
    for (const address of addresses) text += `\t${yield* wordOf(address, nameOf)}\n`;
    return text;
  }
}

function* wordOf(address: Ip4, nameOf: NameOf): Steps<string> {
  return address === 0 ? '0.0.0.0' : yield* nameOf(address);
}

function* describeSourceRoute(view: DataView, at: number, length: number, nameOf: NameOf): Steps<string> {
  let text = `\n${view.getUint8(at) === SSRR ? 'S' : 'L'}SRR: `;
  for (let left = length, i = at + 2; left > POINTER_MIN; left -= 4, i += 4) {
    // The real one begins one byte early and prints what it finds there.
    text += `\t${yield* wordOf(view.getInt32(i), nameOf)}\n`;
  }
  return text;
}

/** The first time of day is told whole, further ones as what has passed since. */
function* describeTimes(view: DataView, at: number, length: number, nameOf: NameOf): Steps<string> {
  let left = Math.min(view.getUint8(at + 2), length) - 5;
  if (left <= 0) return '';
  const flags = view.getUint8(at + 3);
  const last = { standard: 0, other: 0 };
  let text = '\nTS: ';
  for (let i = at + 4; left > 0;) {
    if ((flags & 0xf) !== STAMP_KINDS.tsonly) {
      text += `\t${yield* wordOf(view.getInt32(i), nameOf)}`;
      i += 4;
      left -= 4;
      if (left <= 0) break;
    }
    text += `\t${describeTime(view.getUint32(i), last)}\n`;
    i += 4;
    left -= 4;
  }
  return flags >>> 4 === 0 ? text : `${text}Unrecorded hops: ${flags >>> 4}\n`;
}

function describeTime(time: number, last: { standard: number; other: number }): string {
  if (time >= NOT_STANDARD) {
    const value = time - NOT_STANDARD;
    const text = last.other === 0 ? `${value} absolute not-standard` : `${value - last.other} not-standard`;
    last.other = value;
    return text;
  }
  const text = last.standard === 0 ? `${time} absolute` : String(time - last.standard);
  last.standard = time;
  return text;
}
