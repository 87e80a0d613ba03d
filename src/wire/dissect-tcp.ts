/** TCP segments in tcpdump's words, with absolute sequence numbers (tcpdump -S): a line stands for itself. */
import { printDns } from './dissect-dns.ts';
import type { DissectText } from './dissect-text.ts';
import * as dns from './dns.ts';
import { correctChecksum, hex } from './dissect-text.ts';
import * as tcp from './tcp.ts';

const WITH_DATA_RANGE = tcp.FLAG_SYN | tcp.FLAG_FIN | tcp.FLAG_RST;

/**
 * Prints a segment of `length` bytes at `o`, from the ports' arrow on. `hosts` are the addresses as text, `pseudo`
 * is the sum of the pseudo-header, `isFragmented` when only a part of the segment is here.
 */
export function printTcp(
  text: DissectText,
  o: number,
  length: number,
  isFragmented: boolean,
  hosts: readonly [string, string],
  pseudo: number,
): void {
  text.protocol = 'tcp';
  if (!text.has(o, 4)) {
    text.print(`${hosts[0]} > ${hosts[1]}:`);
    text.printTruncated();
    return;
  }
  const ports = [text.u16(o), text.u16(o + 2)].map((port) => text.port(port, 'tcp'));
  text.print(`${hosts[0]}.${ports[0]!} > ${hosts[1]}.${ports[1]!}: `);
  text.need(o, tcp.HEADER_LEN);
  const headerBytes = (text.u8(o + 12) >>> 4) << 2;
  if (headerBytes < tcp.HEADER_LEN) {
    const payload = (length - headerBytes) >>> 0;
    text.print(` tcp ${payload} [bad hdr length ${headerBytes} - too short, < ${tcp.HEADER_LEN}]`);
    return;
  }
  if (text.style.quick === true) {
    text.print(`tcp ${(length - headerBytes) >>> 0}`);
    if (headerBytes > length) text.print(` [bad hdr length ${headerBytes} - too long, > ${length}]`);
    return;
  }
  const flags = text.u8(o + 13);
  text.print(`Flags [${tcp.formatFlags(flags)}]`);
  if (headerBytes > length) {
    text.print(` [bad hdr length ${headerBytes} - too long, > ${length}]`);
    return;
  }
  if (text.style.verbose && !isFragmented && text.has(o, length)) printChecksum(text, o, length, pseudo);
  printNumbers(text, o, flags, length - headerBytes);
  const optionBytes = headerBytes - tcp.HEADER_LEN;
  if (optionBytes > 0 && !printOptions(text, o + tcp.HEADER_LEN, optionBytes)) return;
  text.print(`, length ${length - headerBytes}`);
  if (length <= headerBytes) return;
  text.needHeader(o, headerBytes);
  if (text.u16(o) === dns.PORT || text.u16(o + 2) === dns.PORT) {
    text.print(' ');
    printDns(text, o + headerBytes, length - headerBytes, true);
  }
}

function printChecksum(text: DissectText, o: number, length: number, pseudo: number): void {
  const sum = text.sum(o, length, pseudo);
  const field = text.u16(o + 16);
  const verdict = sum === 0xffff ? 'correct' : `incorrect -> 0x${hex(correctChecksum(field, sum), 4)}`;
  text.print(`, cksum 0x${hex(field, 4)} (${verdict})`);
}

function printNumbers(text: DissectText, o: number, flags: number, payload: number): void {
  const seq = text.u32(o + 4);
  if (text.style.veryVerbose === true || payload > 0 || (flags & WITH_DATA_RANGE) !== 0) {
    text.print(`, seq ${seq}`);
    if (payload > 0) text.print(`:${(seq + payload) >>> 0}`);
  }
  if ((flags & tcp.FLAG_ACK) !== 0) text.print(`, ack ${text.u32(o + 8)}`);
  text.print(`, win ${text.u16(o + 14)}`);
  if ((flags & tcp.FLAG_URG) !== 0) text.print(`, urg ${text.u16(o + 18)}`);
}

const OPTION_END = 0;
const OPTION_NOP = 1;
const OPTION_MSS = 2;
const OPTION_WINDOW_SCALE = 3;
const OPTION_SACK = 5;
const OPTION_TIMESTAMPS = 8;

/** Name and length of the data of the options that have a fixed one. */
const OPTIONS: Readonly<Record<number, readonly [string, number]>> = {
  [OPTION_MSS]: ['mss', 2],
  [OPTION_WINDOW_SCALE]: ['wscale', 1],
  4: ['sackOK', 0],
  [OPTION_TIMESTAMPS]: ['TS', 8],
};

/** Answers of `printOption`: the option does not fit the header; its data lie beyond the end of the packet. */
const BAD = -1;
const CUT = -2;

/** Prints the options and their brackets; false when one of them does not fit and the line ends there. */
function printOptions(text: DissectText, first: number, bytes: number): boolean {
  text.print(', options [');
  const end = first + bytes;
  let at = first;
  while (at < end) {
    if (at > first) text.print(',');
    const kind = text.u8(at);
    if (kind === OPTION_END || kind === OPTION_NOP) {
      text.print(kind === OPTION_END ? 'eol' : 'nop');
      at++;
      if (kind === OPTION_END) break;
      continue;
    }
    const length = text.u8(at + 1);
    const dataBytes = length < 2 || at + length > end ? BAD : printOption(text, at, end, length);
    if (dataBytes < 0) {
      if (dataBytes === CUT) text.printTruncated();
      else text.print('[bad opt]');
      if (at > first) text.print(dataBytes === CUT ? '>' : ']');
      return false;
    }
    if (dataBytes + 2 !== length) text.print(`[len ${length}]`);
    at += 2 + dataBytes;
  }
  text.print(']');
  return true;
}

/** Prints one option; returns the length of the data that its kind has, or BAD or CUT. */
function printOption(text: DissectText, at: number, end: number, length: number): number {
  const data = at + 2;
  const kind = text.u8(at);
  const known = OPTIONS[kind];
  if (known !== undefined) {
    const [name, dataBytes] = known;
    text.print(name);
    if (data + dataBytes > end) return BAD;
    if (!text.has(data, dataBytes)) return CUT;
    text.print(optionValue(text, kind, data));
    return dataBytes;
  }
  const dataBytes = length - 2;
  if (kind === OPTION_SACK) {
    text.print('sack');
    return printSack(text, data, dataBytes) ? dataBytes : CUT;
  }
  text.print(`unknown-${kind}${dataBytes > 0 ? ' 0x' : ''}`);
  for (let i = 0; i < dataBytes; i++) {
    if (!text.has(data + i, 1)) return CUT;
    text.print(hex(text.u8(data + i), 2));
  }
  return dataBytes;
}

/** Prints the blocks; false when the packet ends inside one. */
function printSack(text: DissectText, data: number, dataBytes: number): boolean {
  if (dataBytes % 8 !== 0) {
    text.print(' invalid sack');
    return true;
  }
  text.print(` ${dataBytes / 8} `);
  for (let i = 0; i < dataBytes; i += 8) {
    if (!text.has(data + i, 8)) return false;
    text.print(`{${text.u32(data + i)}:${text.u32(data + i + 4)}}`);
  }
  return true;
}

function optionValue(text: DissectText, kind: number, data: number): string {
  if (kind === OPTION_MSS) return ` ${text.u16(data)}`;
  if (kind === OPTION_WINDOW_SCALE) return ` ${text.u8(data)}`;
  return kind === OPTION_TIMESTAMPS ? ` val ${text.u32(data)} ecr ${text.u32(data + 4)}` : '';
}
