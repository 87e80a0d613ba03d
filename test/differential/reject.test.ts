/**
 * The recorded session of case g, typed again: every error of REJECT at three hook points, and what connection tracking
 * thinks of packets. Where the recorded client connects by TCP, a bare ACK goes the same way in place of each SYN: it
 * costs the same errors, which the client may get only so often. What is TCP's, or quotes it, is not compared.
 */
import assert from 'node:assert/strict';
import * as ethernet from '../../src/wire/ethernet.ts';
import * as icmp from '../../src/wire/icmp.ts';
import * as ipv4 from '../../src/wire/ipv4.ts';
import { viewOf } from '../kernel/kit.ts';
import { need } from '../machine.ts';
import { isTcp, normalOutput, recordedOutputs, Replay } from './recorded-session.ts';
import { normalDump } from './state-dumps.ts';

const VARIANTS = ['net-unreachable', 'host-unreachable', 'port-unreachable', 'admin-prohibited'].map(
  (kind) => `fwd-icmp-${kind}`,
);
const FOLDERS = [...VARIANTS, 'fwd-default', 'fwd-tcp-reset'];

const CONNECT = /^(?:TMO=\S+ )?(ip netns exec gt-gc python3 \.\/tcpudp\.py) tcpsend (\S+) (\d+) \d+$/;
/** A connection begins anew after a second. */
const RETRANSMISSION_S = 1.02;

/** The script up to the hairpins, which are TCP's, without TCP. */
function withoutTcp(script: string): string {
  const lines = script.slice(0, script.indexOf('#@ 30.608\n')).split('\n');
  const typed: string[] = [];
  let startedAt = 0;
  for (const [i, line] of lines.entries()) {
    const connect = CONNECT.exec(line);
    if (line.startsWith('#@ ')) startedAt = Number(line.slice('#@ '.length));
    if (connect === null) typed.push(line.includes(' tcpserve ') ? 'true' : line);
    else {
      const [, program, address, port] = connect;
      const stray = `${program!} tcpstray 10.4.0.2 ${address!} ${40_000 + i} ${port!}`;
      typed.push(stray);
      const next = lines.slice(i + 1).find((other) => other.startsWith('#@ '));
      const isAgain = Number(next!.slice('#@ '.length)) > startedAt + 1;
      if (isAgain) typed.push(`#@ ${(startedAt + RETRANSMISSION_S).toFixed(3)}`, stray);
    }
  }
  return typed.join('\n');
}

/** TCP, an error about it, and a question for an address that is known already, which TCP makes needless. */
function isLeftOut(bytes: Uint8Array): boolean {
  const v = viewOf(bytes);
  if (ethernet.etherType(v, 0) === ethernet.ETHERTYPE_ARP) return bytes[0] !== 0xff;
  if (isTcp(bytes)) return true;
  const isError = ipv4.protocol(v, 14) === ipv4.PROTO_ICMP && icmp.isError(icmp.type(v, 34));
  return isError && ipv4.protocol(v, 34 + icmp.HEADER_LEN) === ipv4.PROTO_TCP;
}

const REJ = 'ip netns exec gt-gr iptables -nvxL REJ';

describe('differential: the recorded session of case g, typed again', () => {
  let replay: Replay;

  before(function () {
    need(this, 'shared');
    replay = new Replay('g-reject', 1, withoutTcp);
  });

  after(() => {
    (replay as Replay | undefined)?.dispose();
  });

  for (const capture of [...FOLDERS.flatMap((folder) => [`${folder}/c-eth0`, `${folder}/r-out`]), 'input/c-eth0']) {
    it(`${capture} has the frames of the recording that are not TCP's`, () => {
      const [mine, theirs] = replay.linesWithout(`${capture}.pcap`, isLeftOut);
      assert.deepEqual(mine, theirs);
    });
  }

  it('nothing leaves that is rejected where it is made', () => {
    assert.deepEqual(...replay.linesWithout('output/c-eth0.pcap', isLeftOut));
  });

  for (const capture of ['ctstate/c-eth0', 'ctstate/r-out']) {
    it(`${capture} has the frames of the recording that are not TCP's`, () => {
      assert.deepEqual(...replay.linesWithout(`${capture}.pcap`, isLeftOut));
    });
  }

  it('the commands print what the real ones printed', () => {
    const recorded = recordedOutputs(replay.recorded('cli.txt')).filter(
      ({ run }) => !run.includes(' tcpsend ') && !run.includes('gt-h'),
    );
    assert.ok(recorded.length > 20);
    const typed = [...replay.run.steps];
    for (const { run, output, exit } of recorded) {
      const at = typed.findIndex((step) => step.run === run);
      assert.ok(at >= 0, `${run} was typed`);
      const [step] = typed.splice(0, at + 1).slice(-1);
      const withoutPort = (text: string): string[] => normalOutput(text.replace(/(?<=^\('10.4.0.2', )\d+/gm, 'PORT'));
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
