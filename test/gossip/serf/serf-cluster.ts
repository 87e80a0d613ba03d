/** Serfs over a network in memory, in virtual time, with what each has heard. */
import { ip4 } from '../../../src/base/addr.ts';
import { utf8Decode } from '../../../src/base/bytes.ts';
import type { Keyring } from '../../../src/gossip/keyring.ts';
import { lanSettings, memberlistConfig } from '../../../src/gossip/memberlist/config.ts';
import type { SerfConfig, SerfHandler, SerfSettings } from '../../../src/gossip/serf/serf-config.ts';
import { serfSettings } from '../../../src/gossip/serf/serf-config.ts';
import { Serf } from '../../../src/gossip/serf/serf.ts';
import type { GossipClock, MemberAddress } from '../../../src/gossip/transport.ts';
import { makeEventQueue } from '../../../src/sim/queues.ts';
import { Rng } from '../../../src/sim/rng.ts';
import { EventSource, Scheduler } from '../../../src/sim/scheduler.ts';
import { Timer } from '../../../src/sim/timer.ts';
import { MemoryNetwork } from '../memory-network.ts';

const PORT = 7946;

/** A handler that keeps a line for everything it hears, and answers queries with its name. */
export function listening(name: string, lines: string[]): SerfHandler {
  return {
    memberJoin: (member) => lines.push(`join ${member.name}`),
    memberLeave: (member) => lines.push(`leave ${member.name}`),
    memberFailed: (member) => lines.push(`failed ${member.name}`),
    memberUpdate: (member) => lines.push(`update ${member.name}`),
    memberReap: (member) => lines.push(`reap ${member.name}`),
    userEvent: (event) => lines.push(`event ${event.name} ${utf8Decode(event.payload ?? new Uint8Array(0))}`),
    query: (query) => {
      lines.push(`query ${query.name} ${utf8Decode(query.payload ?? new Uint8Array(0))}`);
      const answer = query.respond(new TextEncoder().encode(`I am ${name}`));
      if (answer !== null) lines.push(`cannot answer: ${answer}`);
    },
  };
}

export class SerfCluster {
  readonly sched = new Scheduler(makeEventQueue('heap', 1024));
  readonly rng: Rng;
  readonly network: MemoryNetwork;
  /** What each has heard, by its number. */
  readonly lines: string[][] = [];
  /** What goes over the network. */
  readonly datagrams: Uint8Array[] = [];
  readonly streams: Uint8Array[] = [];
  private readonly settings: SerfSettings;
  private readonly keyring: Keyring | null;

  constructor(seed: number, settings: Partial<SerfSettings> = {}, keyring: Keyring | null = null) {
    this.keyring = keyring;
    this.rng = Rng.fromSeed(seed);
    this.network = new MemoryNetwork(this.sched, new EventSource(0), this.rng.fork('network'));
    this.network.onPacket = (_from, _to, payload) => this.datagrams.push(payload.slice());
    this.network.onStream = (bytes) => this.streams.push(bytes.slice());
    this.settings = { ...serfSettings(), ...settings };
  }

  start(index: number): Serf {
    const name = `s${index}`;
    const lines = (this.lines[index] ??= []);
    const below = memberlistConfig(name, this.at(index).address, PORT, lanSettings());
    below.keyring = this.keyring;
    const config: SerfConfig = {
      memberlist: below,
      tags: new Map([['role', `r${index}`]]),
      settings: this.settings,
      handler: listening(name, lines),
    };
    const rng = this.rng.fork(`${index}/${this.sched.now}`);
    return Serf.create(config, this.clock(index), rng, (target) => this.network.open(this.at(index), target));
  }

  at(index: number): MemberAddress {
    return { address: ip4('10.0.0.1') + index, port: PORT };
  }

  run(durationNs: number): void {
    const endNs = this.sched.now + durationNs;
    this.sched.run(endNs, Infinity);
    if (this.sched.now < endNs) this.sched.advanceTo(endNs);
  }

  private clock(index: number): GossipClock {
    const { sched } = this;
    const source = new EventSource(index + 1);
    return {
      get now() {
        return sched.now;
      },
      newTimer: (expired) => new Timer(sched, source, expired),
    };
  }
}
