/**
 * The same cluster as a whole machine room: hosts with a Docker engine each, whose members and NetworkDBs speak through
 * the daemon's UDP and TCP sockets on 7946, encrypted, over switches and a router.
 */
import { ip4 } from '../src/base/addr.ts';
import { assert } from '../src/base/assert.ts';
import { utf8Encode } from '../src/base/bytes.ts';
import { openGossipTransport } from '../src/docker/agent/transport.ts';
import type { EngineHost } from '../src/docker/engine.ts';
import { Keyring } from '../src/gossip/keyring.ts';
import { addressBytes } from '../src/gossip/memberlist/addresses.ts';
import { memberlistConfig } from '../src/gossip/memberlist/config.ts';
import { Memberlist } from '../src/gossip/memberlist/memberlist.ts';
import { MESSAGE } from '../src/gossip/messages.ts';
import { NetworkDb } from '../src/gossip/networkdb/network-db.ts';
import { networkDbSettings } from '../src/gossip/networkdb/settings.ts';
import type { GossipClock } from '../src/gossip/transport.ts';
import { loadScenario } from '../src/scenario/load.ts';
import { Run } from '../src/scenario/run.ts';
import { Rng } from '../src/sim/rng.ts';
import { SECOND } from '../src/sim/units.ts';

/** Hosts on one switch: who is asked for by ARP is heard by so many. */
const HOSTS_PER_LAN = 20;
const PORT = 7946;
const PROTOCOL_VERSIONS = Uint8Array.of(1, 5, 2, 0, 0, 0);
/** What differs between members: when their probes are due. */
const PHASES_NS = SECOND;

/** Host `index`: 10.1.LAN.10 and up. */
function addressOf(index: number): string {
  return `10.1.${Math.floor(index / HOSTS_PER_LAN)}.${10 + (index % HOSTS_PER_LAN)}`;
}

function scenarioText(members: number): string {
  const lans = Math.ceil(members / HOSTS_PER_LAN);
  const hosts = Array.from({ length: members }, (_, index) => {
    const lan = Math.floor(index / HOSTS_PER_LAN);
    const nic = `{ eth0: { lan: lan${lan}, address: ${addressOf(index)}/24 } }`;
    return `  h${index}: { interfaces: ${nic}, gateway: 10.1.${lan}.1 }\n`;
  });
  const nics = Array.from({ length: lans }, (_, lan) => `eth${lan}: { lan: lan${lan}, address: 10.1.${lan}.1/24 }`);
  const router = `  router: { docker: false, forward: true, interfaces: { ${nics.join(', ')} } }\n`;
  const names = Array.from({ length: lans }, (_, lan) => `lan${lan}: {}`);
  return `hosts:\n${hosts.join('')}${router}lans: { ${names.join(', ')} }\nsteps: []\n`;
}

export class GossipHostsRun {
  readonly members: Memberlist[];
  private readonly scenario: Run;

  constructor(members: number) {
    this.scenario = new Run(loadScenario('gossip.yaml', utf8Encode(scenarioText(members))), {
      ...{ queue: 'heap', captures: 'none', store: null, hash: false, keepGoing: false },
      isInteractive: true,
    });
    while (this.scenario.advance(100_000));
    this.members = [];
    const keyring = new Keyring(Rng.fromSeed(1).bytes(16));
    const startNs = this.nowNs;
    for (let index = 0; index < members; index++) {
      this.runTo(startNs + Math.floor((index * PHASES_NS) / members));
      this.members.push(this.startMember(index, keyring));
    }
    this.introduce();
  }

  get nowNs(): number {
    return this.scenario.lab.sched.now;
  }

  /** Frames that were sent, on all cables. */
  get frames(): number {
    return this.scenario.lab.stats.reduce((sum, { sent }) => sum + sent, 0);
  }

  run(seconds: number): void {
    this.runTo(this.nowNs + seconds * SECOND);
  }

  agrees(): boolean {
    return this.members.every((member) => member.numMembers() === this.members.length);
  }

  private runTo(timeNs: number): void {
    const { sched } = this.scenario.lab;
    sched.run(timeNs, Infinity);
    if (sched.now < timeNs) sched.advanceTo(timeNs);
  }

  private startMember(index: number, keyring: Keyring): Memberlist {
    const { engine } = this.scenario.setups[index]!;
    assert(engine !== null, 'each host has an engine');
    const { host } = engine;
    const config = memberlistConfig(`node${index}`, ip4(addressOf(index)), PORT);
    config.keyring = keyring;
    const clock = clockOf(host);
    const started: Memberlist[] = [];
    const rng = host.rng.fork('gossip');
    new NetworkDb({ nodeId: config.name, settings: networkDbSettings(), clock, rng, keyring }, (delegate, events) => {
      config.delegate = delegate;
      config.events = events;
      const member = Memberlist.create(config, clock, rng.fork('memberlist'), (target) =>
        openGossipTransport(engine, 0, PORT, target),
      );
      started.push(member);
      return member;
    });
    return started[0]!;
  }

  /** Lets everybody know everybody, as after a join long ago: nothing of it is news any more. */
  private introduce(): void {
    const alive = this.members.map(({ config: { name, advertiseAddr } }) => ({
      type: MESSAGE.alive,
      incarnation: 1,
      node: name,
      addr: addressBytes(advertiseAddr),
      port: PORT,
      meta: null,
      vsn: PROTOCOL_VERSIONS,
    }));
    for (const { membership } of this.members) {
      for (const other of alive) membership.aliveNode(other, null, false);
      membership.broadcasts.reset();
    }
  }
}

function clockOf(host: EngineHost): GossipClock {
  return {
    get now() {
      return host.clock.now;
    },
    newTimer: (expired) => host.newTimer(expired),
  };
}
