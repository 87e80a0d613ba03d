/**
 * Who reaches a published TCP port by which address, how far, and as whom the container sees him: the same on an
 * emulated host and on one with a real engine, with docker-proxy and without. Rows are drawn; `DOCKWIRE_REACH_SEED=n`
 * repeats them, more `DOCKWIRE_EFFORT` draws more of them.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { need, needTools, SHARED } from '../machine.ts';
import { EngineLab } from './engine-lab.ts';
import type { Machine, PlacedLine } from './reach.ts';
import { answerAt, answersAt, typeAt } from './reach.ts';
import type { RealEngine } from './real-engine.ts';
import { startRealEngine } from './real-engine.ts';

const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);
/** In each round. */
const ROWS = 12 * EFFORT;
const SEED = Number(process.env['DOCKWIRE_REACH_SEED'] ?? 1000);

const SET_UP = [
  'docker run -d --name web -p 8585:80 -p 127.0.0.1:8586:81 -p 192.168.50.11:8587:82 -p 8588:83 bb sleep 10000',
  'docker run -d --name c3 bb sleep 10000',
  'docker network create net1',
  'docker run -d --name ca --network net1 -p 8589:84 bb sleep 10000',
  'docker run -d --name cb --network net1 bb sleep 10000',
  'docker network create --internal int1',
  'docker run -d --name ia --network int1 bb sleep 10000',
];

/** Nobody listens at port 83 of web. */
const SERVERS: readonly (readonly [container: string, port: number])[] = [
  ['web', 80],
  ['web', 81],
  ['web', 82],
  ['ca', 84],
  ['ia', 85],
];
const PLACES = ['x', 'host', 'web', 'c3', 'ca', 'cb', 'ia'];
const ADDRESSES: readonly (readonly [address: string, ports: readonly number[]])[] = [
  ['192.168.50.11', [8585, 8585, 8586, 8587, 8588, 8589, 9999]],
  ['127.0.0.1', [8585, 8586, 8587, 8588, 8589, 9999]],
  ['172.17.0.1', [8585, 8586, 8587, 8589]],
  ['172.18.0.1', [8585, 8589]],
  ['172.17.0.2', [80, 83, 8585]],
  ['172.18.0.2', [84]],
  ['172.19.0.2', [85]],
];
const QUESTION = fc.record({
  place: fc.constantFrom(...PLACES),
  target: fc
    .constantFrom(...ADDRESSES)
    .chain(([address, ports]) => fc.tuple(fc.constant(address), fc.constantFrom(...ports))),
});
type Question = typeof QUESTION extends fc.Arbitrary<infer T> ? T : never;

/** What the administrator does before each round of questions. */
const RULES = [
  null,
  'iptables -I DOCKER-USER -s 192.168.50.100 -j DROP',
  'iptables -I INPUT -p tcp --dport 8585 -j REJECT',
];

/** How many bytes are sent tells the servers' lines apart. */
function placedLine({ place, target }: Question, number: number, tool: string): PlacedLine {
  const [address, port] = target;
  return { place, line: `env TMO=2 ${tool} tcpsend ${address} ${port} ${bytesOf(number)} ${portOf(number)}` };
}

const bytesOf = (number: number): number => 1000 + number;
const portOf = (number: number): number => 40_000 + number;

/** Starts the servers; each writes a line for every connection. */
function setUp(machine: Machine, tool: string, folder: string): void {
  for (const line of SET_UP) assert.equal(machine.sh(line).exit, 0, line);
  for (const [place, port] of SERVERS) {
    typeAt(machine, { place, line: `${tool} tcpserve 0.0.0.0 ${port} 100000 >${folder}/${place}-${port} 2>&1 &` });
  }
  machine.outside('ip route add 172.16.0.0/12 via 192.168.50.11');
  // Until all of them listen.
  machine.host('sleep 1');
}

/** By how many bytes they got: whom the servers saw; a proxy's own port is any. */
function seen(logs: readonly string[]): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const [, address, port, bytes] of logs.join('').matchAll(/served \('([\d.]+)', (\d+)\) (\d+)/g)) {
    const isOwn = Number(port) === portOf(Number(bytes) - bytesOf(0));
    found.set(Number(bytes), `${address} ${isOwn ? 'with the port of the client' : ''}`);
  }
  return found;
}

function logsOf(lab: EngineLab): string[] {
  return SERVERS.map(([place, port]) => lab.host(`cat /tmp/${place}-${port}`).stdout);
}

function compare(lab: EngineLab, real: RealEngine, folder: string): void {
  const tool = `python3 ${resolve(SHARED, 'truth/tcpudp.py')}`;
  setUp(lab, tool, '/tmp');
  setUp(real, tool, folder);
  const questions = fc.sample(QUESTION, { numRuns: RULES.length * ROWS, seed: SEED });
  RULES.forEach((rule, round) => {
    if (rule !== null) for (const machine of [lab, real]) assert.equal(machine.host(rule).exit, 0, rule);
    const first = round * ROWS;
    const asked = questions.slice(first, first + ROWS);
    const lines = asked.map((question, i) => placedLine(question, first + i, tool));
    const answers = answersAt(real, lines);
    const own = lines.map((line) => answerAt(lab, line));
    const logs = SERVERS.map(([place, port]) => readFileSync(join(folder, `${place}-${port}`), 'utf8'));
    const [theirSeen, ownSeen] = [seen(logs), seen(logsOf(lab))];
    asked.forEach((question, i) => {
      const told = `DOCKWIRE_REACH_SEED=${SEED} ${rule ?? ''} ${JSON.stringify(question)}`;
      const bytes = bytesOf(first + i);
      assert.deepEqual([own[i], ownSeen.get(bytes)], [answers[i], theirSeen.get(bytes)], told);
    });
  });
}

describe('published TCP ports beside a real engine', () => {
  // Starting an engine takes most of the time: with more effort both.
  const kinds = EFFORT > 1 ? [true, false] : [SEED % 2 === 0];
  for (const hasUserlandProxy of kinds) {
    it(`are reached from the same places, ${hasUserlandProxy ? 'with' : 'without'} the proxy`, function () {
      this.timeout(240_000);
      need(this, 'shared');
      needTools(this, ['python3']);
      const real = startRealEngine(this, `--userland-proxy=${hasUserlandProxy}`);
      const folder = mkdtempSync(join(tmpdir(), 'dockwire-reach-'));
      try {
        compare(new EngineLab(1, { hasUserlandProxy }), real, folder);
      } finally {
        real.stop();
        rmSync(folder, { recursive: true });
      }
    });
  }
});
