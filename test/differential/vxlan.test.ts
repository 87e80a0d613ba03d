/**
 * The recorded sessions of case d, typed again: two hosts, a tunnel between them that is programmed as Docker's overlay
 * networks are, and a container behind each end. With learning, as in reality, and without.
 */
import assert from 'node:assert/strict';
import * as ethernet from '../../src/wire/ethernet.ts';
import * as ipv4 from '../../src/wire/ipv4.ts';
import { viewOf } from '../kernel/kit.ts';
import { need } from '../machine.ts';
import { isTcp, normalOutput, recordedOutputs, Replay } from './recorded-session.ts';

/**
 * With these seeds random MACs compare, and groups are told of, as in the recordings. What cannot be compared of the
 * counters at the end: a datagram that does not fit a veth is sent twice there, since a real ping hears of it (ENOBUFS)
 * and tries again; and one of the recorded kernels has sent five acknowledgments less.
 */
const VARIANTS: readonly (readonly [name: string, seed: number, uncounted: RegExp])[] = [
  ['libnetwork-flags', 5, /gt-d[co]1 ip -s link/],
  ['brief-flags', 3, /ip -s link/],
];
const CAPTURES = ['c1-eth0', 'ov1-vxlan0', 'h1-eth0', 'h2-eth0', 'ov2-vxlan0', 'c2-eth0', 'ov1-veth1', 'ov2-veth1'];
/** The session without learning differs in its beginning only: its other captures would tell nothing new. */
const capturesOf = (name: string): string[] => (name === 'libnetwork-flags' ? CAPTURES : CAPTURES.slice(0, 3));
/** Outer IP, UDP and VXLAN headers. */
const TUNNEL_BYTES = 50;
const VXLAN_PORT = 4789;

function isTunnelled(bytes: Uint8Array): boolean {
  const v = viewOf(bytes);
  if (ethernet.etherType(v, 0) !== ethernet.ETHERTYPE_IPV4 || ipv4.protocol(v, 14) !== ipv4.PROTO_UDP) return false;
  return v.getUint16(14 + 22) === VXLAN_PORT;
}

/** TCP as it is, or in the tunnel: how many acknowledgments there are depends on how soon programs read. */
function isTcpAnywhere(bytes: Uint8Array): boolean {
  return isTcp(isTunnelled(bytes) ? bytes.subarray(TUNNEL_BYTES) : bytes);
}

const IN_TUNNEL = 14 + TUNNEL_BYTES;

/**
 * By flow, in the order in which it begins, the names of the ports that it leaves from: the first port is 1. A
 * flow of TCP or UDP has ports, one of ICMP has two addresses; each direction is a flow of its own.
 */
function portsOf(frames: readonly Uint8Array[]): string[] {
  const names = new Map<number, number>();
  const flows = new Map<string, Set<number>>();
  for (const bytes of frames) {
    const v = viewOf(bytes);
    if (ethernet.etherType(v, TUNNEL_BYTES) !== ethernet.ETHERTYPE_IPV4) continue;
    const hasPorts = ipv4.protocol(v, IN_TUNNEL) !== ipv4.PROTO_ICMP;
    const inner = hasPorts ? `${v.getUint16(IN_TUNNEL + 20)} > ${v.getUint16(IN_TUNNEL + 22)}` : 'icmp';
    const key = `${ipv4.src(v, IN_TUNNEL)} > ${ipv4.dst(v, IN_TUNNEL)} ${inner}`;
    const port = v.getUint16(14 + 20);
    assert.ok(port >= 32_768 && port < 60_999);
    if (!names.has(port)) names.set(port, names.size + 1);
    const flow = flows.get(key) ?? new Set();
    flows.set(key, flow.add(names.get(port)!));
  }
  return [...flows].map(([key, ports]) => `${key}: ${[...ports].join(' ')}`);
}

/** A veth refuses it; a real one lets captures see it first. */
function isTooLong(bytes: Uint8Array): boolean {
  return bytes.length > 1464 && !isTunnelled(bytes);
}

