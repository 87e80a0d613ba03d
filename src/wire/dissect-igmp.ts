/** IGMP of all versions in tcpdump's words (RFC 3376). */
import type { DissectText } from './dissect-text.ts';
import { hex } from './dissect-text.ts';

const QUERY = 0x11;
const V1_REPORT = 0x12;
const V2_REPORT = 0x16;
const LEAVE = 0x17;
const V3_REPORT = 0x22;

const RECORD_KINDS: Readonly<Record<number, string>> = {
  1: 'is_in',
  2: 'is_ex',
  3: 'to_in',
  4: 'to_ex',
  5: 'allow',
  6: 'block',
};

/** Prints the message of `length` bytes at `o`. */
export function printIgmp(text: DissectText, o: number, length: number): void {
  text.protocol = 'igmp';
  if (text.style.quick === true) {
    text.print('igmp');
    return;
  }
  const type = text.u8(o);
  if (type === QUERY) printQuery(text, o, length);
  else if (type === V3_REPORT) printV3Report(text, o, length);
  else if (type === V1_REPORT) text.print(`igmp v1 report ${text.ip(o + 4)}`);
  else if (type === V2_REPORT) text.print(`igmp v2 report ${text.ip(o + 4)}`);
  else if (type === LEAVE) text.print(`igmp leave ${text.ip(o + 4)}`);
  else text.print(`igmp-${type}`);
  if (text.style.verbose && text.has(o, length)) {
    const sum = text.sum(o, length, 0);
    if (sum !== 0xffff) text.print(` bad igmp cksum ${hex(text.u16(o + 2))}!`);
  }
}

function printQuery(text: DissectText, o: number, length: number): void {
  const group = text.u32(o + 4);
  const tenths = text.u8(o + 1);
  if (length >= 12) text.print('igmp query v3');
  else text.print(tenths === 0 ? 'igmp query v1' : 'igmp query v2');
  if (tenths !== 0 && tenths !== 100 && length < 12) text.print(` [max resp time ${tenths}]`);
  if (group !== 0) text.print(` [gaddr ${text.ip(o + 4)}]`);
}

function printV3Report(text: DissectText, o: number, length: number): void {
  text.print('igmp v3 report');
  if (length < 16 || (length & 3) !== 0) {
    text.print(` [invalid len ${length}]`);
    return;
  }
  const count = text.u16(o + 6);
  text.print(`, ${count} group record(s)`);
  if (!text.style.verbose) return;
  let at = o + 8;
  for (let i = 0; i < count; i++) {
    const kind = text.u8(at);
    const sources = text.u16(at + 2);
    text.print(` [gaddr ${text.ip(at + 4)} ${RECORD_KINDS[kind] ?? `[v3-report-#${kind}]`}`);
    if (text.style.veryVerbose === true) {
      const list = Array.from({ length: sources }, (_, n) => `${text.ip(at + 8 + 4 * n)} `);
      text.print(` { ${list.join('')}}]`);
    } else text.print(`, ${sources} source(s)]`);
    at += 8 + 4 * sources + 4 * text.u8(at + 1);
  }
}
