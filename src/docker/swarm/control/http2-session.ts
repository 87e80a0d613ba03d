/**
 * One end of an HTTP/2 connection as grpc-go drives it: what is to be written gathers while the writer has not come to
 * it, and goes out in one piece; the peer's data is answered by a ping, by which grpc-go measures the path.
 */
import { concat, emitFrame, FrameReader, PREFACE } from './http2.ts';
import type { Http2Frame } from './http2.ts';
import {
  cancelFrame,
  FLAG_ACK,
  FLAG_END_HEADERS,
  FLAG_END_STREAM,
  FRAME_BYTES_MAX,
  FRAME_DATA,
  FRAME_HEADERS,
  FRAME_PING,
  FRAME_RST_STREAM,
  FRAME_SETTINGS,
  pingFrame,
  SETTINGS_ACK,
  settingsFrame,
  windowUpdateFrame,
} from './http2.ts';
import type { HeaderField } from './hpack.ts';
import { HpackDecoder, HpackEncoder } from './hpack.ts';
import type { Worker } from './worker.ts';

/** Until the writer has come to what there is, and what has come up meanwhile. */
const FLUSH_NS = { least: 60_000, most: 420_000 };
const PING_PAYLOAD = Uint8Array.of(2, 4, 16, 16, 9, 14, 7, 7);

export interface SessionEvents {
  /** Text for the connection below. */
  write(text: Uint8Array): void;
  onHeaders(streamId: number, fields: readonly HeaderField[], isEnd: boolean): void;
  onStreamData(streamId: number, bytes: Uint8Array, isEnd: boolean): void;
  onReset(streamId: number): void;
  /** The peer does not speak HTTP/2. */
  onBroken(): void;
}

export class Http2Session {
  private readonly isServer: boolean;
  private readonly worker: Worker;
  /** grpc-go's loopyWriter. */
  private readonly writer: Worker;
  private readonly events: SessionEvents;
  private readonly reader = new FrameReader();
  private readonly encoder = new HpackEncoder();
  private readonly decoder = new HpackDecoder();
  private outbox: Uint8Array[] = [];
  private isWriterCalled = false;
  private needsPreface: boolean;
  private isPingOut = false;

  constructor(isServer: boolean, worker: Worker, events: SessionEvents) {
    this.isServer = isServer;
    this.worker = worker;
    this.writer = worker.another();
    this.events = events;
    this.needsPreface = isServer;
  }

  /** What each side says first. */
  start(): void {
    if (!this.isServer) {
      this.worker.later(() => {
        this.events.write(PREFACE);
      });
    }
    this.worker.later(() => {
      this.events.write(emitFrame(settingsFrame(this.isServer)));
    });
  }

  sendHeaders(streamId: number, fields: readonly HeaderField[], isEnd: boolean): void {
    const flags = FLAG_END_HEADERS | (isEnd ? FLAG_END_STREAM : 0);
    this.send({ type: FRAME_HEADERS, flags, streamId, payload: this.encoder.encode(fields) });
  }

  sendData(streamId: number, bytes: Uint8Array, isEnd: boolean): void {
    for (let at = 0; at < bytes.length; at += FRAME_BYTES_MAX) {
      const payload = bytes.subarray(at, at + FRAME_BYTES_MAX);
      const isLast = isEnd && at + FRAME_BYTES_MAX >= bytes.length;
      this.send({ type: FRAME_DATA, flags: isLast ? FLAG_END_STREAM : 0, streamId, payload });
    }
  }

  cancel(streamId: number): void {
    this.send(cancelFrame(streamId));
  }

  /** Writes at once what waits for the writer. */
  flush(): void {
    if (this.outbox.length === 0) return;
    this.events.write(concat(...this.outbox.splice(0)));
  }

  onText(text: Uint8Array): void {
    this.reader.add(text);
    if (this.needsPreface) {
      const preface = this.reader.takeRaw(PREFACE.length);
      if (preface === null) return;
      this.needsPreface = false;
      if (preface.some((byte, at) => byte !== PREFACE[at])) {
        this.events.onBroken();
        return;
      }
    }
    for (let frame = this.reader.next(); frame !== null; frame = this.reader.next()) {
      if (frame === 'broken' || !this.onFrame(frame)) {
        this.events.onBroken();
        return;
      }
    }
  }

  private onFrame(frame: Http2Frame): boolean {
    const isAck = (frame.flags & FLAG_ACK) !== 0;
    const isEnd = (frame.flags & FLAG_END_STREAM) !== 0;
    if (frame.type === FRAME_SETTINGS && !isAck) this.send(SETTINGS_ACK);
    else if (frame.type === FRAME_PING && isAck) this.isPingOut = false;
    else if (frame.type === FRAME_PING) this.send(pingFrame(frame.payload, true));
    else if (frame.type === FRAME_RST_STREAM) this.events.onReset(frame.streamId);
    else if (frame.type === FRAME_DATA) {
      this.measure(frame.payload.length);
      this.events.onStreamData(frame.streamId, frame.payload, isEnd);
    } else if (frame.type === FRAME_HEADERS) {
      const fields = this.decoder.decode(frame.payload);
      if (fields === null) return false;
      this.events.onHeaders(frame.streamId, fields, isEnd);
    }
    return true;
  }

  /** Twin of bdpEstimator.add: one ping at a time, which takes the window's update along. */
  private measure(bytes: number): void {
    if (this.isPingOut || bytes === 0) return;
    this.isPingOut = true;
    this.send(windowUpdateFrame(bytes));
    this.send(pingFrame(PING_PAYLOAD, false));
  }

  private send(frame: Http2Frame): void {
    this.outbox.push(emitFrame(frame));
    if (this.isWriterCalled) return;
    this.isWriterCalled = true;
    this.writer.later(
      () => {
        this.isWriterCalled = false;
        this.flush();
      },
      FLUSH_NS.least,
      FLUSH_NS.most,
    );
  }
}
