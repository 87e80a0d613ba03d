/**
 * Recorded sessions typed again: `commands.txt` of a recording, line by line at its times, with its tcpdumps and its
 * state dumps. What the real kernel put on each interface, and what the real tools printed, is the judge.
 */
import assert from 'node:assert/strict';
import * as ethernet from '../../src/wire/ethernet.ts';
import { viewOf } from '../kernel/kit.ts';
import { need } from '../machine.ts';
import { recordedOutputs, Replay } from './recorded-session.ts';

/**
 * Neighbours stay reachable for a random time of 15 to 45 seconds, and groups are told of after a random one. With this
 * seed the draws lie on the same side of the dumps as those of the recorded kernel.
 */
const SEED_A = 3;

function itDumps(replay: () => Replay, file: string, isJudged: (command: string) => boolean): void {
  it(`${file}: the tools print what the real ones printed`, () => {
    for (const { command, mine, theirs } of replay().dumps(file)) {
      if (isJudged(command)) assert.equal(`${command}\n${mine}`, `${command}\n${theirs}`);
    }
  });
}

describe('differential: the recorded session of case a, typed again', () => {
  let replay: Replay;

  before(function () {
    need(this, 'shared');
    replay = new Replay('a-bridge-icmp', SEED_A);
  });

  after(() => {
    (replay as Replay | undefined)?.dispose();
  });

  for (const name of ['c1-eth0', 'c2-eth0', 'c3-eth0', 'docker0', 'host-veth1', 'host-veth2', 'host-veth3']) {
    it(`${name} has the frames of the recording`, () => {
      assert.equal(replay.difference(`${name}.pcap`), '');
    });
  }

  itDumps(
    () => replay,
    'state-before.txt',
    () => true,
  );
  itDumps(
    () => replay,
    'state-after.txt',
    () => true,
  );

  const tables: readonly [command: string, n: number, file: string][] = [
    ['ip netns exec gt-ah bridge fdb show br docker0', 0, 'fdb-after-1.txt'],
    ['ip netns exec gt-ah bridge fdb show br docker0', 1, 'fdb-flushed.txt'],
    ['ip netns exec gt-ah bridge fdb show br docker0', 2, 'fdb-after-3.txt'],
    ['ip netns exec gt-ac1 ip neigh', 0, 'neigh-c1-after-1.txt'],
    ['ip netns exec gt-ac2 ip neigh', 0, 'neigh-c2-after-1.txt'],
  ];
  for (const [command, n, file] of tables) {
    it(`shows the table of ${file}`, () => {
      const [mine, theirs] = replay.printed(command, n, file);
      assert.equal(mine, theirs);
    });
  }

  it('no command of the session is refused', () => {
    assert.deepEqual(
      replay.run.steps.filter((step) => step.exit === 127).map((step) => step.run),
      [],
    );
  });
});

describe('differential: the recorded session of case f, typed again', () => {
  let replay: Replay;

  before(function () {
    need(this, 'shared');
    replay = new Replay('f-errors');
  });

  after(() => {
    (replay as Replay | undefined)?.dispose();
  });

  for (const folder of [
    'port-unreach',
    'net-unreach',
    'ttl',
    'traceroute-udp',
    'traceroute-icmp',
    'pmtu-ping',
    'local-arp-timeout',
    'tcp-abort',
  ]) {
    it(`${folder}: all captures have the frames of the recording`, () => {
      for (const name of ['c-eth0', 'r1-out1', 's-eth0']) {
        assert.equal(replay.difference(`${folder}/${name}.pcap`), '', `${folder}/${name}`);
      }
    });
  }

  it('host-unreach: all captures have the frames of the recording', () => {
    for (const name of ['c-eth0', 'r1-out1', 'r2-out2', 's-eth0']) {
      assert.equal(replay.difference(`host-unreach/${name}.pcap`), '', name);
    }
  });

  // Who asks for a neighbour, and when, depends on how long each of the neighbours happened to stay reachable.
  for (const folder of ['tcp-rst', 'tcp-syn-timeout']) {
    it(`${folder}: all captures have the segments of the recording`, () => {
      for (const name of ['c-eth0', 'r1-out1', 's-eth0']) {
        const [mine, theirs] = replay.linesWithout(`${folder}/${name}.pcap`, isArp);
        assert.deepEqual(mine, theirs, name);
      }
    });
  }

  itDumps(
    () => replay,
    'state-before.txt',
    () => true,
  );

  // How many acknowledgments a transfer has depends on how soon the programs read, and is counted.
  itDumps(
    () => replay,
    'state-after.txt',
    (command) => !command.includes('ip -s link') && !command.includes('gt-fs iptables-save -c'),
  );

  it('traceroute -T has printed what the real one did', () => {
    const isTrace = (run: string): boolean => run.includes('traceroute -n -T ');
    const mine = replay.run.steps.find((step) => isTrace(step.run))!;
    const theirs = recordedOutputs(replay.recorded('cli.txt')).find((each) => isTrace(each.run))!;
    assert.equal(withoutTimes(mine.stdout), withoutTimes(theirs.output));
  });

  it('tcp-100k-mtu1500: handshake, bytes, flags of the burst and the end are those of the recording', () => {
    const [mine, theirs] = ['c-eth0', 's-eth0'].map((name) => replay.lines(`tcp-100k-mtu1500/${name}.pcap`))[0]!;
    for (const way of ['p1>80', '80>p1']) {
      const [ours, real] = [mine, theirs].map((lines) => lines.filter((line) => line.includes(` tcp ${way} `)));
      assert.deepEqual(ours!.slice(0, 2), real!.slice(0, 2), way);
      assert.equal(bytesOf(ours!), bytesOf(real!), way);
      assert.deepEqual(new Set(ours!.map(optionsOf)), new Set(real!.map(optionsOf)), way);
      // The window at the end depends on how soon the program reads.
      assert.equal(withoutWindow(ours!.at(-1)!), withoutWindow(real!.at(-1)!), way);
    }
  });

  it('no command of the session is refused, and all captures of the session are there', () => {
    assert.deepEqual(
      replay.run.steps.filter((step) => step.exit === 127).map((step) => step.run),
      [],
    );
    for (const step of replay.run.steps) {
      const file = / tcpdump .* -w (\S+)/.exec(step.run)?.[1];
      if (file !== undefined) assert.ok(replay.run.captures.has(file), file);
    }
  });
});

function isArp(bytes: Uint8Array): boolean {
  return ethernet.etherType(viewOf(bytes), 0) === ethernet.ETHERTYPE_ARP;
}

/** All that the segments carry, each byte once, in the order of their sequence numbers. */
function bytesOf(lines: readonly string[]): string {
  const parts = new Map<number, string>();
  for (const line of lines) {
    const [, seq, data] = / seq=(\d+) .* data=(\w*)$/.exec(line)!;
    if (data !== '') parts.set(Number(seq), data!);
  }
  return [...parts]
    .sort(([left], [right]) => left - right)
    .map(([, data]) => data)
    .join('');
}

const withoutTimes = (text: string): string => text.replace(/[\d.]+ ms/g, 'T ms');
const withoutWindow = (line: string): string => line.replace(/ win=\d+/, '');
const optionsOf = (line: string): string => / opt=(\S*) data/.exec(line)![1]!;
