/**
 * The recorded session of case b, typed again: two containers behind a masquerading host. Where drawn numbers name the
 * ports, or the real kernel does not do the same twice, what is not TCP's is compared.
 */
import assert from 'node:assert/strict';
import { ip4 } from '../../src/base/addr.ts';
import * as ethernet from '../../src/wire/ethernet.ts';
import * as ipv4 from '../../src/wire/ipv4.ts';
import { viewOf } from '../kernel/kit.ts';
import { need } from '../machine.ts';
import { isTcp, normalOutput, recordedOutputs, Replay } from './recorded-session.ts';

/** With this seed the host tells of its groups while it is recorded, as the recorded one did. */
const SEED = 6;
/** The ports that a source port may become, as README.md of the recordings has them. */
const RANGES: readonly (readonly [below: number, low: number, high: number])[] = [
  [512, 1, 511],
  [1024, 600, 1023],
  [65_536, 1024, 65_535],
];

/** TCP, and a question for an address that is known already, with its answer if that is asked of one host only. */
function isTcpOrProbe(bytes: Uint8Array): boolean {
  const isArp = ethernet.etherType(viewOf(bytes), 0) === ethernet.ETHERTYPE_ARP;
  return isTcp(bytes) || (isArp && bytes[0] !== 0xff);
}

/** Ports and identifiers that were drawn, by their first mention. */
function nameDrawn(lines: readonly string[]): string[] {
  const names = new Map<string, string>();
  const nameOf = (port: string): string => {
    if (!names.has(port)) names.set(port, `n${names.size}`);
    return names.get(port)!;
  };
  return lines.map((line) => line.replace(/(?<=udp )\w+(?=>9\d\d\d )/, nameOf).replace(/(?<=udp 9\d\d\d>)\w+/, nameOf));
}

/**
 * Lines of `conntrack -L` that are not of TCP, in the order of their text: a real table lists by a hash with a salt.
 * Without seconds and the ports and identifiers that were drawn: those of programs, and what the first to come left.
 */
function connections(text: string): string[] {
  // What went to another stream stands in the middle of a line.
  const lines = text.replace(/conntrack v[^]*?shown\.\n/, '').matchAll(/^(?:ipv4 +2 )?(?!tcp)\w+ +\d+ (\d+) (.*)$/gm);
  return [...lines]
    .map(([line, seconds, rest]) => {
      const isMoved = !/(?:sport|id)=(\d+) .*(?:dport|id)=\1 /.test(rest!);
      const named = isMoved ? line.replace(/(?<= )(dport|id)=\d+(?= (?:\[ASSURED\] )?mark)/, '$1=drawn') : line;
      return named.replace(` ${seconds!} `, ' N ').replace(/\bid=(?!777\b)\d+/g, 'id=own');
    })
    .sort((left, right) => (left < right ? -1 : 1));
}

/** `42000 -> 192.168.1.10:11177` */
function portsOf(text: string): [from: number, to: number][] {
  return [...text.matchAll(/^(\d+) -> 192\.168\.1\.10:(\d+)$/gm)].map(([, from, to]) => [Number(from), Number(to)]);
}

