import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readCapture } from '../../../src/pcap-writer/index.ts';
import { need, SHARED } from '../../machine.ts';
import type { Conversation } from '../swarm/control/conversations.ts';
import { conversationsOn } from '../swarm/control/conversations.ts';
import { SwarmLab } from '../swarm-lab.ts';

const PORT = 7946;
const SECOND_NS = 1_000_000_000n;
/** Frames of a ping and of its answer, encrypted. */
const PING_BYTES = 152;
const ACK_BYTES = 89;
const HOSTS = [1, 2, 3] as const;

interface Traffic {
  readonly datagrams: readonly number[];
  readonly streams: readonly Conversation[];
}

/** Of so many seconds from `start` on, counted from the capture's first frame. */
function gossipIn(bytes: Uint8Array, start = 0n, seconds = 1_000_000n): Traffic {
  const capture = readCapture(bytes);
  const first = capture.packets[0]!.timeNs + start * SECOND_NS;
  const isInside = (timeNs: bigint): boolean => timeNs >= first && timeNs < first + seconds * SECOND_NS;
  const datagrams = capture.packets
    .filter(({ data, timeNs }) => isInside(timeNs) && data[23] === 17 && ((data[36]! << 8) | data[37]!) === PORT)
    .map(({ originalLength }) => originalLength);
  return { datagrams, streams: conversationsOn(PORT, bytes).filter(({ startNs }) => isInside(startNs)) };
}

function recorded(name: string, host: number): Uint8Array {
  return readFileSync(`${SHARED}/truth/docker/swarm/${name}.h${host}-eth0.pcap`);
}

function count(sizes: readonly number[], size: number): number {
  return sizes.filter((each) => each === size).length;
}

function assertBetween(value: number, least: number, most: number, what: string): void {
  assert.ok(value >= least && value <= most, `${what}: ${value}, not within ${least} and ${most}`);
}

describe('the gossip of three engines beside the recorded one', () => {
  let captured: ReadonlyMap<string, Uint8Array> = new Map();

  before(() => {
    const lab = new SwarmLab({ capture: HOSTS.map((host) => `h${host}/eth0`) });
    lab.formSwarm();
    lab.wait(100);
    captured = lab.captured();
  });

  it('begins as there: one comparison with the manager, and one of the network’s tables both ways', function () {
    need(this, 'shared');
    const mine = gossipIn(captured.get('h1/eth0')!, 0n, 14n);
    const theirs = gossipIn(recorded('join', 1), 0n, 14n);
    assert.equal(mine.streams.length, theirs.streams.length);
    const [ours, others] = [mine, theirs].map(({ streams }) => [...streams].sort((a, b) => a.bytes - b.bytes));
    for (const [at, stream] of ours!.entries()) {
      assertBetween(stream.bytes, others![at]!.bytes * 0.94, others![at]!.bytes * 1.06, 'bytes of a stream');
    }
    for (const [at, stream] of mine.streams.entries()) {
      const [begun, wanted] = [startOf(mine, stream), startOf(theirs, theirs.streams[at]!)];
      assertBetween(begun, wanted - 0.3, wanted + 0.3, 'begin of a stream');
    }
    const sizes = (traffic: Traffic): number[] => [...new Set(traffic.datagrams)].sort((a, b) => a - b);
    assertBetween(sizes(mine).length, 6, sizes(theirs).length + 4, 'kinds of datagrams');
    const sum = (traffic: Traffic): number => traffic.datagrams.reduce((bytes, size) => bytes + size, 0);
    assertBetween(sum(mine), sum(theirs) * 0.8, sum(theirs) * 1.25, 'bytes of datagrams');
  });

  it('asks once a second and node, and is answered, while nothing happens', function () {
    need(this, 'shared');
    for (const host of HOSTS) {
      const mine = gossipIn(captured.get(`h${host}/eth0`)!, 40n, 60n);
      const theirs = gossipIn(recorded('idle60', host), 0n, 60n);
      const pings = count(mine.datagrams, PING_BYTES);
      assertBetween(
        pings,
        count(theirs.datagrams, PING_BYTES) * 0.9,
        count(theirs.datagrams, PING_BYTES) * 1.1,
        'pings',
      );
      // At either end of the minute one may be cut off from its answer.
      const acks = count(mine.datagrams, ACK_BYTES);
      assertBetween(acks, pings - 2, pings + 2, 'answers');
      assert.equal(mine.datagrams.length, pings + acks, 'nothing else is said');
    }
  });

  it('compares what it knows as often, in as many packets of the same lengths', function () {
    need(this, 'shared');
    const mine = HOSTS.map((host) => gossipIn(captured.get(`h${host}/eth0`)!, 40n, 60n).streams);
    const theirs = HOSTS.map((host) => gossipIn(recorded('idle60', host)).streams);
    const all = theirs.flat();
    const [leastBytes, mostBytes] = [Math.min(...all.map(bytesOf)), Math.max(...all.map(bytesOf))];
    for (const stream of mine.flat()) {
      assertBetween(stream.bytes, leastBytes * 0.98, mostBytes * 1.02, 'bytes of a stream');
      assert.ok(stream.packets === 8 || stream.packets === 10, 'bulk syncs have eight packets, push/pulls ten');
    }
    assertBetween(mine.flat().length, all.length * 0.6, all.length * 1.5, 'streams');
  });
});

/** Seconds from the first stream on. */
function startOf({ streams }: Traffic, stream: Conversation): number {
  return Number(stream.startNs - streams[0]!.startNs) / Number(SECOND_NS);
}

function bytesOf({ bytes }: Conversation): number {
  return bytes;
}