/** A bridge's id has its random address in it, byte by byte without leading zeros. */
function withoutIds(dump: string): string {
  return dump.replaceAll(/ 8000\.\S+/g, ' 8000.ID');
}

/** What the program of `way` sent, whatever was acknowledged and announced meanwhile, and wherever a burst ended. */
function dataOf(lines: readonly string[], way: string): string[] {
  return lines
    .filter((line) => line.includes(` tcp ${way} `) && !/ data=\]?$/.test(line))
    .map((line) => line.replace(/ ack=\d+ win=\d+/, '').replace('[PA]', '[A]'));
}

for (const [name, seed, uncounted] of VARIANTS) {
  describe(`differential: the recorded session of case d, ${name}, typed again`, () => {
    let replay: Replay;

    before(function () {
      need(this, 'shared');
      replay = new Replay(`d-vxlan/${name}`, seed, (script) => script, `../commands-${name}.txt`);
    });

    after(() => {
      (replay as Replay | undefined)?.dispose();
    });

    for (const capture of capturesOf(name)) {
      it(`${capture} has the frames of the recording that are not TCP's`, () => {
        const [mine, theirs] = replay.linesWithout(
          `${capture}.pcap`,
          (bytes) => isTcpAnywhere(bytes) || isTooLong(bytes),
        );
        assert.ok(theirs.length > 40);
        assert.deepEqual(mine, theirs);
      });
    }

    it('the datagrams have source ports of their flows, as those of the recording do', () => {
      const [mine, theirs] = [replay.frames('h1-eth0.pcap'), replay.recordedFrames('h1-eth0.pcap')].map((frames) =>
        portsOf(frames.filter(isTunnelled)),
      );
      assert.ok(theirs!.length > 9);
      assert.deepEqual(mine, theirs);
    });

    it('the underlay has what TCP carried', () => {
      const [mine, theirs] = replay.lines('h1-eth0.pcap');
      for (const way of ['p4>5002', '5002>p4', 'p5>5002', '5002>p5']) {
        assert.deepEqual(dataOf(mine, way), dataOf(theirs, way));
      }
    });

    for (const file of ['state-before.txt', 'state-after.txt']) {
      it(`${file}: the tools print what the real ones printed`, () => {
        for (const { command, mine, theirs } of replay.dumps(file)) {
          if (file.includes('after') && uncounted.test(command)) continue;
          assert.equal(`${command}\n${withoutIds(mine)}`, `${command}\n${withoutIds(theirs)}`);
        }
      });
    }

    it('the commands print what the real ones printed', () => {
      const typed = [...replay.run.steps];
      const recorded = recordedOutputs(replay.recorded('cli.txt'));
      assert.ok(recorded.length > 15);
      for (const { run, output, exit } of recorded) {
        const at = typed.findIndex((step) => step.run === run);
        assert.ok(at >= 0, `${run} was typed`);
        const [step] = typed.splice(0, at + 1).slice(-1);
        const words = (text: string): string[] =>
          normalOutput(text.replace(/time=[\d.]+ usec/, 'time=T')).filter((line) => !line.includes('No buffer space'));
        assert.deepEqual(
          { run, exit: step!.exit, lines: words(step!.stdout + step!.stderr) },
          { run, exit, lines: words(output) },
        );
      }
    });

    it('whoever listens is told of what the device does not know', () => {
      const misses = (text: string): string[] => [...text.matchAll(/^\[\S+\] (miss .*)$/gm)].map(([, line]) => line!);
      const monitor = replay.run.steps.find((step) => step.run.includes('monitor neigh'));
      const recorded = misses(replay.recorded('ov1-neigh-monitor.txt'));
      assert.ok(recorded.length > 4);
      assert.deepEqual(misses(monitor!.stdout), recorded);
    });

    it('no command of the session is refused', () => {
      assert.deepEqual(
        replay.run.steps.filter((step) => step.exit === 127).map((step) => step.run),
        [],
      );
    });
  });
}
