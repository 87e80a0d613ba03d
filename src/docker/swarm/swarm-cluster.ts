/**
 * The engine's part in a swarm: none, a worker's or a manager's. Twin of moby's daemon/cluster/cluster.go, swarm.go and
 * noderunner.go.
 */
import type { Cidr, Ip4 } from '../../base/addr.ts';
import { formatIp4 } from '../../base/addr.ts';
import { assert } from '../../base/assert.ts';
import { hostLinksOf } from '../drivers/host-links.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import type { Json } from '../inspect/json.ts';
import type { NetworkRequest } from '../network.ts';
import { Answer } from './answer.ts';
import type { Cluster, NetworkAttachment, SwarmNetwork } from './cluster.ts';
import { newId } from './identity.ts';
import { SwarmJoin } from './join-swarm.ts';
import type { HostPort } from './listen-addr.ts';
import {
  DEFAULT_DATA_PATH_PORT,
  ListenAddresses,
  dataPathPort,
  formatHostPort,
  managedSubnets,
  validateAddressPool,
} from './listen-addr.ts';
import { ManagerProcess } from './manager-process.ts';
import type { ClusterUpdate } from './manager/control-api.ts';
import type { Manager } from './manager/manager.ts';
import { NO_LEADER } from './manager/manager.ts';
import type { NodeList } from './manager/manager.ts';
import type { ManagerHost } from './manager/context.ts';
import { firstChange } from './new-swarm.ts';
import type { NewSwarm } from './new-swarm.ts';
import { configureGossip } from './node-gossip.ts';
import { RpcError } from './control/rpc.ts';
import { configureNetworks, leaveNetworks } from './node-networking.ts';
import { NodeRunner } from './node-runner.ts';
import type { NodeAddresses } from './node-runner.ts';
import { localAddress, remoteAddress } from './remote-address.ts';
import { specOfRequest, swarmNetworkOf } from './network-spec.ts';
import type { ClusterObject, ClusterSpec, NodeAvailability, NodeObject, NodeRole } from './objects.ts';
import type { LogMember } from './store-log.ts';

export const NO_SWARM = 'This node is not part of a swarm';
export const SWARM_EXISTS =
  'This node is already part of a swarm. Use "docker swarm leave" to leave this swarm and join another one.';
const NOT_IN_SWARM =
  'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm ' +
  'and try again.';
const NOT_A_MANAGER =
  "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. Please run this " +
  'command on a manager node or promote the current node to a manager.';
const JOIN_TIMEOUT =
  'Timeout was reached before node joined. The attempt to join the swarm will continue in the background. Use the ' +
  '"docker info" command to see the current swarm status of your node.';
const JOIN_TIMEOUT_NS = 20_000_000_000;
const NANOSECONDS_PER_SECOND = 1_000_000_000;
const LEAVING_MANAGER = 'You are attempting to leave the swarm on a node that is participating as a manager. ';

/** `docker swarm init`. */
export interface InitRequest extends NewSwarm {
  readonly listenAddr: string;
  readonly advertiseAddr: string;
  readonly dataPathAddr: string;
}

/** What of a swarm is to be changed. */
export type SwarmUpdate = Partial<Omit<ClusterUpdate, 'spec' | 'versionIndex'>> & {
  readonly spec?: Partial<ClusterSpec>;
};

/** `docker swarm join`. */
export interface JoinRequest {
  readonly remoteAddr: string;
  readonly token: string;
  readonly listenAddr: string;
  readonly advertiseAddr: string;
  readonly dataPathAddr: string;
  readonly availability: NodeAvailability;
}

export class SwarmCluster implements Cluster {
  private readonly engine: Engine;
  private runner: NodeRunner | null = null;
  /** Who waits until the node is in. */
  private joining: { readonly join: SwarmJoin; readonly answer: Answer<NodeRole> } | null = null;
  /** Counts the swarms that this node was in, so that each has chances of its own. */
  private swarmCount = 0;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  get localState(): Cluster['localState'] {
    if (this.runner === null) return 'inactive';
    return this.runner.message === null ? 'pending' : 'active';
  }

  get isManager(): boolean {
    return this.runner !== null && this.runner.manager !== null;
  }

  get nodeId(): string {
    return this.runner?.nodeId ?? '';
  }

  /** `docker info`'s node address; empty outside a swarm. */
  get advertiseAddress(): string {
    return this.runner === null ? '' : formatIp4(this.runner.advertised);
  }

  get dataPathPort(): number {
    return this.runner?.message?.dataPathPort ?? DEFAULT_DATA_PATH_PORT;
  }

  /** The managers that this node knows of. */
  get remotes(): readonly Pick<LogMember, 'nodeId' | 'addr'>[] {
    const { runner } = this;
    if (runner === null) return [];
    if (runner.message !== null) return runner.message.managers;
    return runner.firstRemote === null ? [] : [{ nodeId: '', addr: formatHostPort(runner.firstRemote) }];
  }

