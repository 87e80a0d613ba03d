/**
 * Case f of the recordings, `pmtu-ping`: the second of three cables takes 1,450 bytes only. c asks with DF and learns
 * it, then cuts its datagrams itself; so does r2 with what s answers. Frames and words must be those of the recording.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../src/kernel/host.ts';
import { flushExceptions } from '../../src/kernel/ip/fnhe.ts';
import { SHARED } from '../machine.ts';
import { MILLISECOND, netnsOf, type, World } from '../kernel/kit.ts';
import { buildRouterChain } from './router-chain.ts';
import { Judge, needRecording } from './recordings.ts';
import type { Typed } from './typed.ts';
import { maskTimes, runTyped } from './typed.ts';

/** The pings of the recording with their times in it, in milliseconds. */
const PINGS: readonly [number, string][] = [
  [59_592, 'ping -M do -c 2 -s 1472 10.3.0.2'],
  [61_653, 'ping -c 1 -s 1472 10.3.0.2'],
  [61_674, 'ping -c 1 -s 1472 10.3.0.2'],
  [61_684, 'ping -c 1 -M dont -s 1472 10.3.0.2'],
];

/** What the recording shows on the terminal for each of them, standard error in its place; the exit code behind. */
function recordedAnswers(): string[] {
  const cli = readFileSync(join(SHARED, 'truth', 'f-errors', 'cli.txt'), 'utf8');
  const from = cli.indexOf(`$ X fc ${PINGS[0]![1]}`);
  return cli
    .slice(from)
    .split(/^\$ X fc .*\n/m)
    .slice(1, 1 + PINGS.length)
    .map((text) => maskTimes(text.replaceAll('/usr/bin/ping: ', 'ping: ').trim()));
}

/** Both streams as a terminal shows them: what goes wrong stands before the empty line of the statistics. */
function onTerminal({ stdout, stderr, exit }: Typed): string {
  return maskTimes(`${stdout.replace('\n\n---', `\n${stderr}\n---`)}[rc=${exit}]`);
}

describe('differential: the path MTU against a real kernel', () => {
  let world: World;
  let host: Host;
  let answers: Typed[];

  before(function () {
    needRecording(this, 'f-errors');
    world = new World();
    host = buildRouterChain(world);
    type(host, 'ip -n r1 link set out1 mtu 1450');
    type(host, 'ip -n r2 link set in2 mtu 1450');
    // The neighbours know each other: the recording comes after many other cases.
    runTyped(world, host, 'c', 'ping -c 1 10.3.0.2');
    flushExceptions(netnsOf(host, 'c'));
    answers = PINGS.map(([atMs, line]) => {
      world.runTo(Math.max(atMs * MILLISECOND, world.sched.now));
      return runTyped(world, host, 'c', line);
    });
  });

  it('all three captures have the frames of the recording', () => {
    const judge = new Judge(world, join('f-errors', 'pmtu-ping'));
    try {
      const interfaces = { 'c-eth0': 'h/c/eth0', 'r1-out1': 'h/r1/out1', 's-eth0': 'h/s/eth0' };
      assert.deepEqual(judge.differences(interfaces, 59_500 * MILLISECOND, 62_100 * MILLISECOND), new Map());
    } finally {
      judge.dispose();
    }
  });

  it('the four pings say what they say in the recording', () => {
    assert.deepEqual(answers.map(onTerminal), recordedAnswers());
  });
});
