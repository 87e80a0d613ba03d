/**
 * A node that is in a swarm, or on its way into one: it holds a session with a manager, and asks for another when that
 * is lost. Twin of moby's daemon/cluster/noderunner.go and of swarmkit's agent/agent.go.
 */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4 } from '../../base/addr.ts';
import type { Rng } from '../../sim/rng.ts';
import type { Engine } from '../engine.ts';
import { ControlClient } from './control/control-client.ts';
import type { ControlServer } from './control/control-server.ts';
import type { ControlIdentity } from './control/rpc.ts';
import type { HostPort } from './listen-addr.ts';
import { parseHostPort } from './listen-addr.ts';
import { LocalLink } from './manager-link.ts';
import type { ManagerLink } from './manager-link.ts';
import type { ManagerHost } from './manager/context.ts';
import type { SessionMessage } from './manager/dispatcher.ts';
import type { Manager } from './manager/manager.ts';
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
  manager: Manager | null = null;
  server: ControlServer | null = null;
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
      link,
      (message) => {
        this.backoffNs = 0;
        this.message = message;
        this.onChange();
      },
      () => {
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
    this.manager?.follow();
    this.server?.close();
  }

  /** The machine has lost its power: nothing is told to anybody. */
  halt(): void {
    this.isStopped = true;
    this.cancelRetry();
    this.session?.halt();
  }

  private reconnect(): void {
    if (this.isStopped) return;
    this.session = null;
    this.backoffNs = Math.min(INITIAL_BACKOFF_NS + 2 * this.backoffNs, BACKOFF_MAX_NS);
    this.cancelRetry = this.host.after(this.rng.below(this.backoffNs), () => {
      this.connect();
    });
  }

  private linkToManager(): ManagerLink | null {
    const { identity, manager } = this;
    if (identity === null) return null;
    if (manager !== null) {
      return new LocalLink(manager, { nodeId: identity.nodeId, address: formatIp4(this.advertised) });
    }
    const remotes = (this.message?.managers ?? []).flatMap(({ addr }) => parseHostPort(addr) ?? []);
    const known = remotes.length > 0 ? remotes : this.firstRemote === null ? [] : [this.firstRemote];
    const chosen = known[this.rng.below(Math.max(known.length, 1))];
    return chosen === undefined ? null : new ControlClient(this.engine, chosen.host, chosen.port, identity);
  }
}