  /** The swarm as a manager knows it. Throws a DaemonError on any other node. */
  get swarm(): ClusterObject {
    const { store } = this.led().context;
    assert(store.cluster !== undefined, 'a manager has the swarm in its store');
    return store.cluster;
  }

  /** The nodes, and which of them have a voice among the managers. Throws a DaemonError on a worker. */
  get nodes(): readonly NodeObject[] {
    return this.led().context.store.all('node');
  }

  /** The same of the managers. */
  get members(): readonly LogMember[] {
    return this.led().context.log.members();
  }

  /** `docker swarm init`: the node's id. Throws a DaemonError. */
  init(request: InitRequest): Answer<string> {
    if (this.runner !== null) throw new DaemonError(SWARM_EXISTS);
    const addresses = this.resolveInit(request);
    const host = this.newHost();
    const nodeId = newId(host.rng);
    const seconds = this.engine.host.epochSeconds + Math.floor(host.clock.now / NANOSECONDS_PER_SECOND);
    const first = firstChange(host.rng, seconds, nodeId, request);
    const process = ManagerProcess.first({ engine: this.engine, host, ...addresses }, nodeId, first);
    this.runner = this.newRunner(host, addresses, null);
    this.runner.begin(process);
    return this.updateSwarm({ spec: request.spec }).map(() => nodeId);
  }

  /** `docker swarm join`: as what the node has joined. Throws a DaemonError. */
  join(request: JoinRequest): Answer<NodeRole> {
    if (this.runner !== null) throw new DaemonError(SWARM_EXISTS);
    const { engine } = this;
    const addresses = this.resolveJoin(request);
    const remote = remoteAddress(engine, request.remoteAddr);
    const runner = this.newRunner(this.newHost(), { ...addresses, local: localAddress(engine, remote) }, remote);
    this.runner = runner;
    const { token, availability } = request;
    const join = new SwarmJoin(engine, remote, { token, availability });
    const answer = new Answer<NodeRole>();
    this.joining = { join, answer };
    const cancelTimeout = runner.host.after(JOIN_TIMEOUT_NS, () => {
      this.joining = null;
      answer.reject(new DaemonError(JOIN_TIMEOUT));
    });
    join.answer.then((done) => {
      cancelTimeout();
      if (done.refusal === null) {
        runner.identity = done.get();
        runner.connect();
        return;
      }
      this.runner = null;
      this.joining = null;
      if (!answer.isReady()) answer.reject(done.refusal);
    });
    return answer;
  }

  /** `docker swarm update`, and new tokens and keys. Throws a DaemonError on a worker. */
  updateSwarm(update: SwarmUpdate): Answer<Json> {
    const { spec, versionIndex } = this.swarm;
    const plain = { versionIndex, rotatedToken: '', rotatesUnlockKey: false } as const;
    return this.operate('Control/UpdateCluster', { ...plain, ...update, spec: { ...spec, ...update.spec } });
  }

  /** `docker swarm leave`. Throws a DaemonError. */
  leave(isForced: boolean): Answer<null> {
    const { runner } = this;
    if (runner === null) throw new DaemonError(NO_SWARM);
    if (runner.manager !== null && !isForced) throw new DaemonError(leavingText(runner.manager, runner.nodeId));
    this.joining?.join.cancel();
    if (this.joining?.answer.isReady() === false) this.joining.answer.reject(new DaemonError('context canceled'));
    this.joining = null;
    runner.stop();
    this.runner = null;
    return leaveNetworks(this.engine);
  }

  /** The machine has lost its power: nothing is told to anybody. */
  powerOff(): void {
    this.joining?.join.cancelQuietly();
    this.runner?.halt();
  }

  /** Asks the leader for something that changes the swarm. Throws a DaemonError on a worker. */
  operate(method: string, body: Json | object): Answer<Json> {
    const manager = this.managing();
    return manager.call({ nodeId: this.nodeId, address: this.advertiseAddress }, method, body as Json);
  }

  /** What `docker info` says of a manager that knows of no leader; empty otherwise. */
  get fault(): string {
    const manager = this.runner?.manager ?? null;
    return manager === null || manager.context.log.leader !== null ? '' : new RpcError('Unknown', NO_LEADER).message;
  }

  /** Throws a DaemonError on a node that is no manager. */
  checkManager(): void {
    this.managing();
  }

  /** The nodes as the leader knows them. Throws a DaemonError on a worker. */
  listNodes(): Answer<NodeList> {
    return this.operate('Control/ListNodes', null).map((list) => list as unknown as NodeList);
  }

  networks(): readonly SwarmNetwork[] {
    const manager = this.runner?.manager ?? null;
    return manager === null || manager.context.log.leader === null
      ? []
      : manager.context.store.all('network').map(swarmNetworkOf);
  }

  createNetwork(request: NetworkRequest): Answer<string> {
    return this.operate('Control/CreateNetwork', specOfRequest(request)).map((id) => id as string);
  }

  removeNetwork(id: string): Answer<null> {
    return this.operate('Control/RemoveNetwork', id).map(() => null);
  }

