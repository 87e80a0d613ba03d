/**
 * A TLS 1.3 connection between a node and a manager: the handshake that the recordings show, record by record, then
 * sealed bytes both ways. The messages of the handshake are real up to the hellos; certificates are who one is, blown
 * up to the size that the swarm's certificates have.
 *
 *   client                                      server
 *   ClientHello                       ──▶
 *                                     ◀──       ServerHello, change cipher spec,
 *                                               {encrypted extensions} {certificate request}
 *                                               {certificate} {certificate verify} {finished}
 *   change cipher spec,
 *   {certificate} [{certificate verify}]
 *   {finished}                        ──▶
 */
import { utf8Decode, utf8Encode } from '../../../base/bytes.ts';
import type { Rng } from '../../../sim/rng.ts';
import type { Connection, ConnectionHandler } from '../../connection.ts';
import { concat } from './http2.ts';
import type { ControlIdentity } from './rpc.ts';
import type { HelloSecrets } from './tls-hello.ts';
import { clientHello, handshakeMessage, HELLO_RANDOM_BYTES, readHello, serverHello } from './tls-hello.ts';
import type { TlsRecord } from './tls-record.ts';
import {
  emitRecord,
  RECORD_ALERT,
  RECORD_APPLICATION_DATA,
  RECORD_CHANGE_CIPHER_SPEC,
  RECORD_HANDSHAKE,
  RECORD_TEXT_MAX,
  RecordCipher,
  RecordReader,
} from './tls-record.ts';
import type { Worker } from './worker.ts';

const MESSAGE = {
  encryptedExtensions: 8,
  certificate: 11,
  certificateRequest: 13,
  certificateVerify: 15,
  finished: 20,
};
/** Bodies as the recordings have them; signatures of ECDSA vary by a byte or two. */
const BODY_BYTES = {
  encryptedExtensions: 11,
  certificateRequest: 70,
  certificate: 578,
  certificateVerify: 75,
  finished: 32,
};
const CLIENT_CERTIFICATE_BYTES = 567;
/** A client without a certificate says so. */
const NO_CERTIFICATE_BYTES = 4;
/** Go begins with records that fit one segment each, and lets them grow. */
const FIRST_RECORD_TEXT = 1186;
const ALERT_WARNING = 1;
const ALERT_FATAL = 2;
export const ALERT_CLOSE_NOTIFY = 0;
export const ALERT_BAD_CERTIFICATE = 42;

/** Who is at an end, and whom it lets in. */
export interface TlsSettings {
  readonly isClient: boolean;
  /** Null for a client that has no certificate yet. */
  readonly identity: ControlIdentity | null;
  /** The swarm that the other end has to be of; null for whoever comes. */
  readonly trusts: string | null;
  /** What the client calls the server; '' for nothing. */
  readonly serverName: string;
}

export interface TlsEvents {
  /** The handshake is done. */
  onOpen(peer: ControlIdentity | null): void;
  onText(text: Uint8Array): void;
  /** It is no more, with why for the logs; said once. */
  onClosed(reason: string): void;
}

export class TlsConnection implements ConnectionHandler {
  private readonly connection: Connection;
  private readonly settings: TlsSettings;
  private readonly events: TlsEvents;
  private readonly rng: Rng;
  private readonly worker: Worker;
  private readonly reader = new RecordReader();
  private readonly own: HelloSecrets;
  private sealing: RecordCipher | null = null;
  private opening: RecordCipher | null = null;
  private peer: ControlIdentity | null = null;
  private isOpen = false;
  private isClosed = false;
  private recordsSent = 0;

  constructor(connection: Connection, settings: TlsSettings, rng: Rng, worker: Worker, events: TlsEvents) {
    this.connection = connection;
    this.settings = settings;
    this.events = events;
    this.rng = rng;
    this.worker = worker;
    this.own = { random: this.draw(), sessionId: this.draw(), keyShare: this.draw() };
    if (settings.isClient) {
      const hello = clientHello(this.own, settings.serverName);
      this.later(() => {
        connection.send(emitRecord(RECORD_HANDSHAKE, hello, true));
      });
    }
  }

  /** Sends text in as many records as Go would. */
  send(text: Uint8Array): void {
    if (this.isClosed || this.sealing === null) return;
    let wire: Uint8Array = new Uint8Array(0);
    for (let at = 0; at < text.length;) {
      const size = Math.min(FIRST_RECORD_TEXT * ++this.recordsSent, RECORD_TEXT_MAX);
      wire = concat(wire, this.sealing.seal(RECORD_APPLICATION_DATA, text.subarray(at, at + size)));
      at += size;
    }
    this.connection.send(wire);
  }

