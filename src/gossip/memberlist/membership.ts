/**
 * Who is alive, suspect, dead or gone, and what of it is news to be gossiped (state.go): aliveNode, suspectNode,
 * deadNode, refutation and the merging of others' states. Every message carries the incarnation of the node that it is
 * about, and only that node raises it; older ones are ignored.
 */
import { formatIp4 } from '../../base/addr.ts';
import type { Rng } from '../../sim/rng.ts';
import { encodeMessage } from '../message-codec.ts';
import type { Alive, Dead, PacketMessage, PushNodeState, Slice, Suspect } from '../messages.ts';
import { MESSAGE, NODE_STATE } from '../messages.ts';
import type { GossipClock } from '../transport.ts';
import { addressBytes, addressOf, isAllowed } from './addresses.ts';
import { Awareness } from './awareness.ts';
import { BroadcastQueue, type Broadcast } from './broadcast-queue.ts';
import type { MemberlistConfig } from './config.ts';
import type { Counters } from './counters.ts';
import { suspicionTimeoutNs } from './formulas.ts';
import { NodeList } from './node-list.ts';
import { equalBytes, keepBytes, MemberState, VSN_BYTES } from './node-state.ts';
import { Suspicion } from './suspicion.ts';

const PROTOCOL_VERSION_MIN = 1;
const PROTOCOL_VERSION_MAX = 5;
/** The most bytes that a node says of itself. */
const META_MAX_SIZE = 512;
const NO_META = new Uint8Array(0);

/** News of a node; what is newer about the same node takes its place. */
class NodeBroadcast implements Broadcast {
  readonly name: string;
  readonly message: Uint8Array;
  readonly isUnique: boolean;
  private readonly notify: (() => void) | null;

  constructor(name: string, message: Uint8Array, notify: (() => void) | null) {
    this.name = name;
    this.message = message;
    this.isUnique = false;
    this.notify = notify;
  }

  invalidates(): boolean {
    return false;
  }

  finished(): void {
    this.notify?.();
  }
}

export class Membership {
  readonly nodes: NodeList;
  readonly broadcasts: BroadcastQueue;
  readonly awareness: Awareness;
  /** Whether this node has said that it leaves. */
  hasLeft: boolean;
  private readonly config: MemberlistConfig;
  private readonly clock: GossipClock;
  private readonly counters: Counters;
  /** What this node can speak (BuildVsnArray). */
  private readonly ownVsn: Uint8Array;
  private incarnation: number;

  constructor(config: MemberlistConfig, clock: GossipClock, rng: Rng, counters: Counters) {
    const { settings } = config;
    this.nodes = new NodeList(rng);
    this.broadcasts = new BroadcastQueue(settings.retransmitMult);
    this.awareness = new Awareness(settings.awarenessMaxMultiplier);
    this.hasLeft = false;
    this.config = config;
    this.clock = clock;
    this.counters = counters;
    this.ownVsn = Uint8Array.of(
      PROTOCOL_VERSION_MIN,
      PROTOCOL_VERSION_MAX,
      settings.protocolVersion,
      settings.delegateProtocolMin,
      settings.delegateProtocolMax,
      settings.delegateProtocolVersion,
    );
    this.incarnation = 0;
  }

  get nowNs(): number {
    return this.clock.now;
  }

  /** Says of this node that it is alive, as it is now (setAlive, UpdateNode). */
  announceSelf(announced: (() => void) | null): void {
    const { config } = this;
    const alive: Alive = {
      type: MESSAGE.alive,
      incarnation: this.nextIncarnation(1),
      node: config.name,
      addr: addressBytes(config.advertiseAddr),
      port: config.advertisePort,
      meta: config.delegate?.nodeMeta(META_MAX_SIZE) ?? NO_META,
      vsn: this.ownVsn,
    };
    this.aliveNode(alive, announced, true);
  }

  /** Says of this node that it goes; `announced` when the last has heard. */
  announceLeave(announced: () => void): void {
    const self = this.nodes.find(this.config.name);
    this.hasLeft = true;
    if (self === undefined) return;
    const { name, incarnation } = self;
    this.deadNode({ type: MESSAGE.dead, incarnation, node: name, from: name }, announced);
  }

