/**
 * A manager of a swarm: what it keeps, and, while it leads, those who work on it. Twin of swarmkit's
 * manager/manager.go. It is asked by name, as over the network, also by the node that it runs on.
 */
import type { Json } from '../../inspect/json.ts';
import { Allocator } from '../allocator/allocator.ts';
import { Answer } from '../answer.ts';
import { newId, parseJoinToken } from '../identity.ts';
import type {
  NodeAvailability,
  NodeDescription,
  NodeObject,
  NodeRole,
  NodeSpec,
  NetworkSpecObject,
} from '../objects.ts';
import { RpcError } from '../control/rpc.ts';
import type { LogMember } from '../store-log.ts';
import { NEW_OBJECT } from '../store.ts';
import { ControlApi } from './control-api.ts';
import type { AttachRequest, ClusterUpdate } from './control-api.ts';
import type { ManagerContext, PeerStream, RpcPeer } from './context.ts';
import { Dispatcher } from './dispatcher.ts';
import { KeyManager } from './key-manager.ts';
import { RoleManager } from './role-manager.ts';
import type { LeaderConnection } from './leader-proxy.ts';
import { appliedHere, forwardedAnswer, forwardedBody, openAtLeader } from './leader-proxy.ts';

/** swarmRequestTimeout. */
const FORWARD_TIMEOUT_NS = 20_000_000_000;

/** What a node without a certificate asks for. */
export interface CertificateRequest {
  readonly token: string;
  readonly availability: NodeAvailability;
}

/** What anybody may know of a swarm's authority. */
export interface AuthorityAnswer {
  readonly clusterId: string;
  readonly digest: string;
  readonly certificate: string;
}

/** What it gets. */
export interface IssuedCertificate {
  readonly nodeId: string;
  readonly role: NodeRole;
}

/** What only the leader has. */
interface Leadership {
  readonly allocator: Allocator;
  readonly keys: KeyManager;
  readonly dispatcher: Dispatcher;
  readonly roles: RoleManager;
}

export class Manager {
  readonly context: ManagerContext;
  private readonly control: ControlApi;
  private readonly leaderLink: () => LeaderConnection | null;
  private leadership: Leadership | null = null;
  /** What ends the streams that go on to a leader. */
  private readonly forwarded = new Set<() => void>();

  constructor(context: ManagerContext, leaderLink: () => LeaderConnection | null = () => null) {
    this.context = context;
    this.leaderLink = leaderLink;
    this.control = new ControlApi(context);
  }

  /** Twin of becomeLeader: the store is there. */
  lead(): void {
    const { context } = this;
    this.endForwarded();
    const keys = new KeyManager(context);
    const allocator = new Allocator(context.store, context.writer);
    const dispatcher = new Dispatcher(context);
    this.leadership = { keys, allocator, dispatcher, roles: new RoleManager(context) };
    dispatcher.markNodesUnknown();
  }

  /** Twin of becomeFollower, and of a manager's end. */
  follow(): void {
    this.leadership?.allocator.stop();
    this.leadership?.keys.stop();
    this.leadership?.roles.stop();
    const dispatcher = this.leadership?.dispatcher;
    this.leadership = null;
    dispatcher?.stop();
    this.endForwarded();
  }

  /** Answers a request. Refusals are RpcErrors. */
  call(peer: RpcPeer, method: string, body: Json): Answer<Json> {
    try {
      if (this.leadership === null) {
        const answer = this.leaderFor(peer).call(method, forwardedBody(peer, body), FORWARD_TIMEOUT_NS);
        return appliedHere(answer, this.context.log);
      }
      const answer = this.answer(peer, method, body);
      return peer.isForwarded === true ? answer.map((value) => forwardedAnswer(value, this.context.log)) : answer;
    } catch (error) {
      if (error instanceof RpcError) return Answer.refusal(error);
      throw error;
    }
  }

  /** Opens a stream of messages to a peer; the function returned ends it. Throws an RpcError. */
  open(peer: RpcPeer, method: string, body: Json, stream: PeerStream): () => void {
    if (this.leadership === null) {
      return openAtLeader(this.leaderFor(peer), method, forwardedBody(peer, body), stream, this.forwarded);
    }
    const { dispatcher } = this.leadership;
    this.authorize(peer);
    if (method === 'Dispatcher/Session') {
      return dispatcher.openSession(peer, body as unknown as NodeDescription, stream);
    }
    if (method === 'Dispatcher/Assignments') {
      return dispatcher.openAssignments(peer.nodeId, (body as unknown as { sessionId: string }).sessionId, stream);
    }
    if (method === 'LogBroker/ListenSubscriptions') return () => undefined;
    throw new RpcError('Unimplemented', `unknown method ${method}`);
  }

  private answer(peer: RpcPeer, method: string, body: Json): Answer<Json> {
    const { dispatcher } = this.leading();
    if (method === 'CA/GetRootCACertificate') return Answer.of<Json>({ ...this.authority() });
    if (method === 'NodeCA/IssueNodeCertificate') return this.issue(body as unknown as CertificateRequest);
    if (method === 'NodeCA/NodeCertificateStatus') return this.status(body as unknown as { nodeId: string });
    const node = this.authorize(peer);
    if (method === 'Dispatcher/Heartbeat') return Answer.of<Json>(this.heartbeat(dispatcher, peer, body));
    if (method === 'ResourceAllocator/AttachNetwork') {
      return this.control.attachNetwork(peer.nodeId, body as unknown as AttachRequest);
    }
    if (method === 'ResourceAllocator/DetachNetwork') {
      return this.control.detachNetwork(peer.nodeId, (body as unknown as { attachmentId: string }).attachmentId);
    }
    if (node.role !== 'manager') {
      throw new RpcError('PermissionDenied', 'Permission denied: unauthorized peer role: rpc error: code = Permission');
    }
    if (method === 'Raft/Join') return this.letIn(node, (body as unknown as { addr: string }).addr);
    return this.answerOperator(method, body);
  }

