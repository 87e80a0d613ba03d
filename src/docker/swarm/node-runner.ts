/**
 * A node that is in a swarm, or on its way into one: it holds a session with a manager, and asks for another when that
 * is lost. Twin of moby's daemon/cluster/noderunner.go and of swarmkit's agent/agent.go.
 */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4 } from '../../base/addr.ts';
import type { Rng } from '../../sim/rng.ts';
import type { Engine } from '../engine.ts';
import { ControlClient } from './control/control-client.ts';
import type { ControlIdentity } from './control/rpc.ts';
import type { HostPort } from './listen-addr.ts';
import { formatHostPort, parseHostPort } from './listen-addr.ts';
import { LocalLink } from './manager-link.ts';
import type { ManagerLink } from './manager-link.ts';
import { ManagerProcess } from './manager-process.ts';
import type { ManagerHost } from './manager/context.ts';
import type { SessionMessage } from './manager/dispatcher.ts';
import type { Manager } from './manager/manager.ts';
import { DaemonError } from '../errors.ts';
import type { NodeObject } from './objects.ts';
import { describeNode } from './node-description.ts';
import { NodeSession } from './node-session.ts';

const INITIAL_BACKOFF_NS = 100_000_000;
const BACKOFF_MAX_NS = 8_000_000_000;

/** Where a node is, for others. */
export interface NodeAddresses {
  readonly listen: HostPort;
  /** Null for a node to which nobody said it. */
  readonly advertise: HostPort | null;
  readonly dataPath: Ip4 | null;
  readonly local: Ip4;
}

export class NodeRunner {
  readonly addresses: NodeAddresses;
  readonly host: ManagerHost;
  /** Null until it has its certificate. */
  identity: ControlIdentity | null = null;
  /** What it runs as a manager; it counts as one when it knows what the others know. */
  process: ManagerProcess | null = null;
  session: NodeSession | null = null;
  /** What the managers said last; null before they have said anything. */
  message: SessionMessage | null = null;
  /** Where it has heard of managers, before they tell it themselves. */
  readonly firstRemote: HostPort | null;
  private readonly engine: Engine;
  private readonly rng: Rng;
  private readonly onChange: () => void;
  private backoffNs = 0;
  private cancelRetry: () => void = () => undefined;
  private isStopped = false;
  private isManagerReady = false;
  /** Managers that have not answered since one has. */
  private readonly failed = new Set<string>();

  constructor(
    engine: Engine,
    host: ManagerHost,
    addresses: NodeAddresses,
    firstRemote: HostPort | null,
    onChange: () => void,
  ) {
    this.engine = engine;
    this.host = host;
    this.rng = host.rng.fork('agent');
    this.addresses = addresses;
    this.firstRemote = firstRemote;
    this.onChange = onChange;
  }

  /** Null on a worker, and on one that is a manager in a moment. */
  get manager(): Manager | null {
    return this.isManagerReady && this.process !== null ? this.process.manager : null;
  }

  get nodeId(): string {
    return this.identity?.nodeId ?? '';
  }

  /** The address under which others know it. */
  get advertised(): Ip4 {
    return this.addresses.advertise?.host ?? this.addresses.local;
  }

  /** Opens a session with a manager: its own, or one of those that it knows. */
  connect(): void {
    const link = this.linkToManager();
    if (link === null) return;
    const session = new NodeSession(
      this.host,
      link.link,
      (message) => {
        this.backoffNs = 0;
        this.failed.clear();
        this.message = message;
        this.heedRole(message.node);
        this.onChange();
      },
      () => {
        if (session.message === null) this.failed.add(link.addr);
        this.reconnect();
      },
    );
    this.session = session;
    session.start(describeNode(this.engine));
  }

  /** The node leaves, or its machine goes. */
  stop(): void {
    this.isStopped = true;
    this.cancelRetry();
    this.session?.close();
    this.process?.stop();
  }

  /** The first manager of a swarm. */
  begin(process: ManagerProcess): void {
    this.identity = process.identity;
    this.process = process;
    this.isManagerReady = true;
    this.connect();
  }

  /** The machine has lost its power: nothing is told to anybody. */
  halt(): void {
    this.isStopped = true;
    this.cancelRetry();
    this.session?.halt();
    this.process?.halt();
  }

  /** Twin of superviseManager: what the node's certificate says now. */
  private heedRole({ role, spec }: NodeObject): void {
    if (this.identity === null) return;
    if (role === 'worker') this.resign();
    else if (spec.role === 'manager' && this.process === null) this.runManager(this.identity);
  }

  private runManager(identity: ControlIdentity): void {
    const remote = this.chooseRemote();
    if (remote === null) return;
    const { engine, host, addresses } = this;
    this.identity = { ...identity, role: 'manager' };
    const advertise = addresses.advertise ?? { host: this.advertised, port: addresses.listen.port };
    const onRemoved = (): void => {
      this.resign();
    };
    const parts = { engine, host, identity: this.identity, listen: addresses.listen, advertise, onRemoved };
    try {
      this.process = ManagerProcess.joining(parts, remote, () => {
        this.isManagerReady = true;
        this.onChange();
      });
    } catch (error) {
      // Without its port it stays what it is.
      if (!(error instanceof DaemonError)) throw error;
    }
  }

  /** It is a worker from now on, and looks for another manager if it was its own. */
  private resign(): void {
    const { process, identity } = this;
    if (process === null || identity === null) return;
    const wasLocal = this.isManagerReady;
    this.process = null;
    this.isManagerReady = false;
    this.identity = { ...identity, role: 'worker' };
    process.stop();
    if (!wasLocal) return;
    this.session?.close();
    this.reconnect();
  }

  private reconnect(): void {
    if (this.isStopped) return;
    this.session = null;
    this.cancelRetry();
    this.backoffNs = Math.min(INITIAL_BACKOFF_NS + 2 * this.backoffNs, BACKOFF_MAX_NS);
    this.cancelRetry = this.host.after(this.rng.below(this.backoffNs), () => {
      this.connect();
    });
  }

  private linkToManager(): { readonly link: ManagerLink; readonly addr: string } | null {
    const { identity, manager } = this;
    if (identity === null) return null;
    if (manager !== null) {
      const peer = { nodeId: identity.nodeId, address: formatIp4(this.advertised) };
      return { link: new LocalLink(manager, peer), addr: '' };
    }
    const chosen = this.chooseRemote();
    if (chosen === null) return null;
    return { link: new ControlClient(this.engine, chosen.host, chosen.port, identity), addr: formatHostPort(chosen) };
  }

  /** One of the other managers that are known, those that have failed last. */
  private chooseRemote(): HostPort | null {
    const others = (this.message?.managers ?? []).filter(({ nodeId }) => nodeId !== this.nodeId);
    const remotes = others.flatMap(({ addr }) => parseHostPort(addr) ?? []);
    const known = remotes.length > 0 ? remotes : this.firstRemote === null ? [] : [this.firstRemote];
    const good = known.filter((each) => !this.failed.has(formatHostPort(each)));
    if (good.length === 0) this.failed.clear();
    const from = good.length === 0 ? known : good;
    return from[this.rng.below(Math.max(from.length, 1))] ?? null;
  }
}
