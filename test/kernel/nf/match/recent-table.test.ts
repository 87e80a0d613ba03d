import assert from 'node:assert/strict';
import { ip4 } from '../../../../src/base/addr.ts';
import { RecentTable, stampsMask } from '../../../../src/kernel/nf/match/recent-table.ts';

const A = ip4('10.0.0.1');
const B = ip4('10.0.0.2');

describe('kernel/nf/match/recent-table', () => {
  it('remembers as many packets as a power of two that holds the hits counted', () => {
    assert.deepEqual([0, 1, 2, 3, 4, 5, 20, 255, 256, 257].map(stampsMask), [31, 0, 1, 3, 3, 7, 31, 255, 255, 511]);
  });

  it('prints what a real kernel prints', () => {
    const table = new RecentTable(-1, 2);
    table.add(A, 64, 1000);
    table.update(table.find(A, 0)!, 1005);
    assert.equal(table.read(), 'src=10.0.0.1 ttl: 64 last_seen: 1005 oldest_pkt: 2 1000, 1005\n');
    table.update(table.find(A, 0)!, 1009);
    assert.equal(table.read(), 'src=10.0.0.1 ttl: 64 last_seen: 1009 oldest_pkt: 1 1009, 1005\n');
  });

  it('makes room for the 101st address at the cost of the longest unheard', () => {
    const table = new RecentTable(-1, 0);
    for (let i = 0; i < 100; i++) table.add(A + i, 64, i);
    table.update(table.find(A, 0)!, 100);
    table.add(A + 100, 64, 101);
    assert.notEqual(table.find(A, 0), null);
    assert.equal(table.find(A + 1, 0), null);
    assert.equal(table.read().split('\n').length - 1, 100);
  });

  it('forgets everything when a rule counts more hits than there is room for', () => {
    const table = new RecentTable(-1, 4);
    table.add(A, 64, 0);
    table.require(3);
    assert.notEqual(table.find(A, 0), null);
    table.require(5);
    assert.equal(table.find(A, 0), null);
  });

  it('finds an address by its TTL where one is asked for', () => {
    const table = new RecentTable(-1, 0);
    table.add(A, 64, 0);
    assert.equal(table.find(A, 63), null);
    assert.notEqual(table.find(A, 64), null);
    assert.equal(table.find(B, 0), null);
  });

  it('reaps the longest unheard only, and not the one that is about to be noted', () => {
    const table = new RecentTable(-1, 0);
    table.add(A, 64, 10);
    table.add(B, 64, 11);
    table.reap(50, table.find(A, 0)!, true);
    assert.notEqual(table.find(A, 0), null);
    table.reap(50, table.find(B, 0)!, false);
    assert.equal(table.find(A, 0), null);
    assert.notEqual(table.find(B, 0), null);
    table.reap(11, table.find(B, 0)!, false);
    assert.notEqual(table.find(B, 0), null);
  });

  it('is changed through its file', () => {
    const table = new RecentTable(-1, 0);
    assert.equal(table.write('+10.0.0.1\n', 7), '');
    assert.equal(table.write('+10.0.0.1\n', 8), '');
    assert.equal(table.read(), 'src=10.0.0.1 ttl: 0 last_seen: 8 oldest_pkt: 2 7, 8\n');
    assert.equal(table.write('-10.0.0.2\n', 9), '');
    assert.equal(table.write('-10.0.0.1\n', 9), '');
    assert.equal(table.read(), '');
    assert.equal(table.write('+10.0.0.9', 9), '');
    assert.equal(table.write('/\n', 9), '');
    assert.equal(table.read(), '');
    assert.equal(table.write('10.0.0.1\n', 9), 'EINVAL');
    assert.equal(table.write('+nobody\n', 9), 'EINVAL');
    assert.equal(table.write('', 9), '');
  });
});
