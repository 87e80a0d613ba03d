import assert from 'node:assert/strict';
import { VxlanFdb, VxlanRemote } from '../../../src/kernel/dev/vxlan-fdb.ts';
import { NUD_PERMANENT, NUD_REACHABLE } from '../../../src/kernel/ip/neigh.ts';
import { World } from '../kit.ts';

const UNICAST = { hi: 0x0200, lo: 1 };
const GROUP = { hi: 0x0100, lo: 0x5e000001 };
const ALL = { hi: 0, lo: 0 };

function remote(ip: number): VxlanRemote {
  return new VxlanRemote(ip, 4789, 42, 0);
}

function build(): VxlanFdb {
  return new VxlanFdb(new World().sched);
}

function ips(fdb: VxlanFdb, at: { hi: number; lo: number }): number[] | undefined {
  return fdb.find(at.hi, at.lo)?.remotes.map((each) => each.ip);
}

describe('kernel: the table of a vxlan device', () => {
  it('enters an address once, and gives it another endpoint where that is asked for', () => {
    const fdb = build();
    assert.equal(fdb.update('add', UNICAST, NUD_PERMANENT, 2, false, remote(1)), '');
    assert.equal(fdb.update('add', UNICAST, NUD_PERMANENT, 2, false, remote(2)), 'EEXIST');
    assert.equal(fdb.update('append', UNICAST, NUD_PERMANENT, 2, false, remote(2)), '');
    assert.deepEqual(ips(fdb, UNICAST), [1], 'an address of one interface has one endpoint');
    assert.equal(fdb.update('replace', UNICAST, NUD_REACHABLE, 2, false, remote(2)), '');
    assert.deepEqual(ips(fdb, UNICAST), [2]);
    assert.equal(fdb.find(UNICAST.hi, UNICAST.lo)?.state, NUD_REACHABLE);
  });

  it('does not find again what has gone', () => {
    const fdb = build();
    for (let round = 1; round <= 3; round++) {
      fdb.update('add', UNICAST, NUD_PERMANENT, 2, false, remote(round));
      fdb.update('append', ALL, NUD_PERMANENT, 2, false, remote(9));
      for (let i = 0; i < 2; i++) assert.deepEqual([ips(fdb, UNICAST), ips(fdb, ALL)], [[round], [9]]);
      assert.deepEqual(ips(fdb, UNICAST), [round]);
      assert.equal(fdb.delete(UNICAST.hi, UNICAST.lo, remote(0)), '');
      assert.equal(fdb.find(UNICAST.hi, UNICAST.lo), null);
    }
  });

  it('gathers endpoints for groups and for all that is unknown, and lets them go one by one', () => {
    for (const at of [GROUP, ALL]) {
      const fdb = build();
      assert.equal(fdb.update('replace', at, NUD_PERMANENT, 2, false, remote(1)), 'EOPNOTSUPP');
      for (const ip of [1, 2, 2, 3]) assert.equal(fdb.update('append', at, NUD_PERMANENT, 2, false, remote(ip)), '');
      assert.equal(fdb.update('replace', at, NUD_PERMANENT, 2, false, remote(4)), 'not-unicast');
      assert.deepEqual(ips(fdb, at), [1, 2, 3]);
      assert.equal(fdb.delete(at.hi, at.lo, remote(9)), '');
      assert.deepEqual(ips(fdb, at), [1, 2, 3]);
      assert.equal(fdb.delete(at.hi, at.lo, remote(2)), '');
      assert.deepEqual(ips(fdb, at), [1, 3]);
      assert.equal(fdb.delete(at.hi, at.lo, remote(0)), '', 'without an endpoint all of them go');
      assert.equal(fdb.size, 0);
    }
  });

  it('takes no more addresses than it may, and lists the newest first', () => {
    const fdb = build();
    fdb.limit = 2;
    for (const lo of [1, 2]) assert.equal(fdb.update('add', { hi: 0, lo }, NUD_PERMANENT, 2, false, remote(1)), '');
    assert.equal(fdb.update('add', { hi: 0, lo: 3 }, NUD_PERMANENT, 2, false, remote(1)), 'ENOSPC');
    assert.deepEqual(
      fdb.list().map((entry) => entry.macLo),
      [2, 1],
    );
    fdb.removeWhere((entry) => entry.macLo === 2);
    assert.equal(fdb.update('add', { hi: 0, lo: 3 }, NUD_PERMANENT, 2, false, remote(1)), '');
  });

  it('keeps what it knows of many', () => {
    const fdb = build();
    for (let lo = 0; lo < 100; lo++) fdb.create(2, lo, NUD_REACHABLE, 2, remote(lo));
    for (let lo = 0; lo < 100; lo += 2) fdb.remove(fdb.find(2, lo)!);
    for (let lo = 100; lo < 200; lo++) fdb.create(2, lo, NUD_REACHABLE, 2, remote(lo));
    for (let lo = 0; lo < 200; lo++) {
      const expected = lo < 100 && lo % 2 === 0 ? undefined : [lo];
      assert.deepEqual(ips(fdb, { hi: 2, lo }), expected);
    }
  });
});
