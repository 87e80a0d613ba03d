import assert from 'node:assert/strict';
import { FLAG_DSACK_TLP, FLAG_DSACKING_ACK } from '../../../../src/kernel/socket/tcp/tcp-ack-flags.ts';
import { tcpCheckDsack } from '../../../../src/kernel/socket/tcp/tcp-dsack.ts';
import { SenderLab } from './sender-lab.ts';

/** Ten under way of which three were sent again; the first six are acknowledged. */
function resent(): SenderLab {
  const lab = new SenderLab();
  lab.send(10);
  lab.sk.undoMarker = lab.sk.sndUna;
  for (const index of [3, 4, 5]) lab.resend(index);
  lab.state.reset();
  return lab;
}

function check(lab: SenderLab, ack: number, ...blocks: readonly (readonly [number, number])[]): boolean {
  return tcpCheckDsack(lab.sk, lab.incoming(ack, blocks), lab.seq(ack), lab.state);
}

describe('kernel: data that arrived twice', () => {
  it('is told of by a first block below the acknowledgment', () => {
    const lab = resent();
    assert.equal(check(lab, 6, [3, 4]), true);
    assert.equal(lab.state.flag, FLAG_DSACKING_ACK);
    assert.deepEqual([lab.sk.dsackDups, lab.sk.undoRetrans, lab.sk.dsackSeen], [1, 2, true]);
    assert.equal(lab.sk.ns.mib.tcpExt.TCPDSACKRecv, 1);
  });

  it('or within the second one', () => {
    const lab = resent();
    assert.equal(check(lab, 2, [4, 5], [3, 8]), true);
    assert.equal(lab.sk.ns.mib.tcpExt.TCPDSACKOfoRecv, 1);
    assert.equal(check(lab, 2, [4, 9], [3, 8]), false);
    assert.equal(check(lab, 2, [4, 5]), false);
  });

  it('counts whole segments', () => {
    const lab = resent();
    assert.equal(check(lab, 6, [3, 6]), true);
    assert.deepEqual([lab.sk.dsackDups, lab.sk.undoRetrans], [3, 0]);
    assert.equal(lab.state.sackDelivered, 3);
  });

  it('is not believed when nothing was sent twice', () => {
    const lab = resent();
    check(lab, 6, [3, 6]);
    assert.equal(check(lab, 6, [3, 4]), false);
    assert.equal(lab.sk.ns.mib.tcpExt.TCPDSACKIgnoredDubious, 1);
  });

  it('tells of the tail loss probe, which is no sign of reordering', () => {
    const lab = resent();
    lab.sk.tlpHighSeq = lab.seq(6);
    lab.sk.reordSeen = 1;
    check(lab, 6, [5, 6]);
    assert.equal(lab.state.flag, FLAG_DSACKING_ACK | FLAG_DSACK_TLP);
    assert.equal(lab.sk.rackDsackSeen, false);
    lab.state.reset();
    check(lab, 6, [4, 5]);
    assert.equal(lab.sk.rackDsackSeen, true);
  });
});