  /** Somebody says that a node is alive. With `bootstrap` this node says it of itself, and nothing is refuted. */
  aliveNode(alive: Alive, announced: (() => void) | null, bootstrap: boolean): void {
    const isLocal = alive.node === this.config.name;
    // What was under way when this node left would bring it back.
    if (this.hasLeft && isLocal) return;
    const address = addressOf(alive.addr);
    if (address === undefined) {
      this.counters.drop('badAddress');
      return;
    }
    if (!hasGoodVersions(alive.vsn)) {
      this.counters.drop('badVersion');
      return;
    }
    if (this.refusesAlive(alive, address)) return;
    let node = this.nodes.find(alive.node);
    let takesAddress = false;
    if (node === undefined) {
      if (!isAllowed(address, this.config.settings.cidrsAllowed)) {
        this.counters.drop('badAddress');
        return;
      }
      node = this.addNode(alive, address);
    } else if (node.address !== address || node.port !== alive.port) {
      if (!this.mayTakeAddress(node, alive, address)) return;
      takesAddress = true;
    }
    if (!isLocal && !takesAddress && alive.incarnation <= node.incarnation) return;
    if (isLocal && alive.incarnation < node.incarnation) return;
    node.endSuspicion();
    const wasGone = node.isDeadOrLeft;
    const oldMeta = node.meta;
    if (isLocal && !bootstrap) {
      if (!this.refuteAlive(node, alive)) return;
    } else {
      this.broadcast(alive.node, alive, announced);
      this.takeOver(node, alive, address);
    }
    if (wasGone) this.config.events?.notifyJoin(node);
    else if (!equalBytes(oldMeta, node.meta)) this.config.events?.notifyUpdate(node);
  }

  /** Somebody suspects a node. */
  suspectNode(suspect: Suspect): void {
    const node = this.nodes.find(suspect.node);
    if (node === undefined || suspect.incarnation < node.incarnation) return;
    if (node.suspicion !== null) {
      if (node.suspicion.confirm(suspect.from)) this.broadcast(suspect.node, suspect, null);
      return;
    }
    if (node.state !== NODE_STATE.alive) return;
    if (node.name === this.config.name) {
      this.refute(node, suspect.incarnation);
      this.log(`[WARN] memberlist: Refuting a suspect message (from: ${suspect.from})`);
      return;
    }
    this.broadcast(suspect.node, suspect, null);
    node.incarnation = suspect.incarnation;
    node.setState(NODE_STATE.suspect, this.clock.now);
    node.suspicion = this.newSuspicion(node, suspect.from);
  }

  /** Somebody says that a node is dead, or, with `from` the node itself, that it has left. */
  deadNode(dead: Dead, announced: (() => void) | null = null): void {
    const node = this.nodes.find(dead.node);
    if (node === undefined || dead.incarnation < node.incarnation) return;
    node.endSuspicion();
    if (node.isDeadOrLeft) return;
    if (node.name === this.config.name && !this.hasLeft) {
      this.refute(node, dead.incarnation);
      this.log(`[WARN] memberlist: Refuting a dead message (from: ${dead.from})`);
      return;
    }
    this.broadcast(dead.node, dead, announced);
    node.incarnation = dead.incarnation;
    node.setState(dead.node === dead.from ? NODE_STATE.left : NODE_STATE.dead, this.clock.now);
    this.config.events?.notifyLeave(node);
  }

  /** Takes over what a push/pull tells; whom the other believes dead is suspected first. */
  mergeState(remote: readonly PushNodeState[]): void {
    const self = this.config.name;
    for (const { name, addr, port, meta, incarnation, state, vsn } of remote) {
      if (state === NODE_STATE.alive) {
        this.aliveNode({ type: MESSAGE.alive, incarnation, node: name, addr, port, meta, vsn }, null, false);
      } else if (state === NODE_STATE.left) {
        this.deadNode({ type: MESSAGE.dead, incarnation, node: name, from: name });
      } else if (state === NODE_STATE.dead || state === NODE_STATE.suspect) {
        this.suspectNode({ type: MESSAGE.suspect, incarnation, node: name, from: self });
      }
    }
  }

  /** What a push/pull tells others. */
  localNodes(): PushNodeState[] {
    return this.nodes.nodes.map(({ name, address, port, meta, incarnation, state, vsn }) => {
      return { name, addr: addressBytes(address), port, meta, incarnation, state, vsn };
    });
  }

  /** No suspicion comes to an end any more. */
  stop(): void {
    for (const node of this.nodes.nodes) node.endSuspicion();
  }

  log(line: string): void {
    this.config.log?.(line);
  }

  private nextIncarnation(by: number): number {
    this.incarnation = (this.incarnation + by) >>> 0;
    return this.incarnation;
  }

  private broadcast(name: string, message: PacketMessage, announced: (() => void) | null): void {
    this.broadcasts.queueBroadcast(new NodeBroadcast(name, encodeMessage(message), announced));
  }

  private refusesAlive(alive: Alive, address: number): boolean {
    const { alive: delegate } = this.config;
    if (delegate === null) return false;
    if ((alive.vsn?.length ?? 0) < VSN_BYTES) {
      this.counters.drop('badVersion');
      return true;
    }
    const why = delegate.notifyAlive(this.describe(alive, address));
    if (why === null) return false;
    this.counters.drop('refusedByDelegate');
    this.log(`[WARN] memberlist: ignoring alive message for '${alive.node}': ${why}`);
    return true;
  }

