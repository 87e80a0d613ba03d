/**
 * Domain names: RFC 1035 3.1 and 4.1.4. On the wire a name is a row of labels, or of labels and a pointer to where the
 * rest of it stands earlier in the message; in the program it is its text with the final dot, `www.example.com.`, the
 * root is `.`. What is not plain in a label is written as BIND does: `\.` and `\032`. Upper and lower case are kept.
 *
 *   | 00 length |  bytes of the label  |  …  | 0 |          the end: the root
 *   | 11          offset in the message   |                or a pointer
 */

/** The longest label and the longest name, in bytes on the wire (2.3.4). */
export const LABEL_MAX = 63;
export const NAME_MAX = 255;
const POINTER_BITS = 0xc0;
/** A pointer has 14 bits. */
const POINTER_LIMIT = 0x4000;

/** Why bytes are no message, in BIND's words. */
export type DnsFault =
  | 'unexpected end of input'
  | 'bad compression pointer'
  | 'bad label type'
  | 'name too long'
  | 'extra input data'
  | 'FORMERR';

/** Thrown by reads of malformed bytes and caught by `parseMessage`; never seen outside the codec. */
export class DnsReadError extends Error {
  readonly fault: DnsFault;

  constructor(fault: DnsFault) {
    super(fault);
    this.name = 'DnsReadError';
    this.fault = fault;
  }
}

/** The labels of a name as texts of bytes (latin-1); none for the root. Undefined for what is no name. */
export function labelsOf(name: string): readonly string[] | undefined {
  if (name === '.' || name === '') return [];
  const labels: string[] = [];
  let label = '';
  let wireBytes = 1;
  for (let i = 0; i < name.length; i++) {
    const char = name[i]!;
    if (char === '.') {
      if (label === '') return undefined;
      labels.push(label);
      wireBytes += 1 + label.length;
      label = '';
      continue;
    }
    const escape = char === '\\' ? unescape(name, i + 1) : { char, length: 0 };
    if (escape === undefined || escape.char.charCodeAt(0) > 0xff) return undefined;
    label += escape.char;
    i += escape.length;
    if (label.length > LABEL_MAX) return undefined;
  }
  if (label !== '') {
    labels.push(label);
    wireBytes += 1 + label.length;
  }
  return wireBytes > NAME_MAX ? undefined : labels;
}

/** What stands behind a backslash: three decimal digits, or a character that means itself. */
function unescape(name: string, at: number): { readonly char: string; readonly length: number } | undefined {
  const digits = /^\d{3}/.exec(name.slice(at, at + 3))?.[0];
  if (digits !== undefined) {
    return Number(digits) > 0xff ? undefined : { char: String.fromCharCode(Number(digits)), length: 3 };
  }
  const char = name[at];
  return char === undefined || /\d/.test(char) ? undefined : { char, length: 1 };
}

/** The text of labels, with the final dot. */
export function nameOf(labels: readonly string[]): string {
  return labels.length === 0 ? '.' : labels.map((label) => `${escapeLabel(label)}.`).join('');
}

