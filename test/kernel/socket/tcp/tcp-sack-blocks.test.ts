import assert from 'node:assert/strict';
import { collectBlocks, isSackBlockValid } from '../../../../src/kernel/socket/tcp/tcp-sack-blocks.ts';
import { SenderLab } from './sender-lab.ts';

describe('kernel: SACK blocks', () => {
  it('have to lie between what is acknowledged and what was sent', () => {
    const lab = new SenderLab();
    lab.send(10);
    lab.sk.sndUna = lab.seq(2);
    const isValid = (from: number, to: number): boolean => isSackBlockValid(lab.sk, false, lab.seq(from), lab.seq(to));
    assert.equal(isValid(3, 10), true);
    assert.equal(isValid(3, 11), false, 'beyond what was sent');
    assert.equal(isValid(2, 4), false, 'begins where the acknowledgment ends');
    assert.equal(isValid(5, 5), false, 'empty');
    assert.equal(isValid(6, 5), false, 'reversed');
    assert.equal(isValid(0, 1), false, 'acknowledged');
  });

  it('may tell of a duplicate below, down to where the loss began', () => {
    const lab = new SenderLab();
    lab.send(10);
    lab.sk.sndUna = lab.seq(6);
    lab.sk.maxWindow = 2000;
    const isValid = (from: number, to: number): boolean => isSackBlockValid(lab.sk, true, lab.seq(from), lab.seq(to));
    assert.equal(isValid(3, 4), false, 'no loss to be taken back');
    lab.sk.undoMarker = lab.seq(2);
    assert.equal(isValid(3, 4), true);
    assert.equal(isValid(5, 7), false, 'across the acknowledgment');
    assert.equal(isValid(0, 2), false, 'before the loss');
    assert.equal(isValid(1, 3), true, 'across its beginning, by no more than the window');
    assert.equal(isValid(0, 3), false, 'across its beginning, by more than the window');
  });

  it('are put in order, and the duplicate is known by its place', () => {
    const lab = new SenderLab();
    lab.send(10);
    const blocks = [
      [7, 8],
      [3, 4],
      [5, 6],
    ] as const;
    assert.equal(collectBlocks(lab.sk, lab.incoming(0, blocks), lab.sk.sndUna, true, lab.state), 3);
    const { blocks: sorted, dsackIndex } = lab.state;
    assert.deepEqual(
      [...sorted.subarray(0, 6)],
      [3, 4, 5, 6, 7, 8].map((i) => lab.seq(i)),
    );
    assert.equal(dsackIndex, 2);
  });

  it('are counted when they make no sense', () => {
    const lab = new SenderLab();
    lab.send(4);
    assert.equal(collectBlocks(lab.sk, lab.incoming(0, [[2, 9]]), lab.sk.sndUna, false, lab.state), 0);
    assert.equal(lab.sk.ns.mib.tcpExt.TCPSACKDiscard, 1);
    assert.equal(collectBlocks(lab.sk, lab.incoming(0, [[0, 1]]), lab.sk.sndUna, true, lab.state), 0);
    assert.equal(lab.sk.ns.mib.tcpExt.TCPDSACKIgnoredNoUndo, 1);
  });
});
