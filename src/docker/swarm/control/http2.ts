/**
 * Frames of HTTP/2 (RFC 9113 section 4.1), as far as gRPC uses them.
 *
 *   0        3     4      5           9
 *   length(24) type(8) flags(8) stream(32)  payload
 */
import { utf8Encode } from '../../../base/bytes.ts';

export const FRAME_DATA = 0;
export const FRAME_HEADERS = 1;
export const FRAME_RST_STREAM = 3;
export const FRAME_SETTINGS = 4;
export const FRAME_PING = 6;
export const FRAME_WINDOW_UPDATE = 8;

export const FLAG_END_STREAM = 1;
export const FLAG_ACK = 1;
export const FLAG_END_HEADERS = 4;

const HEADER_BYTES = 9;
/** SETTINGS_MAX_FRAME_SIZE, which nobody changes. */
export const FRAME_BYTES_MAX = 16_384;
/** What a client says first. */
export const PREFACE = utf8Encode('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const SETTING_MAX_FRAME_SIZE = 5;
const ERROR_CANCEL = 8;

export interface Http2Frame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Uint8Array;
}

export function emitFrame({ type, flags, streamId, payload }: Http2Frame): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  const { length } = payload;
  bytes.set([length >>> 16, length >>> 8, length, type, flags, streamId >>> 24, streamId >>> 16, streamId >>> 8]);
  bytes[8] = streamId;
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

/** grpc-go's server says how long frames may be; its client says nothing. */
export function settingsFrame(isServer: boolean): Http2Frame {
  const setting = [0, SETTING_MAX_FRAME_SIZE, 0, 0, FRAME_BYTES_MAX >>> 8, FRAME_BYTES_MAX & 0xff];
  return { type: FRAME_SETTINGS, flags: 0, streamId: 0, payload: Uint8Array.from(isServer ? setting : []) };
}

export const SETTINGS_ACK: Http2Frame = {
  type: FRAME_SETTINGS,
  flags: FLAG_ACK,
  streamId: 0,
  payload: new Uint8Array(0),
};

export function pingFrame(payload: Uint8Array, isAck: boolean): Http2Frame {
  return { type: FRAME_PING, flags: isAck ? FLAG_ACK : 0, streamId: 0, payload };
}

/** The peer may send so many bytes more. */
export function windowUpdateFrame(bytes: number): Http2Frame {
  return { type: FRAME_WINDOW_UPDATE, flags: 0, streamId: 0, payload: word(bytes) };
}

/** Nobody wants to hear more on a stream. */
export function cancelFrame(streamId: number): Http2Frame {
  return { type: FRAME_RST_STREAM, flags: 0, streamId, payload: word(ERROR_CANCEL) };
}

function word(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

/** Frames out of bytes that come in pieces. */
export class FrameReader {
  private held = new Uint8Array(0);
  private isBroken = false;

  add(bytes: Uint8Array): void {
    this.held = concat(this.held, bytes);
  }

  /** Takes so many bytes that are no frame; null while they are not there. */
  takeRaw(count: number): Uint8Array | null {
    if (this.held.length < count) return null;
    const taken = this.held.slice(0, count);
    this.held = this.held.slice(count);
    return taken;
  }

  /** The next frame; null while it is not whole, 'broken' for one that is too long. */
  next(): Http2Frame | null | 'broken' {
    const { held } = this;
    if (this.isBroken) return 'broken';
    if (held.length < HEADER_BYTES) return null;
    const length = (held[0]! << 16) | (held[1]! << 8) | held[2]!;
    if (length > FRAME_BYTES_MAX) {
      this.isBroken = true;
      return 'broken';
    }
    if (held.length < HEADER_BYTES + length) return null;
    const streamId = ((held[5]! & 0x7f) << 24) | (held[6]! << 16) | (held[7]! << 8) | held[8]!;
    const payload = held.slice(HEADER_BYTES, HEADER_BYTES + length);
    this.held = held.slice(HEADER_BYTES + length);
    return { type: held[3]!, flags: held[4]!, streamId, payload };
  }
}

/** One behind the other. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