/** A label as text: what means something in a zone file gets a backslash, what cannot be printed its number. */
export function escapeLabel(label: string): string {
  return label
    .replaceAll(/["$().;@\\]/g, '\\$&')
    .replaceAll(/[^!-~]/g, (char) => `\\${String(char.charCodeAt(0)).padStart(3, '0')}`);
}

/** A name as a person types it, in its one spelling with the final dot; undefined for what is no name. */
export function canonicalName(text: string): string | undefined {
  const labels = labelsOf(text);
  return labels === undefined || text === '' ? undefined : nameOf(labels);
}

/** Whether two names are the same: ASCII letters are equal in both cases (RFC 4343). */
export function sameName(left: string, right: string): boolean {
  return lowerCaseName(left) === lowerCaseName(right);
}

/** The name to look up by. */
export function lowerCaseName(name: string): string {
  return name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Whether `name` is `zone` or lies under it. */
export function isUnder(name: string, zone: string): boolean {
  if (zone === '.') return true;
  const [inner, outer] = [lowerCaseName(name), lowerCaseName(zone)];
  if (inner === outer) return true;
  // An escaped dot before the zone belongs to a label.
  return inner.endsWith(`.${outer}`) && !/(^|[^\\])(\\\\)*\\$/.test(inner.slice(0, -outer.length - 1));
}

/** Where a name stood: the text and the offset behind it. */
export interface NameAt {
  readonly name: string;
  readonly next: number;
}

/**
 * Reads the name at `o` of a message that begins at `start`. As BIND demands, every pointer leads to before all that
 * was read so far, so that no name goes round in circles.
 */
export function readName(v: DataView, start: number, o: number, end: number): NameAt {
  const labels: string[] = [];
  let at = o;
  let next = -1;
  let limit = o;
  let wireBytes = 1;
  for (;;) {
    if (at >= end) throw new DnsReadError('unexpected end of input');
    const length = v.getUint8(at);
    if (length === 0) break;
    if (length <= LABEL_MAX) {
      if (at + 1 + length > end) throw new DnsReadError('unexpected end of input');
      wireBytes += 1 + length;
      if (wireBytes > NAME_MAX) throw new DnsReadError('name too long');
      labels.push(bytesAsText(v, at + 1, length));
      at += 1 + length;
      continue;
    }
    if (length < POINTER_BITS) throw new DnsReadError('bad label type');
    if (at + 2 > end) throw new DnsReadError('unexpected end of input');
    if (next < 0) next = at + 2;
    at = start + (v.getUint16(at) & (POINTER_LIMIT - 1));
    if (at >= limit) throw new DnsReadError('bad compression pointer');
    limit = at;
  }
  return { name: nameOf(labels), next: next < 0 ? at + 1 : next };
}

/** Bytes as a text with one character for each. */
export function bytesAsText(v: DataView, o: number, length: number): string {
  let text = '';
  for (let i = 0; i < length; i++) text += String.fromCharCode(v.getUint8(o + i));
  return text;
}

/**
 * How names are written: in full; or with pointers to what stands already, which compares names as they are spelled
 * (miekg/dns) or without regard to case (BIND).
 */
export type Compression = 'none' | 'case-sensitive' | 'case-insensitive';

/** Bytes of a message that is being written, with the names that later ones may point at. */
export class DnsWriter {
  readonly bytes: number[] = [];
  private readonly compression: Compression;
  private readonly suffixes = new Map<string, number>();

  constructor(compression: Compression) {
    this.compression = compression;
  }

  u8(value: number): void {
    this.bytes.push(value & 0xff);
  }

  u16(value: number): void {
    this.bytes.push((value >>> 8) & 0xff, value & 0xff);
  }

  u32(value: number): void {
    this.u16(value >>> 16);
    this.u16(value);
  }

  raw(bytes: Iterable<number>): void {
    for (const byte of bytes) this.bytes.push(byte);
  }

  /** A length of 16 bits in front of what `body` writes. */
  counted(body: () => void): void {
    const at = this.bytes.length;
    this.u16(0);
    body();
    const length = this.bytes.length - at - 2;
    this.bytes[at] = (length >>> 8) & 0xff;
    this.bytes[at + 1] = length & 0xff;
  }

  /** Writes labels; with `mayPoint` (RFC 3597 4: not in newer kinds of data) the end of the name may be a pointer. */
  name(labels: readonly string[], mayPoint = true): void {
    const isCompressed = this.compression !== 'none';
    for (let i = 0; i < labels.length; i++) {
      const rest = nameOf(labels.slice(i));
      const key = this.compression === 'case-insensitive' ? lowerCaseName(rest) : rest;
      const earlier = isCompressed ? this.suffixes.get(key) : undefined;
      if (earlier !== undefined && mayPoint) {
        this.u16((POINTER_BITS << 8) | earlier);
        return;
      }
      const here = this.bytes.length;
      if (isCompressed && earlier === undefined && here < POINTER_LIMIT) this.suffixes.set(key, here);
      this.u8(labels[i]!.length);
      for (const char of labels[i]!) this.u8(char.charCodeAt(0));
    }
    this.u8(0);
  }
}
