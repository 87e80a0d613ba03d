/**
 * The recorded session of case g, typed again: every error of REJECT at three hook points, what connection tracking
 * thinks of packets, and a published port that is reached from behind it.
 */
import assert from 'node:assert/strict';
import { need } from '../machine.ts';
import { normalOutput, recordedOutputs, Replay } from './recorded-session.ts';
import { normalDump } from './state-dumps.ts';

const VARIANTS = ['net-unreachable', 'host-unreachable', 'port-unreachable', 'admin-prohibited'].map(
  (kind) => `fwd-icmp-${kind}`,
);
const FOLDERS = [...VARIANTS, 'fwd-default', 'fwd-tcp-reset', 'ctstate'];
const SIDES = ['c1-eth0', 'c2-eth0', 'docker0'];
/** With and without br_netfilter, with and without hairpin, from the target itself and from its neighbour. */
const HAIRPINS = ['nf0-off-hc1', 'nf0-off-hc2', 'nf0-on-hc2', 'nf1-off-hc1', 'nf1-on-hc1', 'nf1-on-hc2'];
/** With this seed groups are told of while they are recorded, as the recorded machine did. */
const HAIRPIN_SEED = 2;

const REJ = 'ip netns exec gt-gr iptables -nvxL REJ';

describe('differential: the recorded session of case g, typed again', () => {
  let replay: Replay;

  before(function () {
    need(this, 'shared');
    replay = new Replay('g-reject');
  });

  after(() => {
    (replay as Replay | undefined)?.dispose();
  });

  for (const capture of [
    ...FOLDERS.flatMap((folder) => [`${folder}/c-eth0`, `${folder}/r-out`]),
    'input/c-eth0',
    'output/c-eth0',
    ...SIDES.map((side) => `hairpin-on-hc1/${side}`),
  ]) {
    it(`${capture} has the frames of the recording`, () => {
      assert.equal(replay.difference(`${capture}.pcap`), '');
    });
  }

  it('the commands print what the real ones printed', () => {
    const recorded = recordedOutputs(replay.recorded('cli.txt')).filter(({ run }) => !run.includes('gt-h'));
    assert.ok(recorded.length > 20);
    const typed = [...replay.run.steps];
    for (const { run, output, exit } of recorded) {
      const at = typed.findIndex((step) => step.run.replace(/^TMO=\S+ /, '') === run);
      assert.ok(at >= 0, `${run} was typed`);
      const [step] = typed.splice(0, at + 1).slice(-1);
      const withoutPort = (text: string): string[] => normalOutput(text.replace(/(?<=\('10.4.0.2', )\d+/gm, 'PORT'));
      assert.deepEqual(
        { run, exit: step!.exit, lines: withoutPort(step!.stdout + step!.stderr) },
        { run, exit, lines: withoutPort(output) },
      );
    }
  });

  it('the tools show the state that the real ones showed', () => {
    for (const { command, mine, theirs } of replay.dumps('state-before.txt')) {
      assert.equal(`${command}\n${mine}`, `${command}\n${theirs}`);
    }
  });

  for (const [n, file] of ['1-after-ping', '2-after-udp-2rt', '3-after-udp-closed'].entries()) {
    it(`the rules have counted what those of the recording counted, ${file}`, () => {
      const [mine, theirs] = replay.printed(REJ, n, `ctstate/${file}.txt`);
      assert.equal(mine, theirs);
    });
  }

  it('a segment in the middle of nothing is NEW', () => {
    const [mine, theirs] = replay.printed(REJ, 5, 'ctstate/6-after-stray-ack.txt');
    const counted = (text: string): string | undefined => text.split('\n').find((line) => line.endsWith('NEW'));
    assert.equal(counted(mine), counted(theirs));
  });

  it('the connections are those of the recording', () => {
    const flows = (text: string): string[] =>
      text
        .split('\n')
        .filter((line) => line.startsWith('ipv4') && !line.includes(' tcp '))
        .map((line) => line.replace(/(?<=[sd]port=|id=)(?!7\d\d\d\b)\d+/g, 'N'))
        .sort((left, right) => (left < right ? -1 : 1));
    const [mine, theirs] = replay.printed('ip netns exec gt-gr conntrack -L -o extended', 1, 'ctstate/conntrack.txt');
    assert.deepEqual(flows(mine), flows(theirs));
    assert.equal(flows(mine).length, 3);
  });

  it('net.netfilter reads as on the recorded machine', () => {
    const step = replay.run.steps.find(({ run }) => run === 'sysctl net.netfilter')!;
    assert.equal(normalDump(step.stdout), replay.recorded('ctstate/sysctl-net.netfilter.txt'));
  });

  it('no command of the session is refused', () => {
    assert.deepEqual(
      replay.run.steps.filter((step) => step.exit === 127).map((step) => step.run),
      [],
    );
  });
});

describe('differential: the recorded hairpins of case g, typed again', () => {
  let replay: Replay;

  before(function () {
    need(this, 'shared');
    replay = new Replay('g-reject', HAIRPIN_SEED, undefined, 'commands-hairpin.txt');
  });

  after(() => {
    (replay as Replay | undefined)?.dispose();
  });

  for (const capture of HAIRPINS.flatMap((folder) => SIDES.map((side) => `hairpin-${folder}/${side}`))) {
    it(`${capture} has the frames of the recording`, () => {
      assert.equal(replay.difference(`${capture}.pcap`), '');
    });
  }
});
