/**
 * Segments as ladders write them: `P. 1:101 ack 1 win 257 <nop,nop,ts 10 5>`. Numbers are relative to the first one of
 * whoever sent them, flags have tcpdump's letters.
 */
import { referenceSum } from '../../../../wire/frames.ts';

/** The peer's first sequence number: it wraps early. */
const PEER_ISN = 0xffff_ff00;
const LETTERS = ['F', 'S', 'R', 'P', '.', 'U', 'E', 'W'];
const MARKS = ['', 'ect1', 'ect0', 'ce'];

/** What both sides of a ladder have learned of each other. */
export interface LadderState {
  /** The host's first sequence number; null before its SYN. */
  isn: number | null;
  firstTs: number | null;
  lastTs: number;
  hostPort: number;
  peerPort: number;
}

const be = (bytes: number, value: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * (bytes - 1 - i))) & 0xff);

/** A segment with its TCP header, and the two bits of ECN for its IP header. */
export interface GivenSegment {
  readonly bytes: number[];
  readonly ecn: number;
}

/** The bytes of a segment that the peer sends. */
export function parseSegment(text: string, state: LadderState, pseudo: (length: number) => number[]): GivenSegment {
  const [head = '', optionText = ''] = text.split('<');
  const [flags = '', place = '', ...rest] = head.trim().split(/\s+/);
  const field = (name: string, otherwise: number): number =>
    rest.includes(name) ? Number(rest[rest.indexOf(name) + 1]) : otherwise;
  const [left = '', right = left] = place.split(':');
  const marks = (flags.includes('S') ? 1 : 0) + (flags.includes('F') ? 1 : 0);
  const length = place.includes(':') ? Number(right) - Number(left) - marks : 0;
  const options = optionText === '' ? [] : parseOptions(optionText.replace('>', ''), state);
  while (options.length % 4 !== 0) options.push(0);
  const bits = LETTERS.reduce((sum, letter, i) => sum | (flags.includes(letter) ? 1 << i : 0), 0);
  const ack = rest.includes('ack') ? ((state.isn ?? 0) + field('ack', 0)) >>> 0 : 0;
  let bytes = [
    ...be(2, state.peerPort),
    ...be(2, state.hostPort),
    ...be(4, (PEER_ISN + Number(left)) >>> 0),
    ...be(4, ack),
    field('hdr', 5 + options.length / 4) << 4,
    bits,
    ...be(2, field('win', 65_535)),
    0,
    0,
    ...be(2, field('urg', 0)),
    ...options,
    ...Array.from({ length }, (_, i) => (Number(left) + i) & 0xff),
  ];
  if (rest.includes('cut')) bytes = bytes.slice(0, field('cut', 0));
  if (bytes.length >= 18) {
    const sum = ~referenceSum([...pseudo(bytes.length), ...bytes]) & 0xffff;
    const given = rest.includes('badsum') ? sum ^ 0x5555 : sum;
    bytes.splice(16, 2, ...be(2, given));
  }
  return {
    bytes,
    ecn: Math.max(
      MARKS.findIndex((mark) => mark !== '' && rest.includes(mark)),
      0,
    ),
  };
}

function parseOptions(text: string, state: LadderState): number[] {
  return text.split(',').flatMap((part) => {
    const [kind = '', ...words] = part.trim().split(/\s+/);
    switch (kind) {
      case 'mss':
        return [2, 4, ...be(2, Number(words[0]))];
      case 'nop':
        return [1];
      case 'eol':
        return [0];
      case 'wscale':
        return [3, 3, Number(words[0])];
      case 'sackOK':
        return [4, 2];
      case 'ts': {
        const [value = '0', echo = '0'] = words;
        const echoed = echo.startsWith('last') ? state.lastTs + Number(echo.slice(4)) : Number(echo);
        return [8, 10, ...be(4, Number(value) >>> 0), ...be(4, echoed >>> 0)];
      }
      case 'sack':
        return [5, 2 + 8 * words.length, ...words.flatMap((block) => sackBlock(block, state))];
      case 'raw':
        return words.map((byte) => parseInt(byte, 16));
      default:
        throw new Error(`no option ${part}`);
    }
  });
}

function sackBlock(block: string, state: LadderState): number[] {
  return block.split(':').flatMap((edge) => be(4, ((state.isn ?? 0) + Number(edge)) >>> 0));
}

/** A segment that the host has sent, from its TCP header on; `ecn` are the two bits of its IP header. */
export function showSegment(view: DataView, at: number, end: number, ecn: number, state: LadderState): string {
  const bits = view.getUint8(at + 13);
  const seq = view.getUint32(at + 4);
  if (state.isn === null && (bits & 2) !== 0) state.isn = seq;
  const header = (view.getUint8(at + 12) >> 4) * 4;
  const isAbsolute = state.isn === null || (seq === 0 && (bits & 4) !== 0);
  const left = isAbsolute ? seq : (seq - state.isn!) | 0;
  const length = end - at - header + (bits & 1) + ((bits >> 1) & 1);
  const flags = LETTERS.filter((_, i) => ((bits >> i) & 1) !== 0).join('');
  const words = ['>', flags === '' ? '0' : flags, `${left}:${left + length}`];
  if ((bits & 16) !== 0) words.push('ack', String((view.getUint32(at + 8) - PEER_ISN) | 0));
  words.push('win', String(view.getUint16(at + 14)));
  if (view.getUint16(at + 18) !== 0) words.push('urg', String(view.getUint16(at + 18)));
  if (ecn !== 0) words.push(MARKS[ecn]!);
  const options = showOptions(view, at + 20, at + header, state);
  if (options !== '') words.push(`<${options}>`);
  return words.join(' ');
}

function showOptions(view: DataView, from: number, end: number, state: LadderState): string {
  const parts: string[] = [];
  for (let at = from; at < end;) {
    const kind = view.getUint8(at);
    if (kind < 2) {
      parts.push(kind === 0 ? 'eol' : 'nop');
      if (kind === 0) break;
      at++;
      continue;
    }
    const size = view.getUint8(at + 1);
    parts.push(showOption(view, kind, at, size, state));
    at += size;
  }
  return parts.join(',');
}

function showOption(view: DataView, kind: number, at: number, size: number, state: LadderState): string {
  if (kind === 2) return `mss ${view.getUint16(at + 2)}`;
  if (kind === 3) return `wscale ${view.getUint8(at + 2)}`;
  if (kind === 4) return 'sackOK';
  if (kind === 8) {
    const stamp = view.getUint32(at + 2);
    state.firstTs ??= stamp;
    state.lastTs = stamp;
    return `ts ${(stamp - state.firstTs) >>> 0} ${view.getUint32(at + 6)}`;
  }
  const edges = Array.from({ length: (size - 2) / 4 }, (_, i) => (view.getUint32(at + 2 + 4 * i) - PEER_ISN) | 0);
  const blocks = edges.flatMap((edge, i) => (i % 2 === 0 ? [`${edge}:${edges[i + 1]!}`] : []));
  return `sack ${blocks.join(' ')}`;
}