  /** A node as a message tells of it, known or not. */
  private describe(alive: Alive, address: number): MemberState {
    const node = new MemberState(alive.node, address, alive.port, this.clock.now);
    node.meta = keepBytes(alive.meta, node.meta);
    if (alive.vsn !== null && alive.vsn.length >= VSN_BYTES) node.vsn = keepBytes(alive.vsn, this.ownVsn);
    node.state = NODE_STATE.alive;
    return node;
  }

  private addNode(alive: Alive, address: number): MemberState {
    const node = this.describe(alive, address);
    node.state = NODE_STATE.dead;
    this.nodes.add(node);
    return node;
  }

  /** Whether a known name may go over to another address: when its node has left, or has been dead for long enough. */
  private mayTakeAddress(node: MemberState, alive: Alive, address: number): boolean {
    const { settings, conflict } = this.config;
    if (!isAllowed(address, settings.cidrsAllowed)) {
      this.counters.drop('badAddress');
      return false;
    }
    const deadNs = this.clock.now - node.stateChangeNs;
    const mayReclaim = settings.deadNodeReclaimTimeNs > 0 && deadNs > settings.deadNodeReclaimTimeNs;
    if (node.state === NODE_STATE.left || (node.state === NODE_STATE.dead && mayReclaim)) return true;
    const mine = `Mine: ${formatIp4(node.address)}:${node.port}`;
    const theirs = `Theirs: ${formatIp4(address)}:${alive.port}`;
    this.counters.drop('conflict');
    this.log(`[ERR] memberlist: Conflicting address for ${node.name}. ${mine} ${theirs} Old state: ${node.state}`);
    conflict?.notifyConflict(node, this.describe(alive, address));
    return false;
  }

  private takeOver(node: MemberState, alive: Alive, address: number): void {
    if (alive.vsn !== null && alive.vsn.length > 0) node.vsn = keepBytes(alive.vsn, this.knownVsn(node, alive.vsn));
    node.incarnation = alive.incarnation;
    node.meta = keepBytes(alive.meta, node.meta);
    node.address = address;
    node.port = alive.port;
    if (node.state !== NODE_STATE.alive) node.setState(NODE_STATE.alive, this.clock.now);
  }

  /** The versions that need no array of their own: those that it had, or those that this node has. */
  private knownVsn(node: MemberState, vsn: Uint8Array): Uint8Array {
    return equalBytes(node.vsn, vsn) ? node.vsn : this.ownVsn;
  }

  /** Others have an older picture of this node: from before a restart, say. Whether there was anything to refute. */
  private refuteAlive(self: MemberState, alive: Alive): boolean {
    const isSame = equalBytes(alive.meta, self.meta) && equalBytes(alive.vsn, self.vsn);
    if (alive.incarnation === self.incarnation && isSame) return false;
    this.refute(self, alive.incarnation);
    this.log(`[WARN] memberlist: Refuting an alive message for '${alive.node}'`);
    return true;
  }

  /** Says that this node is alive with an incarnation above that of the accusation. */
  private refute(self: MemberState, accusedIncarnation: number): void {
    let incarnation = this.nextIncarnation(1);
    if (accusedIncarnation >= incarnation) incarnation = this.nextIncarnation(accusedIncarnation - incarnation + 1);
    self.incarnation = incarnation;
    this.awareness.applyDelta(1);
    this.counters.refutations++;
    const { name, address, port, meta, vsn } = self;
    const addr = addressBytes(address);
    // The library files this one under the address: it does not take the place of other news of this node.
    this.broadcast(formatIp4(address), { type: MESSAGE.alive, incarnation, node: name, addr, port, meta, vsn }, null);
  }

  private newSuspicion(node: MemberState, from: string): Suspicion {
    const { suspicionMult, suspicionMaxTimeoutMult, probeIntervalNs } = this.config.settings;
    const n = this.nodes.size;
    // Two probe intervals short of the multiplier; without enough others beside the two concerned, no confirmations.
    const wanted = suspicionMult - 2;
    const k = n - 2 < wanted ? 0 : wanted;
    const minNs = suspicionTimeoutNs(suspicionMult, n, probeIntervalNs);
    const maxNs = suspicionMaxTimeoutMult * minNs;
    return new Suspicion(this.clock, from, k, minNs, maxNs, () => {
      this.suspicionExpired(node);
    });
  }

  private suspicionExpired(node: MemberState): void {
    const { incarnation, name, suspicion } = node;
    if (suspicion === null) return;
    this.log(
      `[INFO] memberlist: Marking ${name} as failed, suspect timeout reached ` +
        `(${suspicion.confirmations} peer confirmations)`,
    );
    this.deadNode({ type: MESSAGE.dead, incarnation, node: name, from: this.config.name });
  }
}

/** None, or at least six bytes with a range of protocol versions that has something in it. */
function hasGoodVersions(vsn: Slice): boolean {
  if (vsn === null || vsn.length === 0) return true;
  return vsn.length >= VSN_BYTES && vsn[0] !== 0 && vsn[1] !== 0 && vsn[0]! <= vsn[1]!;
}