  /** Says goodbye and closes. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.alert(ALERT_WARNING, ALERT_CLOSE_NOTIFY);
    this.connection.close();
  }

  onData(bytes: Uint8Array): void {
    this.reader.add(bytes);
    while (!this.isClosed) {
      const record = this.reader.next();
      if (record === null) return;
      if (record === 'broken') this.fail('tls: first record does not look like a TLS handshake');
      else this.onRecord(record);
    }
  }

  onEnd(): void {
    this.finish('EOF');
    this.connection.close();
  }

  onError(reason: string): void {
    this.finish(reason);
  }

  private onRecord(record: TlsRecord): void {
    if (record.type === RECORD_CHANGE_CIPHER_SPEC) return;
    if (record.type === RECORD_HANDSHAKE && this.opening === null) {
      this.onHello(record.body);
      return;
    }
    const opened = record.type === RECORD_APPLICATION_DATA ? (this.opening?.open(record.body) ?? null) : null;
    if (opened === null) this.fail('local error: tls: bad record MAC');
    else if (opened.type === RECORD_APPLICATION_DATA && this.isOpen) this.events.onText(opened.body);
    else if (opened.type === RECORD_ALERT) this.onAlert(opened.body);
    else if (opened.type === RECORD_HANDSHAKE) this.onHandshake(opened.body);
    else this.fail('local error: tls: unexpected message');
  }

  private onHello(message: Uint8Array): void {
    const { isClient } = this.settings;
    const theirs = readHello(message, !isClient);
    if (theirs === null) {
      this.fail('local error: tls: unexpected message');
      return;
    }
    const [client, server] = isClient ? [this.own, theirs] : [theirs, this.own];
    this.sealing = new RecordCipher(isClient ? 'client' : 'server', client, server);
    this.opening = new RecordCipher(isClient ? 'server' : 'client', client, server);
    if (isClient) return;
    const hello = serverHello({ ...this.own, sessionId: theirs.sessionId });
    this.later(() => {
      this.sendFlight(emitRecord(RECORD_HANDSHAKE, hello), [
        this.filled(MESSAGE.encryptedExtensions, BODY_BYTES.encryptedExtensions),
        this.filled(MESSAGE.certificateRequest, BODY_BYTES.certificateRequest),
        this.certificate(BODY_BYTES.certificate),
        this.certificateVerify(),
        this.filled(MESSAGE.finished, BODY_BYTES.finished),
      ]);
    });
  }

  private onHandshake(message: Uint8Array): void {
    if (message[0] === MESSAGE.certificate) this.onCertificate(message);
    else if (message[0] === MESSAGE.finished && !this.isOpen) this.onFinished();
  }

  private onCertificate(message: Uint8Array): void {
    const { trusts } = this.settings;
    this.peer = identityIn(message);
    if (trusts === null || this.peer === null || this.peer.clusterId === trusts) return;
    this.alert(ALERT_FATAL, ALERT_BAD_CERTIFICATE);
    this.connection.close();
    this.finish(UNKNOWN_AUTHORITY);
  }

  private onFinished(): void {
    this.isOpen = true;
    if (!this.settings.isClient) {
      this.events.onOpen(this.peer);
      return;
    }
    this.later(() => {
      const { identity } = this.settings;
      const proof = identity === null ? [] : [this.certificateVerify()];
      const certificate = this.certificate(identity === null ? NO_CERTIFICATE_BYTES : CLIENT_CERTIFICATE_BYTES);
      const finished = this.filled(MESSAGE.finished, BODY_BYTES.finished);
      this.sendFlight(new Uint8Array(0), [certificate, ...proof, finished]);
      this.events.onOpen(this.peer);
    });
  }

  private onAlert(alert: Uint8Array): void {
    const isGoodbye = alert[1] === ALERT_CLOSE_NOTIFY;
    this.finish(isGoodbye ? 'EOF' : 'remote error: tls: bad certificate');
    if (isGoodbye) this.alert(ALERT_WARNING, ALERT_CLOSE_NOTIFY);
    this.connection.close();
  }

  /** In one write, behind what is in the clear, with the record that changes nothing for old machines on the way. */
  private sendFlight(clear: Uint8Array, messages: readonly Uint8Array[]): void {
    if (this.isClosed) return;
    const sealed = messages.map((message) => this.sealing!.seal(RECORD_HANDSHAKE, message));
    this.connection.send(concat(clear, emitRecord(RECORD_CHANGE_CIPHER_SPEC, Uint8Array.of(1)), ...sealed));
  }

  private certificate(size: number): Uint8Array {
    const { identity } = this.settings;
    const text = utf8Encode(identity === null ? '' : JSON.stringify(identity));
    const length = identity === null ? size : size - this.rng.below(2);
    const body = new Uint8Array(Math.max(length, text.length));
    body.set(text);
    return handshakeMessage(MESSAGE.certificate, body);
  }

  private certificateVerify(): Uint8Array {
    return this.filled(MESSAGE.certificateVerify, BODY_BYTES.certificateVerify + 1 - this.rng.below(3));
  }

  private filled(type: number, size: number): Uint8Array {
    return handshakeMessage(type, new Uint8Array(size));
  }

  private alert(level: number, description: number): void {
    if (this.sealing !== null) this.connection.send(this.sealing.seal(RECORD_ALERT, Uint8Array.of(level, description)));
  }

  private fail(reason: string): void {
    this.finish(reason);
    this.connection.close();
  }

  private finish(reason: string): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.events.onClosed(reason);
  }

  private later(action: () => void): void {
    this.worker.later(() => {
      if (!this.isClosed) action();
    });
  }

  private draw(): Uint8Array {
    return Uint8Array.from({ length: HELLO_RANDOM_BYTES }, () => this.rng.below(256));
  }
}

const UNKNOWN_AUTHORITY = 'x509: certificate signed by unknown authority';

/** Null for an empty certificate, and for one that nobody can have made. */
function identityIn(message: Uint8Array): ControlIdentity | null {
  const text = utf8Decode(message.subarray(4)).replace(/\0+$/, '');
  if (text === '') return null;
  const made = parseJson(text);
  if (typeof made !== 'object' || made === null) return null;
  const { nodeId, role, clusterId } = made as Record<string, unknown>;
  if (typeof nodeId !== 'string' || typeof clusterId !== 'string') return null;
  return role === 'manager' || role === 'worker' ? { nodeId, role, clusterId } : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
