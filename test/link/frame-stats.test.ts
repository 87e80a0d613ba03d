import assert from 'node:assert/strict';
import { Drop } from '../../src/link/drop.ts';
import type { FrameAccount } from '../../src/link/frame.ts';
import { BRIDGE_HOPS_MAX, BRIDGE_HOPS_SUSPECT, HEADROOM, Slab } from '../../src/link/frame.ts';
import { FrameStats } from '../../src/link/frame-stats.ts';

function books(): { slab: Slab; stats: FrameStats } {
  const slab = new Slab();
  return { slab, stats: new FrameStats(slab, 5) };
}

/** What the contract says must be equal at every instant. */
function balance(stats: FrameStats): number {
  return stats.sent - stats.delivered - stats.dropped.reduce((sum, count) => sum + count, 0);
}

describe('link: books of frames', () => {
  it('counts a frame as sent when it is taken and once more for every copy', () => {
    const { slab, stats } = books();
    const frame = stats.take(100);
    frame.tail = frame.l3 + 100;
    const copy = stats.clone(frame);
    assert.deepEqual([stats.sent, slab.inUse, balance(stats)], [2, 2, 2]);
    stats.deliver(frame);
    stats.drop(copy, Drop.OTHERHOST, null);
    assert.deepEqual([stats.delivered, stats.dropped[Drop.OTHERHOST], slab.inUse, balance(stats)], [1, 1, 0, 0]);
  });

  it('numbers frames by their maker and gives a copy the number of its original', () => {
    const { stats } = books();
    const first = stats.take(1);
    const second = stats.take(1);
    assert.deepEqual([first.packetIdHi, first.packetIdLo, second.packetIdLo], [5 << 8, 1, 2]);
    const copy = stats.clone(second);
    assert.deepEqual([copy.packetIdHi, copy.packetIdLo], [second.packetIdHi, second.packetIdLo]);
    assert.equal(stats.take(1).packetIdLo, 3, 'a copy uses up no number');
  });

  it('gives a copy of a short frame in a large slot a small slot', () => {
    const { stats } = books();
    const frame = stats.take(9000);
    frame.tail = frame.l3 + 40;
    assert.equal(stats.clone(frame).capacity, 2048);
  });

  it('moves a frame to a larger slot without counting it', () => {
    const { slab, stats } = books();
    const account: FrameAccount = { outstanding: 0, isClosed: false, settled: () => assert.fail('nothing has ended') };
    const frame = stats.take(100);
    frame.tail = frame.l3 + 100;
    slab.bytes.fill(0xcd, frame.head, frame.tail);
    stats.charge(frame, account);
    assert.equal(stats.enlarge(frame, 2000), frame, 'it fits where it is');
    const larger = stats.enlarge(frame, 5000 + HEADROOM);
    assert.notEqual(larger, frame);
    assert.deepEqual([stats.sent, slab.inUse, larger.length, larger.packetIdLo], [1, 1, 100, 1]);
    assert.equal(larger.account, account);
    assert.equal(frame.account, null);
    assert.ok(slab.bytes.subarray(larger.head, larger.tail).every((byte) => byte === 0xcd));
  });

  it('tells an owner when the account is closed and the last of its frames has ended, copies included', () => {
    const { stats } = books();
    let settled = 0;
    const account: FrameAccount = { outstanding: 0, isClosed: false, settled: () => settled++ };
    const frame = stats.take(10);
    stats.charge(frame, account);
    const copy = stats.clone(frame);
    const early = stats.take(10);
    stats.charge(early, account);
    stats.drop(early, Drop.NO_SOCKET, null);
    assert.deepEqual([account.outstanding, settled], [2, 0]);
    account.isClosed = true;
    stats.deliver(frame);
    assert.equal(settled, 0, 'the copy is still under way');
    stats.deliver(copy);
    assert.deepEqual([account.outstanding, settled], [0, 1]);
  });

  it('asserts that a frame ends once', () => {
    const { stats } = books();
    const frame = stats.take(10);
    stats.deliver(frame);
    assert.throws(() => {
      stats.drop(frame, Drop.NO_SOCKET, null);
    }, /released once/);
  });

  it('lets a frame cross many bridges, notes the ports it crosses too often, and ends it in a loop', () => {
    const { stats } = books();
    let found = 0;
    stats.loopFound = () => found++;
    const frame = stats.take(10);
    const ports = [{ fullName: 's/a' }, { fullName: 's/b' }];
    for (let i = 1; i < BRIDGE_HOPS_MAX; i++) {
      assert.ok(stats.crossBridge(frame, ports[i & 1]!));
      if (i === BRIDGE_HOPS_SUSPECT - 1) assert.deepEqual(stats.loopPorts, []);
    }
    assert.equal(stats.crossBridge(frame, ports[0]!), false);
    assert.deepEqual([found, stats.dropped[Drop.X_LAYER2_LOOP]], [1, 1]);
    assert.deepEqual(stats.loopPorts, ['s/a', 's/b']);
  });
});
