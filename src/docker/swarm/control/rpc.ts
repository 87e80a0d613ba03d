/**
 * What the managers' calls look like to those who make and answer them: a method, a body, and an answer or a stream of
 * messages. Twin of the parts of gRPC that swarmkit uses. How it is carried is `ControlServer`'s and `ControlClient`'s.
 *
 *   worker: new ControlClient(engine, address, port, identity)
 *     call('Dispatcher/Heartbeat', { sessionId }) ──▶ handler.call(peer, method, body): Answer
 *     open('Dispatcher/Session', body, { onMessage, onLost }) ──▶ handler.open(peer, method, body, stream)
 *                                              onMessage ◀── stream.push(message) ◀──
 */
import type { Ip4 } from '../../../base/addr.ts';
import { DaemonError } from '../../errors.ts';
import type { Answer } from '../answer.ts';

/** What can travel: no undefined, no NaN; integers up to 2^53. */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/** Who one is by one's certificate; its issuer is the swarm. */
export interface ControlIdentity {
  readonly nodeId: string;
  readonly role: 'manager' | 'worker';
  /** The organization in the certificate: nodes of another swarm are not let in. */
  readonly clusterId: string;
}

/** Whoever has called. */
export interface ControlPeer {
  readonly address: Ip4;
  readonly port: number;
  /** Null for one without a certificate, which wants to have one. */
  readonly identity: ControlIdentity | null;
}

/** The server's end of a stream of messages. */
export interface ControlStream {
  push(message: JsonValue): void;
  /** Ends it, with null well, else with what the client hears in `onLost`. A second time does nothing. */
  end(reason: DaemonError | null): void;
}

export interface ControlHandler {
  /** Whose certificate the server shows. */
  readonly identity: ControlIdentity;
  /** Answers a call; a refusal travels with its text. Methods are `Dispatcher/Heartbeat` and the like. */
  call(peer: ControlPeer, method: string, body: JsonValue): Answer<JsonValue>;
  /** Begins a stream. The function returned is called when the client has ended it or is lost. */
  open(peer: ControlPeer, method: string, body: JsonValue, stream: ControlStream): () => void;
}

/** The client's end of a stream of messages. After `onLost` nothing more is heard of it. */
export interface ControlListener {
  onMessage(message: JsonValue): void;
  /** The server has ended it, or the connection is gone: `rpc error: code = Unavailable desc = …`. */
  onLost(reason: string): void;
}

/** gRPC's statuses, by their numbers. */
export const RPC_CODES = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
] as const;

export type RpcCode = (typeof RPC_CODES)[number];

/** How Go prints a status. */
export function rpcErrorText(code: RpcCode, description: string): string {
  return `rpc error: code = ${code} desc = ${description}`;
}

/** A call that did not go well, with the status that it has ended with. */
export class RpcError extends DaemonError {
  readonly code: RpcCode;
  readonly description: string;

  constructor(code: RpcCode, description: string) {
    super(rpcErrorText(code, description), false);
    this.name = 'RpcError';
    this.code = code;
    this.description = description;
  }
}
