/**
 * Who reaches a published UDP port by which address, and as whom the container sees him: the same on an emulated host
 * and on one with a real engine. A server in the container answers every datagram with its sender. Rows are drawn;
 * `DOCKWIRE_REACH_SEED=n` repeats them, more `DOCKWIRE_EFFORT` draws more of them.
 */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { need, needTools, SHARED } from '../machine.ts';
import { EngineLab } from './engine-lab.ts';
import type { Machine, PlacedLine } from './reach.ts';
import { answerAt, answersAt, typeAt } from './reach.ts';
import type { RealEngine } from './real-engine.ts';
import { startRealEngine } from './real-engine.ts';

const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);
/** In each round. */
const ROWS = 6 * EFFORT;
const SEED = process.env['DOCKWIRE_REACH_SEED'];

const SET_UP = [
  'docker run -d --name web -p 5353:53/udp -p 127.0.0.1:5354:54/udp -p 192.168.50.11:5355:55/udp bb sleep 10000',
  'docker run -d --name c3 bb sleep 10000',
  'docker network create net1',
  'docker run -d --name ca --network net1 -p 5356:56/udp bb sleep 10000',
  'docker run -d --name cb --network net1 bb sleep 10000',
  'docker network create -o com.docker.network.bridge.enable_icc=false noicc',
  'docker run -d --name na --network noicc -p 5357:57/udp bb sleep 10000',
  'docker run -d --name nb --network noicc bb sleep 10000',
  'docker network create --internal int1',
  'docker run -d --name ia --network int1 bb sleep 10000',
];

const SERVERS: readonly (readonly [container: string, port: number])[] = [
  ['web', 53],
  ['web', 54],
  ['web', 55],
  ['ca', 56],
  ['na', 57],
  ['ia', 58],
];

const PLACES = ['x', 'host', 'web', 'c3', 'ca', 'cb', 'na', 'nb', 'ia'];

/** Addresses, each with the ports that are worth a question. */
const ADDRESSES: readonly (readonly [address: string, ports: readonly number[]])[] = [
  ['192.168.50.11', [5353, 5353, 5354, 5355, 5356, 5357]],
  ['127.0.0.1', [5353, 5354, 5355, 5356]],
  ['172.17.0.1', [5353, 5354, 5355, 5356]],
  ['172.18.0.1', [5353, 5356]],
  ['172.17.0.2', [53, 5353]],
  ['172.18.0.2', [56]],
  ['172.19.0.2', [57]],
  ['172.20.0.2', [58]],
  ['192.168.50.100', [9100]],
];

const QUESTION = fc.record({
  place: fc.constantFrom(...PLACES),
  target: fc
    .constantFrom(...ADDRESSES)
    .chain(([address, ports]) => fc.tuple(fc.constant(address), fc.constantFrom(...ports))),
  mode: fc.constantFrom('udpcollide', 'udpcollide', 'udpsend', 'ping'),
});
type Question = (typeof QUESTION extends fc.Arbitrary<infer T> ? T : never) & { readonly sourcePort: number };

function lineOf({ target, mode, sourcePort }: Question, tool: string): string {
  const [address, port] = target;
  if (mode === 'ping') return `ping -c 1 -W 1 -q ${address}`;
  return `${tool} ${mode} ${address} ${port} ${mode === 'udpsend' ? `20 ${sourcePort}` : sourcePort}`;
}

/** A proxy's own port is any, times differ, and of a traceback the last line counts. */
function masked(text: string, sourcePort: number): string {
  return text
    .replaceAll(/:(\d{5})\b/g, (whole, port) => (Number(port) === sourcePort ? whole : ':PORT'))
    .replaceAll(/^rtt .*\n|, time \d+ms/gm, '')
    .replace(/^Traceback[^]*\n(?=.+\n\[)/, '');
}

function setUp(machine: Machine, tool: string): void {
  for (const line of SET_UP) assert.equal(machine.sh(line).exit, 0, line);
  for (const [place, port] of SERVERS) {
    typeAt(machine, { place, line: `${tool} udpseen 0.0.0.0 ${port} >/dev/null 2>&1 &` });
  }
  machine.outside(`${tool} udpseen 0.0.0.0 9100 >/dev/null 2>&1 &`);
  machine.outside('ip route add 172.16.0.0/12 via 192.168.50.11');
  // Until all of them listen.
  machine.host('sleep 1');
}

/** What the administrator does after each round of questions. */
const RULES = [
  'iptables -I DOCKER-USER -s 192.168.50.100 -j DROP',
  'iptables -P INPUT DROP',
  'iptables -I INPUT -p udp --dport 5353 -j REJECT',
];

function compare(lab: EngineLab, real: RealEngine, seed: number): void {
  const tool = `python3 ${resolve(SHARED, 'truth/tcpudp.py')}`;
  for (const machine of [lab, real]) setUp(machine, tool);
  const questions = fc.sample(QUESTION, { numRuns: 4 * ROWS, seed });
  [null, ...RULES].forEach((rule, round) => {
    if (rule !== null) for (const machine of [lab, real]) assert.equal(machine.host(rule).exit, 0, rule);
    const asked = questions
      .slice(round * ROWS, (round + 1) * ROWS)
      .map((question, i) => ({ ...question, sourcePort: 40_000 + round * ROWS + i }));
    const lines = asked.map((question): PlacedLine => ({ place: question.place, line: lineOf(question, tool) }));
    const answers = answersAt(real, lines);
    asked.forEach((question, i) => {
      const told = `DOCKWIRE_REACH_SEED=${seed} ${rule ?? ''} ${JSON.stringify(question)}`;
      const [own, theirs] = [answerAt(lab, lines[i]!), answers[i]!].map((text) => masked(text, question.sourcePort));
      assert.equal(own, theirs, told);
    });
  });
}

describe('published UDP ports beside a real engine', () => {
  const seed = Number(SEED ?? 1000);
  // Starting an engine takes most of the time: with more effort both.
  const kinds = EFFORT > 1 ? [true, false] : [seed % 2 === 0];
  for (const hasUserlandProxy of kinds) {
    it(`are reached from the same places, ${hasUserlandProxy ? 'with' : 'without'} the proxy`, function () {
      this.timeout(240_000);
      need(this, 'shared');
      needTools(this, ['python3', 'ping']);
      const real = startRealEngine(this, `--userland-proxy=${hasUserlandProxy}`);
      try {
        compare(new EngineLab(1, { hasUserlandProxy }), real, seed);
      } finally {
        real.stop();
      }
    });
  }
});