  attachNetwork(term: string, containerId: string, wanted: Ip4 | null): Answer<NetworkAttachment> {
    const session = this.runner?.session ?? null;
    if (session === null) {
      return Answer.refusal(new DaemonError('invalid cluster node while attaching to network'));
    }
    return session.attach(term, containerId, wanted);
  }

  detachNetwork(networkId: string, containerId: string): void {
    this.runner?.session?.detach(networkId, containerId);
  }

  loadBalancerAddress(networkId: string): Cidr | null {
    return this.runner?.session?.addressIn(networkId) ?? null;
  }

  /** Twin of errNoManager: this node as a manager. Throws a DaemonError if it is none. */
  private managing(): Manager {
    if (this.runner === null) throw new DaemonError(NOT_IN_SWARM);
    if (this.runner.manager === null) throw new DaemonError(NOT_A_MANAGER);
    return this.runner.manager;
  }

  /** The same, where there is a leader who knows. Throws a DaemonError. */
  private led(): Manager {
    const manager = this.managing();
    if (manager.context.log.leader === null) throw new RpcError('Unknown', NO_LEADER);
    return manager;
  }

  private newHost(): ManagerHost {
    const { clock, after, rng } = this.engine.host;
    return { clock, after: cancellable(after), rng: rng.fork(`swarm ${this.swarmCount++}`) };
  }

  /** Twin of Init's checks, in its order. */
  private resolveInit(request: InitRequest): NodeAddresses & { readonly advertise: HostPort } {
    const addresses = this.listenAddresses();
    const listen = addresses.listen(request.listenAddr);
    const advertise = addresses.advertise(request.advertiseAddr, listen.port);
    const dataPath = addresses.dataPath(request.dataPathAddr);
    const local = addresses.local(listen.host, advertise.host);
    validateAddressPool(request.addressPool, request.subnetSize);
    dataPathPort(request.dataPathPort);
    return { listen, advertise, dataPath, local };
  }

  /** Twin of Join's: an address to advertise that makes no sense is left out. */
  private resolveJoin(request: JoinRequest): Omit<NodeAddresses, 'local'> {
    const addresses = this.listenAddresses();
    const listen = addresses.listen(request.listenAddr);
    const given = request.advertiseAddr;
    const advertise = given === '' ? null : orNull(() => addresses.advertise(given, listen.port));
    return { listen, advertise, dataPath: addresses.dataPath(request.dataPathAddr) };
  }

  private listenAddresses(): ListenAddresses {
    return new ListenAddresses(hostLinksOf(this.engine.host.rootNs), () => managedSubnets(this.engine));
  }

  private newRunner(host: ManagerHost, addresses: NodeAddresses, remote: HostPort | null): NodeRunner {
    const runner = new NodeRunner(this.engine, host, addresses, remote, () => {
      this.heed(runner);
    });
    return runner;
  }

  /** The managers have said something. */
  private heed(runner: NodeRunner): void {
    const { message, identity } = runner;
    if (message !== null) {
      configureGossip(this.engine, runner, message);
      const configure = (): void => {
        configureNetworks(this.engine, message);
      };
      // The ingress network waits until the other nodes have heard of this one.
      if (this.engine.agent === null) configure();
      else this.engine.agent.onJoined(configure);
    }
    const { joining } = this;
    if (joining === null || message === null) return;
    // A manager is in when it knows what the others know.
    if (identity!.role === 'manager' && runner.manager === null) return;
    this.joining = null;
    joining.answer.resolve(identity!.role);
  }
}

function orNull<T>(action: () => T): T | null {
  try {
    return action();
  } catch (error) {
    if (error instanceof DaemonError) return null;
    throw error;
  }
}

/** The same, but what is over may be called off once more. */
function cancellable(after: ManagerHost['after']): ManagerHost['after'] {
  return (delayNs, action) => {
    let isOver = false;
    const cancel = after(delayNs, () => {
      isOver = true;
      action();
    });
    return () => {
      if (!isOver) cancel();
      isOver = true;
    };
  };
}

/** Twin of Leave's warnings. */
function leavingText({ context }: Manager, nodeId: string): string {
  const members = context.log.members();
  const reachable = members.filter(({ isReachable }) => isReachable).length;
  const isActive = members.some((each) => each.nodeId === nodeId && each.isReachable);
  const advice =
    'The only way to restore a swarm that has lost consensus is to reinitialize it with `--force-new-cluster`. ' +
    'Use `--force` to suppress this message.';
  // Those that are left have to agree among themselves.
  const losesQuorum = reachable - 1 <= Math.floor(members.length / 2);
  if (!isActive || !losesQuorum) return `${LEAVING_MANAGER}${advice}`;
  if (reachable === 1 && members.length === 1) {
    const erased = 'Removing the last manager erases all current state of the swarm. ';
    return `${LEAVING_MANAGER}${erased}Use \`--force\` to ignore this message. `;
  }
  const left = `Removing this node leaves ${reachable - 1} managers out of ${members.length}. `;
  return `${LEAVING_MANAGER}${left}Without a Raft quorum your swarm will be inaccessible. ${advice}`;
}
