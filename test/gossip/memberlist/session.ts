/** A session of three members, as it was recorded of serf and as the emulated ones play it: who said what when. */
import { readFileSync } from 'node:fs';
import { ip4, type Ip4 } from '../../../src/base/addr.ts';
import type { PacketMessage } from '../../../src/gossip/messages.ts';
import { openPacket } from '../../../src/gossip/packet.ts';
import { readCapture } from '../../../src/pcap-writer/read-capture.ts';
import { MILLISECOND, SECOND } from '../../../src/sim/units.ts';
import { SHARED } from '../../machine.ts';
import { GossipCluster } from '../cluster.ts';

/** A message of a datagram. */
export interface Said {
  /** Seconds since the phase began. */
  readonly time: number;
  readonly from: Ip4;
  readonly to: Ip4;
  readonly message: PacketMessage;
}

export const PHASES = ['idle', 'refute', 'leave', 'rejoin', 'kill'] as const;
export type Phase = (typeof PHASES)[number];

/** What was said in each phase by each member, sent ones only. */
export type Session = Readonly<Record<Phase, readonly Said[]>>;

function messagesOf(payload: Uint8Array, time: number, from: Ip4, to: Ip4): Said[] {
  const messages: PacketMessage[] = [];
  openPacket(
    payload,
    { keyring: null, verifyIncoming: false },
    {
      message: (message) => messages.push(message),
      fault: (reason) => {
        throw new Error(`the datagram is not read: ${reason}`);
      },
    },
  );
  return messages.map((message) => ({ time, from, to, message }));
}

const MEMBERS = [1, 2, 3];
const RECORDED_ADDRESS = ip4('10.77.0.10');

/** The recorded session; a phase begins at the event that it is about. */
export function recordedSession(): Session {
  const folder = `${SHARED}/truth/serf/default`;
  const events = readFileSync(`${folder}/events.txt`, 'utf8').trim().split('\n');
  const startOf = (words: string): number => Number(events.find((line) => line.endsWith(words))!.split(' ')[0]);
  const starts: Record<Phase, number> = {
    idle: startOf('capture idle begin'),
    refute: startOf('SIGSTOP s3'),
    leave: startOf('serf leave s3'),
    rejoin: startOf('capture rejoin begin'),
    kill: startOf('kill -9 s3'),
  };
  const phase = (name: Phase): Said[] =>
    MEMBERS.flatMap((member) => sentOf(`${folder}/${name}.s${member}.pcap`, member, starts[name]));
  return Object.fromEntries(PHASES.map((name) => [name, phase(name)])) as unknown as Session;
}

function sentOf(path: string, member: number, start: number): Said[] {
  const address = RECORDED_ADDRESS + member;
  return readCapture(readFileSync(path)).packets.flatMap(({ data, timeNs }) => {
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const isUdp = data.length > 42 && view.getUint16(12) === 0x0800 && data[23] === 17;
    if (!isUdp || view.getInt32(26) !== address || view.getUint16(36) !== 7946) return [];
    const payload = data.slice(42, 14 + view.getUint16(16));
    return messagesOf(payload, Number(timeNs / 1000n) / 1e6 - start, address, view.getInt32(30));
  });
}

/** The same with emulated members: the machines start, stop, leave and die at the recorded distances. */
export function playSession(seed: number): { cluster: GossipCluster; session: Session } {
  const cluster = new GossipCluster({ size: 3, seed });
  for (const node of cluster.nodes) node.name = `s${node.index + 1}`;
  const session: Record<Phase, Said[]> = { idle: [], refute: [], leave: [], rejoin: [], kill: [] };
  let current: { phase: Phase; startNs: number } | null = null;
  cluster.network.onPacket = (from, to, payload) => {
    if (current === null) return;
    const time = (cluster.sched.now - current.startNs) / SECOND;
    session[current.phase].push(...messagesOf(payload, time, from.address, to.address));
  };
  const play = (phase: Phase, duration: number, action: () => void): void => {
    current = { phase, startNs: cluster.sched.now };
    action();
    cluster.run(duration * SECOND);
    current = null;
  };
  cluster.start(0);
  cluster.run(3091 * MILLISECOND);
  cluster.start(1);
  cluster.join(1, 0);
  cluster.run(6098 * MILLISECOND);
  cluster.start(2);
  cluster.join(2, 0);
  // Somewhere in the rounds of their probes.
  cluster.run(8 * SECOND + cluster.rng.below(4 * SECOND));
  play('idle', 60, () => {
    // Nothing happens.
  });
  play('refute', 12, () => {
    cluster.nodes[2]!.freezer.freeze();
    cluster.run(3706 * MILLISECOND);
    cluster.nodes[2]!.freezer.thaw();
  });
  play('leave', 8, () => {
    cluster.member(2).leave(5 * SECOND, () => {
      // What the others hold tells.
    });
  });
  cluster.crash(2, false);
  play('rejoin', 6, () => {
    cluster.start(2);
    cluster.join(2, 0);
  });
  cluster.run(cluster.rng.below(2 * SECOND));
  play('kill', 25, () => {
    cluster.crash(2, false);
  });
  return { cluster, session };
}
