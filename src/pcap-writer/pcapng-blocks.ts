/**
 * Reads the pcapng blocks that are not packets: section header, interface description, names, statistics. `body` and
 * `end` enclose what lies between the two block lengths.
 */
import type { Capture, CapturedInterface, CapturedSection, CapturedStatistics } from './capture.ts';
import { CaptureError } from './capture.ts';
import * as format from './pcapng-format.ts';
import type { BlockReader } from './pcapng-options.ts';
import { decodeText, PcapngOptions } from './pcapng-options.ts';

const MICROSECONDS = 6;
const TWO_TO_32 = 2 ** 32;

/** A time in units of an interface is `numerator / denominator` nanoseconds, and `offsetNs` is to be added. */
export interface TimeUnit {
  numerator: bigint;
  denominator: bigint;
  offsetNs: bigint;
}

export function readSectionHeader(reader: BlockReader, body: number, end: number): CapturedSection {
  need(body, end, 16);
  const major = reader.view.getUint16(body + 4, reader.littleEndian);
  if (major !== format.VERSION_MAJOR) throw new CaptureError(`pcapng version ${major} is unknown`, body + 4);
  const options = new PcapngOptions(reader, body + 16, end);
  return withoutUndefined({
    littleEndian: reader.littleEndian,
    hardware: options.text(format.SHB_HARDWARE),
    os: options.text(format.SHB_OS),
    application: options.text(format.SHB_USERAPPL),
    comment: options.comment(),
  });
}

export function readInterface(
  reader: BlockReader,
  body: number,
  end: number,
  section: number,
): { described: CapturedInterface; timeUnit: TimeUnit } {
  need(body, end, 8);
  const { view, littleEndian } = reader;
  const options = new PcapngOptions(reader, body + 8, end);
  const [mac] = options.all(format.IF_MACADDR, 6);
  // The first byte says in which language the filter is; only libpcap's, 0, is text for certain.
  const [filter] = options.all(format.IF_FILTER, 1);
  const described = withoutUndefined({
    name: options.text(format.IF_NAME) ?? '',
    linkType: view.getUint16(body, littleEndian),
    snaplen: view.getUint32(body + 4, littleEndian),
    section,
    ip4: options.all(format.IF_IPV4ADDR, 8).map(readIp4Address),
    description: options.text(format.IF_DESCRIPTION),
    mac: mac === undefined ? undefined : readMac(mac),
    speedBitsPerSecond: options.u64(format.IF_SPEED),
    os: options.text(format.IF_OS),
    hardware: options.text(format.IF_HARDWARE),
    filter: filter?.[0] === 0 ? decodeText(filter.subarray(1)) : undefined,
    comment: options.comment(),
  });
  return { described, timeUnit: timeUnitOf(options) };
}

export function readStatistics(
  reader: BlockReader,
  body: number,
  end: number,
  interfaceId: number,
  timeNs: bigint,
): CapturedStatistics {
  const options = new PcapngOptions(reader, body + 12, end);
  return withoutUndefined({
    interfaceId,
    timeNs,
    received: options.u64(format.ISB_IFRECV),
    dropped: options.u64(format.ISB_IFDROP),
    osDropped: options.u64(format.ISB_OSDROP),
    delivered: options.u64(format.ISB_USRDELIV),
    comment: options.comment(),
  });
}

/** The IPv4 records of a name resolution block; those of other kinds are passed over. */
export function readNames(reader: BlockReader, body: number, end: number): Capture['names'] {
  const names: Capture['names'] = [];
  for (let offset = body; end - offset >= 4;) {
    const type = reader.view.getUint16(offset, reader.littleEndian);
    const length = reader.view.getUint16(offset + 2, reader.littleEndian);
    if (type === format.NRB_RECORD_END) break;
    const start = offset + 4;
    if (length > end - start) throw new CaptureError('name record runs past its block', offset);
    if (type === format.NRB_RECORD_IPV4) {
      if (length < 4) throw new CaptureError('name record is too short', offset);
      const texts = decodeText(reader.bytes.subarray(start + 4, start + length)).split('\0');
      names.push({ ip4: reader.view.getInt32(start), names: texts.filter((text) => text !== '') });
    }
    offset = start + ((length + 3) & ~3);
  }
  return names;
}

/** if_tsresol and if_tsoffset. */
function timeUnitOf(options: PcapngOptions): TimeUnit {
  const [resolution] = options.all(format.IF_TSRESOL, 1);
  const code = resolution?.[0] ?? MICROSECONDS;
  const exponent = BigInt(code & 0x7f);
  const unitsPerSecond = (code & 0x80) !== 0 ? 2n ** exponent : 10n ** exponent;
  const offsetNs = (options.i64(format.IF_TSOFFSET) ?? 0n) * 1_000_000_000n;
  return { numerator: 1_000_000_000n, denominator: unitsPerSecond, offsetNs };
}

function readIp4Address(value: Uint8Array): { address: number; prefixLen: number } {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  // The leading ones of the netmask.
  return { address: view.getInt32(0), prefixLen: Math.clz32(~view.getUint32(4)) };
}

function readMac(value: Uint8Array): number {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return view.getUint16(0) * TWO_TO_32 + view.getUint32(2);
}

function need(body: number, end: number, fixedBytes: number): void {
  if (end - body < fixedBytes) throw new CaptureError('block is too short for its type', body - 8);
}

/** What T stays when each property that is undefined is left out. */
type WithoutUndefined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** So that an absent option is an absent property, and captures compare by deepEqual. */
function withoutUndefined<T extends object>(value: T): WithoutUndefined<T> {
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries) as WithoutUndefined<T>;
}
