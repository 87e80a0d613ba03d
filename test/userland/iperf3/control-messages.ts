/** What goes over the first TCP connection of a capture, as text: one piece for each change of direction. */
import { utf8Decode } from '../../../src/base/bytes.ts';

const ETHERNET = 14;

interface Segment {
  readonly flow: string;
  readonly back: string;
  readonly seq: number;
  readonly payload: Uint8Array;
}

/** Pieces begin with `>` from the side that connects, and with `<` from the other. */
export function controlMessages(frames: readonly Uint8Array[]): string[] {
  const segments = frames.flatMap((frame) => segmentOf(frame) ?? []);
  const first = segments[0];
  if (first === undefined) return [];
  const pieces: string[] = [];
  const seen = new Set<string>();
  for (const { flow, back, seq, payload } of segments) {
    const mark = flow === first.flow ? '>' : '<';
    const isOther = flow !== first.flow && back !== first.flow;
    if (isOther || payload.length === 0 || seen.has(mark + String(seq))) continue;
    seen.add(mark + String(seq));
    const last = pieces.at(-1);
    if (last?.startsWith(mark) === true) pieces[pieces.length - 1] = last + utf8Decode(payload);
    else pieces.push(mark + utf8Decode(payload));
  }
  return pieces;
}

function segmentOf(frame: Uint8Array): Segment | null {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint16(12) !== 0x0800 || view.getUint8(ETHERNET + 9) !== 6) return null;
  const tcp = ETHERNET + 4 * (view.getUint8(ETHERNET) & 15);
  const [from, to] = [
    `${view.getUint32(26)}:${view.getUint16(tcp)}`,
    `${view.getUint32(30)}:${view.getUint16(tcp + 2)}`,
  ];
  const start = tcp + 4 * (view.getUint8(tcp + 12) >> 4);
  const end = ETHERNET + view.getUint16(ETHERNET + 2);
  return {
    flow: `${from}>${to}`,
    back: `${to}>${from}`,
    seq: view.getUint32(tcp + 4),
    payload: frame.subarray(start, end),
  };
}
