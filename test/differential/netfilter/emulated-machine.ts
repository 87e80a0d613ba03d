/** The machine as an emulated host, made anew for each case. */
import type { Host } from '../../../src/kernel/host.ts';
import type { Netns } from '../../../src/kernel/netns.ts';
import { RawSocket } from '../../../src/kernel/socket/raw-socket.ts';
import * as ipv4 from '../../../src/wire/ipv4.ts';
import type { Peer } from '../../kernel/kit.ts';
import { netnsOf, type, viewOf, World } from '../../kernel/kit.ts';
import type { Machine, StepOutcome } from './case.ts';
import { NIC_ADDRESSES, SET_UP_BRIDGE, SET_UP_IP, SET_UP_SYSCTL } from './topology.ts';

const STEP_NS = 200_000;
const IPPROTO_RAW = 255;

export class EmulatedMachine implements Machine {
  private readonly world: World;
  private readonly host: Host;
  private readonly ns: Netns;
  private readonly peers: readonly Peer[];
  private readonly raw: RawSocket;

  constructor(seed: number, settings: Readonly<Record<string, number>>) {
    this.world = new World({ seed });
    this.host = this.world.host('h', Object.fromEntries(NIC_ADDRESSES.map((address, i) => [`e${i}`, address])));
    this.ns = netnsOf(this.host, '');
    this.peers = NIC_ADDRESSES.map((_, i) => this.world.peer(this.host, `e${i}`));
    for (const line of SET_UP_IP) type(this.host, `ip ${line}`);
    for (const line of SET_UP_BRIDGE) type(this.host, `bridge ${line}`);
    for (const line of SET_UP_SYSCTL) type(this.host, `sysctl -qw ${line}`);
    for (const [name, value] of Object.entries(settings)) type(this.host, `sysctl -qw ${name}=${value}`);
    this.raw = new RawSocket(this.ns, IPPROTO_RAW);
    this.raw.broadcast = true;
    this.world.run(STEP_NS);
    for (const peer of this.peers) peer.gets(0);
  }

  give(port: number, bytes: Uint8Array): Promise<StepOutcome> {
    this.peers[port]!.gives(bytes);
    return this.outcome('');
  }

  own(bytes: Uint8Array): Promise<StepOutcome> {
    const errno = this.raw.sendTo(ipv4.dst(viewOf(bytes), 0), bytes);
    return this.outcome(errno);
  }

  command(words: readonly string[], input: string): Promise<string> {
    const { exit, stdout, stderr } = this.host.admin.run(this.ns, words, input);
    return Promise.resolve(`${exit === 0 ? '' : `exit ${exit}: `}${stdout}${stderr}`);
  }

  private outcome(answer: string): Promise<StepOutcome> {
    this.world.run(STEP_NS);
    const seen = this.peers.flatMap((peer, port) => peer.gets(0).map(({ bytes }) => ({ port, bytes })));

    return Promise.resolve({ answer, frames: seen });
  }
}
