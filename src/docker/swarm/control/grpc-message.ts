/**
 * gRPC's messages in the data of a stream, and its header fields (gRPC over HTTP/2).
 *
 *   compressed(8) length(32)  body … zeros up to the size that swarmkit's message would have
 */
import { concat } from './http2.ts';
import type { HeaderField } from './hpack.ts';
import { encodeBody } from './body.ts';
import type { JsonValue, RpcCode } from './rpc.ts';
import { RPC_CODES, RpcError } from './rpc.ts';

const PREFIX_BYTES = 5;
/** Longer ones neither swarmkit's servers nor its clients take. */
export const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;
const PACKAGE = '/docker.swarmkit.v1.';
const USER_AGENT = 'grpc-go/1.27.1';
const MICROSECOND_NS = 1000;

export function emitMessage(body: JsonValue, leastBytes: number): Uint8Array {
  const bytes = encodeBody(body);
  const length = Math.max(bytes.length, leastBytes);
  const message = new Uint8Array(PREFIX_BYTES + length);
  message.set([0, length >>> 24, length >>> 16, length >>> 8, length]);
  message.set(bytes, PREFIX_BYTES);
  return message;
}

/** Messages out of the data of one stream. */
export class MessageReader {
  private held: Uint8Array = new Uint8Array(0);

  add(bytes: Uint8Array): void {
    this.held = concat(this.held, bytes);
  }

  /** The next body; null while it is not whole, 'broken' for one that nobody takes. */
  next(): Uint8Array | null | 'broken' {
    const { held } = this;
    if (held.length < PREFIX_BYTES) return null;
    const length = held[1]! * 0x100_0000 + ((held[2]! << 16) | (held[3]! << 8) | held[4]!);
    if (held[0] !== 0 || length > MESSAGE_BYTES_MAX) return 'broken';
    if (held.length < PREFIX_BYTES + length) return null;
    this.held = held.subarray(PREFIX_BYTES + length);
    return held.subarray(PREFIX_BYTES, PREFIX_BYTES + length);
  }
}

/** In grpc-go's order. `timeoutNs` is Infinity for a call without a deadline. */
export function requestFields(method: string, authority: string, timeoutNs: number): HeaderField[] {
  const fields: HeaderField[] = [
    [':method', 'POST'],
    [':scheme', 'https'],
    [':path', PACKAGE + method],
    [':authority', authority],
    ['content-type', 'application/grpc'],
    ['user-agent', USER_AGENT],
    ['te', 'trailers'],
  ];
  if (timeoutNs !== Infinity) fields.push(['grpc-timeout', timeoutText(timeoutNs)]);
  return fields;
}

/** The unit in which the number has no more than eight digits. */
function timeoutText(timeoutNs: number): string {
  const microseconds = Math.ceil(timeoutNs / MICROSECOND_NS);
  if (microseconds < 100_000_000) return `${microseconds}u`;
  return `${Math.ceil(microseconds / 1000)}m`;
}

/** The method of a request; null for what is none of swarmkit's. */
export function methodOf(fields: readonly HeaderField[]): string | null {
  const path = fields.find(([name]) => name === ':path')?.[1];
  return path?.startsWith(PACKAGE) === true ? path.slice(PACKAGE.length) : null;
}

export const RESPONSE_FIELDS: readonly HeaderField[] = [
  [':status', '200'],
  ['content-type', 'application/grpc'],
];

export function trailerFields(code: RpcCode, description: string): HeaderField[] {
  return [
    ['grpc-status', String(RPC_CODES.indexOf(code))],
    ['grpc-message', percentEncoded(description)],
  ];
}

/** How a stream has ended: null for well, undefined where the fields are no trailers. */
export function statusOf(fields: readonly HeaderField[]): RpcError | null | undefined {
  const status = fields.find(([name]) => name === 'grpc-status')?.[1];
  if (status === undefined) return undefined;
  const code = RPC_CODES[Number(status)] ?? 'Unknown';
  if (code === 'OK') return null;
  const message = fields.find(([name]) => name === 'grpc-message')?.[1] ?? '';
  return new RpcError(code, percentDecoded(message));
}

/** Printable ASCII but the percent sign stays as it is. */
function percentEncoded(text: string): string {
  return text.replaceAll(/[^ -$&-~]+/g, (part) => encodeURIComponent(part));
}

function percentDecoded(text: string): string {
  return text.replaceAll(/(?:%[\dA-Fa-f]{2})+/g, (part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
}
