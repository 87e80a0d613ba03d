/**
 * How long swarmkit's messages are at least, in bytes: what they carry that this engine has no use for (certificates,
 * the manager's view of a node) still takes its room on the wire. And which methods answer with a stream of messages.
 */
interface MessageSizes {
  readonly request: number;
  readonly response: number;
}

const NONE: MessageSizes = { request: 0, response: 0 };

const SIZES: ReadonlyMap<string, MessageSizes> = new Map([['CA/GetRootCACertificate', { request: 0, response: 552 }]]);

const STREAMING = new Set(['Dispatcher/Session', 'Dispatcher/Assignments', 'LogBroker/ListenSubscriptions']);

/** Of a method; 0 where the body is all there is. */
export function messageSizes(method: string): MessageSizes {
  return SIZES.get(method) ?? NONE;
}

/** Whether a method is opened rather than called. */
export function isStreaming(method: string): boolean {
  return STREAMING.has(method);
}
