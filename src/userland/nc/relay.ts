/**
 * Standard input to a connection, and what comes to standard output: readwrite() of netcat.c, one turn of its poll(2)
 * loop after the other. Each of its four ends is gone at its own time.
 */
import type { Utf8Stream } from '../../base/bytes.ts';
import { utf8Encode, utf8Stream } from '../../base/bytes.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Waitable } from '../../kernel/proc/wait.ts';
import type { TcpSocket } from '../../kernel/socket/tcp/tcp-socket.ts';
import { RCV_SHUTDOWN, SEND_SHUTDOWN } from '../../kernel/socket/tcp/tcp-states.ts';
import { SECOND } from '../../sim/units.ts';
import { hangUpOf, hasFailed, hasHungUp } from '../hang-up.ts';
import { inputReady } from '../input.ts';
import type { Steps } from './context.ts';
import { BUFFER_BYTES } from './context.ts';
import type { NcOptions } from './options.ts';

const LINE_FEED = 10;
const NO_BYTES = new Uint8Array(0);

export class Relay {
  private readonly proc: Process;
  private readonly options: NcOptions;
  private readonly socket: TcpSocket;
  private readonly hangUp: Waitable;
  private readonly text: Utf8Stream = utf8Stream();
  private readonly buffer = new Uint8Array(BUFFER_BYTES);
  private isInputOpen: boolean;
  private isReceiving = true;
  private isSending = true;
  /** Read from standard input and not sent yet. */
  private pending: Uint8Array = NO_BYTES;
  private received = 0;

  constructor(proc: Process, options: NcOptions, socket: TcpSocket) {
    this.proc = proc;
    this.options = options;
    this.socket = socket;
    this.hangUp = hangUpOf(socket);
    this.isInputOpen = !options.isDetached;
  }

  /** Until both directions are done, the peer has gone or nothing came for `-w` seconds; false for the last. */
  *run(): Steps<boolean> {
    const { timeoutSeconds, isListening } = this.options;
    for (;;) {
      const isDone = !this.isReceiving && this.pending.length === 0;
      if (isDone && (isListening || !this.isInputOpen)) return true;
      const untilNs = timeoutSeconds < 0 ? Infinity : this.proc.now + timeoutSeconds * SECOND;
      const reason = yield this.proc.waitFor(this.waitables(), untilNs);
      if (reason === 'timer' && !this.waitables().some((each) => each.isReady())) return false;
      this.noteErrors();
      if (this.isInputOpen) this.readInput();
      if (this.isSending && this.pending.length > 0) yield* this.send();
      if (this.isReceiving) this.receive();
      if (!this.isInputOpen && this.pending.length === 0) this.endSending();
    }
  }

  private waitables(): Waitable[] {
    const list: Waitable[] = [];
    if (this.isInputOpen && this.pending.length === 0) list.push(inputReady(this.proc));
    if (this.isReceiving) list.push(this.socket.readable);
    if (this.isSending) list.push(this.pending.length > 0 ? this.socket.writable : this.hangUp);
    return list;
  }

  /** POLLERR and POLLHUP */
  private noteErrors(): void {
    const isFailed = hasFailed(this.socket);
    if (isFailed) this.isReceiving = false;
    if (this.isSending && (isFailed || hasHungUp(this.socket))) {
      this.isSending = false;
      this.isInputOpen = false;
      this.pending = NO_BYTES;
    }
  }

  private readInput(): void {
    const { stdin } = this.proc;
    if (this.pending.length > 0 || stdin === 'open') return;
    const text = stdin === 'eof' || stdin === 'null' ? null : stdin.read();
    if (text === null) this.isInputOpen = false;
    else if (text !== '') this.pending = utf8Encode(this.options.sendsCrLf ? text.replace(/\r?\n/g, '\r\n') : text);
  }

  /** As much as the socket takes; with `-i` a line, and a pause. */
  private *send(): Steps<void> {
    const { intervalSeconds } = this.options;
    const lineEnd = intervalSeconds > 0 ? this.pending.indexOf(LINE_FEED) : -1;
    const most = lineEnd < 0 ? BUFFER_BYTES : lineEnd + 1;
    const sent = this.socket.send(this.pending, 0, Math.min(this.pending.length, most));
    if (sent >= 0) this.pending = this.pending.subarray(sent);
    else if (this.socket.lastError !== 'EAGAIN') {
      this.isSending = false;
      this.isInputOpen = false;
      this.pending = NO_BYTES;
    }
    if (sent > 0 && intervalSeconds > 0) yield this.proc.sleep(intervalSeconds * SECOND);
  }

  private receive(): void {
    const got = this.socket.receiveInto(this.buffer, 0, BUFFER_BYTES);
    if (got < 0) {
      this.isReceiving = this.socket.lastError === 'EAGAIN';
      return;
    }
    this.proc.write(got > 0 ? this.text.decode(this.buffer.subarray(0, got)) : this.text.end());
    const isEnough = got > 0 && ++this.received === this.options.receiveMax;
    if (isEnough) this.isInputOpen = false;
    if (got > 0 && !isEnough) return;
    this.socket.shutdown(RCV_SHUTDOWN);
    this.isReceiving = false;
  }

  private endSending(): void {
    const { tellsEnd, quitSeconds } = this.options;
    if (this.isSending && (tellsEnd || quitSeconds >= 0)) this.socket.shutdown(SEND_SHUTDOWN);
    this.isSending = false;
  }
}