  /** Twin of raft.Join: a manager gets a voice in the log. */
  private letIn({ id: nodeId, spec }: NodeObject, addr: string): Answer<Json> {
    const { log } = this.context;
    if (spec.role !== 'manager') throw new RpcError('FailedPrecondition', `node ${nodeId} is to be a worker`);
    const known = log.members().find((each) => each.nodeId === nodeId);
    if (known?.addr === addr) return Answer.of<Json>(null);
    if (known !== undefined) {
      log.changeMembers('remove', { nodeId, addr: known.addr });
      throw new RpcError('Unavailable', 'the member that was at another address has to go first');
    }
    return log.changeMembers('add', { nodeId, addr }).map((): Json => null);
  }

  /** What operators ask for, through a manager. */
  private answerOperator(method: string, body: Json): Answer<Json> {
    const { control } = this;
    if (method === 'Control/ListNodes') return Answer.of(this.listNodes());
    if (method === 'Control/CreateNetwork') return control.createNetwork(body as unknown as NetworkSpecObject);
    if (method === 'Control/RemoveNetwork') return control.removeNetwork(body as string);
    if (method === 'Control/UpdateCluster') return control.updateCluster(body as unknown as ClusterUpdate);
    const asked = body as unknown as { id: string; versionIndex: number; spec: NodeSpec; isForced: boolean };
    if (method === 'Control/UpdateNode') return control.updateNode(asked.id, asked.versionIndex, asked.spec);
    if (method === 'Control/RemoveNode') return control.removeNode(asked.id, asked.isForced);
    throw new RpcError('Unimplemented', `unknown method ${method}`);
  }

  /** The nodes, and who of them has a voice, as the leader knows it. */
  private listNodes(): Json {
    const { store, log } = this.context;
    const list: NodeList = { nodes: store.all('node'), members: log.members() };
    return list as unknown as Json;
  }

  private heartbeat(dispatcher: Dispatcher, { nodeId }: RpcPeer, body: Json): Json {
    return { period: dispatcher.heartbeat(nodeId, (body as unknown as { sessionId: string }).sessionId) };
  }

  private authority(): AuthorityAnswer {
    const { id, rootCa } = this.context.store.cluster!;
    return { clusterId: id, digest: rootCa.digest, certificate: rootCa.certificate };
  }

  /** Twin of NodeCertificateStatus, of a certificate that is signed already. */
  private status({ nodeId }: { readonly nodeId: string }): Answer<Json> {
    const node = this.context.store.get('node', nodeId);
    if (node === undefined) throw new RpcError('NotFound', 'node not found');
    const issued: IssuedCertificate = { nodeId, role: node.role };
    return Answer.of<Json>({ ...issued });
  }

  /** Twin of raftproxy: whom to ask instead. Throws an RpcError where there is nobody. */
  private leaderFor(peer: RpcPeer): LeaderConnection {
    const link = peer.isForwarded === true ? null : this.leaderLink();
    if (link === null) throw new RpcError('Unknown', NO_LEADER);
    return link;
  }

  /** Who holds streams with the leader through this manager has to open others. */
  endForwarded(): void {
    for (const end of [...this.forwarded]) end();
  }

  private leading(): Leadership {
    if (this.leadership === null) throw new RpcError('Unknown', NO_LEADER);
    return this.leadership;
  }

  /** Who shows a certificate of a node that was removed is nobody. */
  private authorize(peer: RpcPeer): NodeObject {
    const node = this.context.store.get('node', peer.nodeId);
    if (node !== undefined) return node;
    throw new RpcError('PermissionDenied', `Permission denied: node ${peer.nodeId} not present in the cluster`);
  }

  /** Twin of IssueNodeCertificate: the token says what the node is to be. */
  private issue(request: CertificateRequest): Answer<Json> {
    const { store, host, writer } = this.context;
    const { joinTokens } = store.cluster!;
    const roles: readonly NodeRole[] = ['worker', 'manager'];
    const role = roles.find((each) => joinTokens[each] === request.token);
    if (role === undefined || parseJoinToken(request.token) === undefined) {
      throw new RpcError('InvalidArgument', 'A valid join token is necessary to join this cluster');
    }
    const issued: IssuedCertificate = { nodeId: newId(host.rng), role };
    const spec: NodeSpec = { labels: {}, role, availability: request.availability };
    writer.update(() => [{ kind: 'create', table: 'node', object: newNode(issued.nodeId, spec) }]);
    // The certificate is signed, which is a change of its own.
    const signed = writer.update(() => [{ kind: 'update', table: 'node', object: store.get('node', issued.nodeId)! }]);
    return signed.map((): Json => ({ ...issued }));
  }
}

/** What `docker node ls` asks for. */
export interface NodeList {
  readonly nodes: readonly NodeObject[];
  readonly members: readonly LogMember[];
}

export const NO_LEADER =
  "The swarm does not have a leader. It's possible that too few managers are online. " +
  'Make sure more than half of the managers are online.';

/** A node that nobody has heard of yet. */
export function newNode(id: string, spec: NodeSpec): NodeObject {
  const status = { state: 'unknown', message: '', addr: '' } as const;
  return { ...NEW_OBJECT, id, spec, role: spec.role, description: null, status, attachments: [] };
}