describe('differential: the recorded session of case b, typed again', () => {
  let replay: Replay;

  before(function () {
    need(this, 'shared');
    replay = new Replay('b-masquerade', SEED);
  });

  after(() => {
    (replay as Replay | undefined)?.dispose();
  });

  for (const name of ['c1-eth0', 'veth1', 'docker0', 'c2-eth0', 'host-eth0']) {
    it(`${name} has the frames of the recording that are not TCP's`, () => {
      const [mine, theirs] = replay.linesWithout(`${name}.pcap`, isTcpOrProbe);
      assert.ok(theirs.length >= 6);
      assert.deepEqual(nameDrawn(mine), nameDrawn(theirs));
    });
  }

  for (const name of ['c1-eth0', 'veth1']) {
    it(`${name} has the frames of the recording, TCP's among them`, () => {
      assert.equal(replay.difference(`${name}.pcap`), '');
    });
  }

  it('the commands print what the real ones printed', () => {
    const recorded = recordedOutputs(replay.recorded('cli.txt')).filter(({ run }) => !run.includes('tcpsend'));
    assert.ok(recorded.length > 10);
    const typed = [...replay.run.steps];
    for (const { run, output, exit } of recorded) {
      const at = typed.findIndex((step) => step.run === run);
      assert.ok(at >= 0, `${run} was typed`);
      const [step] = typed.splice(0, at + 1).slice(-1);
      assert.deepEqual(
        { run, exit: step!.exit, lines: normalOutput(step!.stdout + step!.stderr) },
        { run, exit, lines: normalOutput(output) },
      );
    }
  });

  it('the connections are those of the recording that are not of TCP', () => {
    const lists = recordedOutputs(replay.recorded('conntrack.txt'));
    assert.deepEqual(
      lists.map(({ run }) => run.slice(run.indexOf('conntrack'))),
      ['conntrack -L -o extended', 'conntrack -L -p udp'],
    );
    for (const { run, output } of lists) {
      const steps = replay.run.steps.filter((each) => each.run === run);
      // The extended list was also dumped at the beginning and at the end.
      const [mine, theirs] = [steps[steps.length >> 1]!.stdout, output].map(connections);
      assert.ok(theirs!.length > 9);
      assert.deepEqual(mine, theirs);
    }
  });

  it('a port is kept when it is free, and drawn from those of its kind when it is not', () => {
    const printed = (netns: string, first: number): [number, number][] => {
      const step = replay.run.steps.find(({ run }) => run.includes(`${netns} `) && run.includes(` 9003 ${first} `));
      return portsOf(step!.stdout);
    };
    const kept: readonly [string, number, string][] = [
      ['gt-bc1', 42_000, 'collide-c1.txt'],
      ['gt-bc1', 500, 'collide-low-c1.txt'],
      ['gt-bh', 43_000, 'collide-host.txt'],
    ];
    for (const [netns, first, file] of kept) assert.deepEqual(printed(netns, first), portsOf(replay.recorded(file)));
    const drawn: readonly [string, number, string][] = [
      ['gt-bc2', 42_000, 'collide-c2.txt'],
      ['gt-bc2', 500, 'collide-low-c2.txt'],
      ['gt-bc1', 43_000, 'collide-after-host.txt'],
    ];
    for (const [netns, first, file] of drawn) {
      const mine = printed(netns, first);
      const theirs = portsOf(replay.recorded(file));
      assert.deepEqual(
        mine.map(([from]) => from),
        theirs.map(([from]) => from),
      );
      for (const [from, to] of [...mine, ...theirs]) {
        const [, low, high] = RANGES.find(([below]) => from < below)!;
        assert.ok(to >= low && to <= high && to !== from, `${from} became ${to}`);
      }
    }
  });

  it('the rules have counted the packets that those of the recording counted, less TCP', () => {
    const command = 'ip netns exec gt-bh iptables-save -c';
    const dump = replay.dumps('state-after.txt').find((each) => each.command === command);
    const [mine, theirs] = [
      { frames: replay.frames('host-eth0.pcap'), text: dump!.mine },
      { frames: replay.recordedFrames('host-eth0.pcap'), text: dump!.theirs },
    ].map(({ frames, text }) => {
      const tcp = tcpOf(frames.filter(isTcp));
      assert.ok(tcp.flows > 0 && tcp.received > 0);
      return countsOf(text).map(([rule, packets]): [string, number] => [rule, packets - tcpPackets(rule, tcp)]);
    });
    assert.deepEqual(mine, theirs);
  });
});

function tcpOf(frames: readonly Uint8Array[]): Tcp {
  const server = ip4('192.168.1.100');
  const sent = frames.filter((bytes) => ipv4.dst(viewOf(bytes), 14) === server);
  return {
    sent: sent.length,
    received: frames.length - sent.length,
    flows: sent.filter((bytes) => (bytes[14 + 20 + 13]! & 0x12) === 2).length,
  };
}

interface Tcp {
  readonly sent: number;
  readonly received: number;
  readonly flows: number;
}

/** The rules and policies of a dump with their packets; policies of the table nat are told from those of filter. */
function countsOf(dump: string): [rule: string, packets: number][] {
  const [filter, nat] = dump.split('*nat');
  return [filter!, nat!].flatMap((text, i) => {
    const prefix = i === 0 ? '' : 'nat ';
    const rules = [...text.matchAll(/^\[(\d+):\d+\] (.*)$/gm)].map(([, packets, rule]) => [rule!, packets!] as const);
    const policies = [...text.matchAll(/^(:\S+ \w+) \[(\d+):/gm)].map(
      ([, rule, packets]) => [rule!, packets!] as const,
    );
    return [...policies, ...rules].map(([rule, packets]): [string, number] => [`${prefix}${rule}`, Number(packets)]);
  });
}

/** How many packets of TCP met the rule. */
function tcpPackets(rule: string, tcp: Tcp): number {
  if (rule.startsWith('nat')) return /PREROUTING ACCEPT|MASQUERADE/.test(rule) ? tcp.flows : 0;
  if (rule.includes('-o docker0 -m conntrack')) return tcp.received;
  if (rule.includes('-i docker0 ! -o docker0') || rule.includes('STAGE-2 -j RETURN')) return tcp.sent;
  return /^-A (FORWARD|DOCKER-USER|DOCKER-ISOLATION-STAGE-1) -j/.test(rule) ? tcp.sent + tcp.received : 0;
}
