/** Whatever a receiver says, right or wrong: the sender's counts are those of its segments. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { tcpAck } from '../../../../src/kernel/socket/tcp/tcp-ack.ts';
import { CUBIC } from '../../../../src/kernel/socket/tcp/tcp-cubic.ts';
import { tcpEnterLoss } from '../../../../src/kernel/socket/tcp/tcp-enter-recovery.ts';
import { tcpRackReoTimeout } from '../../../../src/kernel/socket/tcp/tcp-rack.ts';
import { RENO } from '../../../../src/kernel/socket/tcp/tcp-reno.ts';
import { tcpPacketsInFlight } from '../../../../src/kernel/socket/tcp/tcp-sock.ts';
import { ACK_FLAG_SLOWPATH, TCP_ECN_OK } from '../../../../src/kernel/socket/tcp/tcp-states.ts';
import { tcpTimeStampTs } from '../../../../src/kernel/socket/tcp/tcp-timestamp.ts';
import { FLAG_ACK, FLAG_ECE } from '../../../../src/wire/tcp.ts';
import { EFFORT } from '../../kit.ts';
import { SenderLab } from './sender-lab.ts';

const block = fc.tuple(fc.nat(60), fc.integer({ min: 0, max: 6 }));
const step = fc.record({
  what: fc.constantFrom('send', 'ack', 'ack', 'ack', 'wait', 'timeout', 'reorder'),
  amount: fc.nat(9),
  blocks: fc.array(block, { maxLength: 4 }),
  echoMs: fc.nat(80),
  isEcho: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function acknowledge(lab: SenderLab, at: number, { blocks, echoMs, isEcho }: Step): void {
  const { sk } = lab;
  const given = blocks.map(([from, length]): [number, number] => [from, from + length]);
  const incoming = lab.incoming(at, sk.rxOpt.sackOk ? given : []);
  if (isEcho) incoming.tcpFlags = FLAG_ACK | FLAG_ECE;
  sk.rxOpt.sawTstamp = true;
  sk.rxOpt.rcvTsecr = (tcpTimeStampTs(sk) - echoMs) | 0;
  tcpAck(sk, incoming, ACK_FLAG_SLOWPATH);
}

function play(lab: SenderLab, steps: readonly Step[]): void {
  const { sk } = lab;
  let [acked, sent] = [0, 0];
  for (const each of steps) {
    const room = Math.min(each.amount, 60 - sent);
    if (each.what === 'send') {
      lab.send(room);
      sent += room;
    } else if (each.what === 'ack') {
      acked = Math.min(acked + (each.amount & 3), sent);
      acknowledge(lab, each.amount === 9 ? Math.max(0, acked - 2) : acked, each);
    } else if (each.what === 'wait') {
      lab.wait(each.amount * 10_000);
    } else if (sk.packetsOut > 0) {
      if (each.what === 'timeout') tcpEnterLoss(sk);
      else tcpRackReoTimeout(sk);
    }
    check(lab);
  }
}

function check(lab: SenderLab): void {
  const { sk } = lab;
  const sackedOut = sk.rxOpt.sackOk ? {} : { sackedOut: sk.sackedOut };
  assert.deepEqual(lab.counters, { ...lab.counted, ...sackedOut });
  assert.ok(sk.sackedOut + sk.lostOut <= sk.packetsOut, 'what has left was under way');
  assert.ok(tcpPacketsInFlight(sk) >= 0 && sk.sndCwnd >= 1 && sk.sndSsthresh >= 2, `window ${sk.sndCwnd}`);
  let place = sk.sentHead;
  for (; place !== null; place = place.sentNext) {
    const next = place.sentNext;
    assert.ok(next === null || ((next.mstampUs - place.mstampUs) | 0) >= 0, 'in the order of sending');
  }
}

describe('kernel: the books of a sender', () => {
  for (const [name, ops, sackOk] of [
    ['with SACK', CUBIC, true],
    ['without', RENO, false],
  ] as const) {
    it(`agree with its segments after every event, ${name}`, () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 40 }), fc.boolean(), (steps, hasEcn) => {
          const lab = new SenderLab(ops);
          lab.sk.rxOpt.sackOk = sackOk;
          if (hasEcn) lab.sk.ecnFlags = TCP_ECN_OK;
          play(lab, steps);
        }),
        { numRuns: 150 * EFFORT },
      );
    }).timeout(60_000);
  }
});
