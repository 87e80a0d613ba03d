/**
 * What is known of swarmkit's methods: how long their messages are at least, since what they carry that this engine has
 * no use for (certificates, the manager's view of a node) still takes its room on the wire; how long a manager takes to
 * answer, as far as that is not at once; and which of them answer with a stream of messages.
 */
export interface MethodTraits {
  /** Bytes of protobuf, from the recordings. */
  readonly request: number;
  readonly response: number;
  /** From the request to the manager's first word. */
  readonly leastNs: number;
  readonly mostNs: number;
}

const PLAIN: MethodTraits = { request: 0, response: 0, leastNs: 40_000, mostNs: 220_000 };

const TRAITS: ReadonlyMap<string, Partial<MethodTraits>> = new Map([
  ['CA/GetRootCACertificate', { response: 553, leastNs: 60_000, mostNs: 400_000 }],
  // A request to sign and a token; then a log entry is agreed upon.
  ['NodeCA/IssueNodeCertificate', { request: 417, response: 29, leastNs: 600_000, mostNs: 1_100_000 }],
  ['NodeCA/NodeCertificateStatus', { request: 27, response: 1180, leastNs: 1_000_000, mostNs: 1_700_000 }],
  // The node's description; the node, the managers, the root certificate and the keys of networks.
  ['Dispatcher/Session', { request: 1021, response: 3381, leastNs: 4_500_000, mostNs: 72_000_000 }],
  ['Dispatcher/Heartbeat', { request: 27, response: 10 }],
  ['Dispatcher/Assignments', { request: 27, response: 3, leastNs: 300_000, mostNs: 8_000_000 }],
  // A heartbeat of managers, measured between two real ones.
  ['Raft/ProcessRaftMessage', { request: 55 }],
]);

const STREAMING = new Set(['Dispatcher/Session', 'Dispatcher/Assignments', 'LogBroker/ListenSubscriptions']);

export function methodTraits(method: string): MethodTraits {
  return { ...PLAIN, ...TRAITS.get(method) };
}

/** Whether a method is opened rather than called. */
export function isStreaming(method: string): boolean {
  return STREAMING.has(method);
}
