/**
 * What came out of a machine, without what is free between two machines: identifications that a kernel makes, and
 * ports that NAT chooses at random, which stand as the range they came from. Checksums over such ports are told as
 * what does not depend on them; that of the IP header has to be right.
 */
import * as ipv4 from '../../../src/wire/ipv4.ts';
import { textOf } from '../../kernel/kit.ts';
import { referenceSum } from '../../wire/frames.ts';
import type { Ids } from './ids.ts';
import { isChosen, portClass } from './pools.ts';

const L2_BYTES = 14;
const ICMP_ERRORS: ReadonlySet<number> = new Set([3, 4, 5, 11, 12]);
/** ICMP messages with an identifier. */
const ICMP_QUERIES: ReadonlySet<number> = new Set([0, 8, 13, 14, 15, 16, 17, 18]);

/** `0 <words of tcpdump> | bytes`: the cable's number, and everything that has to be the same. */
export function canonicalFrame(port: number, bytes: Uint8Array, ids: Ids): string {
  const copy = Uint8Array.from(bytes);
  const v = new DataView(copy.buffer);
  const notes: string[] = [];
  if (copy.length >= L2_BYTES + ipv4.HEADER_LEN && v.getUint16(12) === 0x0800) {
    blankDatagram(v, L2_BYTES, copy.length, ids, notes);
  }
  return `${port} ${textOf(copy)} | ${Buffer.from(copy).toString('hex')} ${notes.join(' ')}`.trimEnd();
}

function blankDatagram(v: DataView, l3: number, end: number, ids: Ids, notes: string[]): void {
  const l4 = l3 + ipv4.headerLen(v, l3);
  if (l4 > end) return;
  const header = new Uint8Array(v.buffer, l3, l4 - l3);
  notes.push(`ip${referenceSum(header) === 0xffff ? '' : ` off by ${referenceSum(header)}`}`);
  ipv4.setId(v, l3, ids.plain(ipv4.id(v, l3)));
  v.setUint16(l3 + 10, 0);
  if ((v.getUint16(l3 + 6) & ipv4.OFFSET_MASK) !== 0) return;
  const protocol = v.getUint8(l3 + 9);
  if (protocol === ipv4.PROTO_UDP) blankPorts(v, l3, l4, l4 + 6, end, notes);
  else if (protocol === ipv4.PROTO_TCP) blankPorts(v, l3, l4, l4 + 16, end, notes);
  else if (protocol === ipv4.PROTO_ICMP && l4 + 8 <= end) blankIcmp(v, l4, end, ids, notes);
}

/** Ones' complement arithmetic has two zeros, which are one here. */
const folded = (sum: number): number => sum % 0xffff;

/** Ports that NAT has chosen; the sum of checksum, addresses and ports is what translation leaves alone. */
function blankPorts(v: DataView, l3: number, l4: number, checksumAt: number, end: number, notes: string[]): void {
  if (l4 + 4 > end) return;
  const ports = [v.getUint16(l4), v.getUint16(l4 + 2)] as const;
  if (!ports.some(isChosen)) return;
  notes.push(`ports ${ports.map(portClass).join('>')}`);
  if (checksumAt + 2 <= end && v.getUint16(checksumAt) !== 0) {
    const addresses = [12, 14, 16, 18].map((at) => v.getUint16(l3 + at));
    const words = [...ports, ...addresses, v.getUint16(checksumAt)];
    notes.push(`sum ${folded(words.reduce((sum, word) => sum + word, 0))}`);
    v.setUint16(checksumAt, 1);
  }
  ports.forEach((port, i) => {
    if (isChosen(port)) v.setUint16(l4 + 2 * i, 1);
  });
}

function blankIcmp(v: DataView, l4: number, end: number, ids: Ids, notes: string[]): void {
  const type = v.getUint8(l4);
  if (ICMP_QUERIES.has(type) && isChosen(v.getUint16(l4 + 4))) {
    notes.push(`id chosen, sum ${folded(v.getUint16(l4 + 4) + v.getUint16(l4 + 2))}`);
    v.setUint16(l4 + 4, 1);
    v.setUint16(l4 + 2, 0);
  }
  // The times of day at which a timestamp reply says that the question came and the answer left.
  if (type === 14 && l4 + 20 <= end) {
    v.setUint16(l4 + 2, 0);
    v.setUint32(l4 + 12, 0);
    v.setUint32(l4 + 16, 0);
  }
  if (!ICMP_ERRORS.has(type)) return;
  const sum = referenceSum(new Uint8Array(v.buffer, l4, end - l4));
  notes.push(`icmp ${sum === 0xffff ? 'right' : `off by ${sum}`}, quotes`);
  v.setUint16(l4 + 2, 0);
  if (l4 + 8 + ipv4.HEADER_LEN <= end) blankDatagram(v, l4 + 8, end, ids, notes);
}

/** Identifiers come from all that there are. */
function idClass(id: number): string {
  return isChosen(id) ? 'chosen' : String(id);
}

/** The lines of `conntrack -L` in an order of their own, without times and chosen ports. */
export function canonicalConnections(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) =>
      line
        .replace(/^(\S+ +\d+) \d+ /, '$1 ')
        .replace(
          / (sport|dport|id)=(\d+)/g,
          (_, name: string, port: string) =>
            ` ${name}=${name === 'id' ? idClass(Number(port)) : portClass(Number(port))}`,
        ),
    )
    .sort((a, b) => (a < b ? -1 : 1));
}

/** The lines of `iptables-save -c`, table by table in the order of their names, without dates. */
export function canonicalDump(text: string): string[] {
  const tables = text.split(/^(?=\*)/m).filter((table) => table.startsWith('*'));
  return tables
    .sort((a, b) => (a < b ? -1 : 1))
    .flatMap((table) => table.split('\n').filter((line) => line !== '' && !line.startsWith('#')));
}
