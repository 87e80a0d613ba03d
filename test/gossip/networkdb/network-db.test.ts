import { strict as assert } from 'node:assert';
import { utf8Encode } from '../../../src/base/bytes.ts';
import { MINUTE, SECOND } from '../../../src/sim/units.ts';
import { byText, DbCluster } from './db-cluster.ts';

const [NET, TABLE] = ['odt77yq3axpvbc9kfal3804g5', 'endpoint_table'];
const value = (text: string): Uint8Array => utf8Encode(text);

/** Three nodes that use a network, and have told each other so. */
function threeInNetwork(seed = 1): DbCluster {
  const dbs = new DbCluster({ size: 3, seed });
  for (const db of dbs.startAll(2 * SECOND)) {
    db.joinNetwork(NET);
    dbs.cluster.run(2 * SECOND);
  }
  return dbs;
}

describe('NetworkDB', () => {
  it('tells everybody who uses a network, in the order of joining', () => {
    const dbs = threeInNetwork();
    const names = ['n0-1', 'n1-1', 'n2-1'];
    for (const db of dbs.running) {
      assert.deepEqual(
        db!
          .clusterPeers()
          .map(({ name }) => name)
          .sort(byText),
        names,
      );
      assert.deepEqual(
        db!
          .peers(NET)
          .map(({ name }) => name)
          .sort(byText),
        names,
      );
    }
    assert.deepEqual(
      dbs
        .db(0)
        .peers(NET)
        .map(({ name }) => name),
      names,
    );
  });

  it('gossips what is created, changed and deleted, to the users of the network only', () => {
    const dbs = threeInNetwork();
    dbs.db(2).leaveNetwork(NET);
    dbs.cluster.run(2 * SECOND);
    dbs.db(0).createEntry(TABLE, NET, 'a', value('1'));
    dbs.cluster.run(SECOND);
    assert.deepEqual(dbs.view(1, TABLE, NET), ['a=1 of n0-1']);
    assert.deepEqual(dbs.view(2, TABLE, NET), []);
    dbs.db(0).updateEntry(TABLE, NET, 'a', value('2'));
    dbs.cluster.run(SECOND);
    assert.deepEqual(dbs.view(1, TABLE, NET), ['a=2 of n0-1']);
    dbs.db(0).deleteEntry(TABLE, NET, 'a');
    dbs.cluster.run(SECOND);
    assert.deepEqual(dbs.view(1, TABLE, NET), []);
    assert.deepEqual(
      dbs.news[1]!.map(({ operation }) => operation),
      ['create', 'update', 'delete'],
    );
    assert.deepEqual(dbs.news[2], []);
  });

  it('knows of an entry when it may be created, changed and deleted', () => {
    const dbs = threeInNetwork();
    const db = dbs.db(0);
    assert.equal(db.updateEntry(TABLE, NET, 'a', value('0')), false);
    assert.equal(db.deleteEntry(TABLE, NET, 'a'), false);
    assert.equal(db.createEntry(TABLE, NET, 'a', value('1')), true);
    assert.equal(db.createEntry(TABLE, NET, 'a', value('2')), false);
    assert.equal(Buffer.from(db.getEntry(TABLE, NET, 'a')!).toString(), '1');
    assert.equal(db.deleteEntry(TABLE, NET, 'a'), true);
    assert.equal(db.deleteEntry(TABLE, NET, 'a'), false);
    assert.equal(db.getEntry(TABLE, NET, 'a'), undefined);
    // It is remembered for half an hour.
    assert.equal(db.createEntry(TABLE, NET, 'a', value('3')), false);
    dbs.cluster.run(29 * MINUTE);
    assert.equal(db.createEntry(TABLE, NET, 'a', value('3')), false);
    dbs.cluster.run(2 * MINUTE);
    assert.equal(db.counters.entriesReaped, 1);
    assert.equal(dbs.db(1).counters.entriesReaped, 1);
    assert.equal(db.createEntry(TABLE, NET, 'a', value('3')), true);
  });

  it('brings one that joins up to date by bulk sync, deleted entries included', () => {
    const dbs = new DbCluster({ size: 2, seed: 3 });
    const [first, second] = dbs.startAll(2 * SECOND);
    first!.joinNetwork(NET);
    for (const key of ['a', 'b', 'c']) first!.createEntry(TABLE, NET, key, value(key));
    first!.deleteEntry(TABLE, NET, 'b');
    dbs.cluster.run(10 * SECOND);
    let isSynced = false;
    second!.joinNetwork(NET, () => {
      isSynced = true;
    });
    dbs.cluster.run(SECOND / 10);
    assert.ok(isSynced);
    assert.deepEqual(dbs.view(1, TABLE, NET), ['a=a of n0-1', 'c=c of n0-1']);
    assert.equal(second!.counters.bulkSyncsAnswered, 1);
    // What it did not know is no news of a deletion.
    assert.deepEqual(
      dbs.news[1]!.map(({ operation, key }) => `${operation} ${key}`),
      ['create a', 'create c'],
    );
  });

  it('deletes what a node has entered when it leaves the network, the cluster, or dies', () => {
    for (const how of ['network', 'cluster', 'crash'] as const) {
      const dbs = threeInNetwork();
      dbs.db(2).createEntry(TABLE, NET, 'x', value('1'));
      dbs.cluster.run(2 * SECOND);
      assert.deepEqual(dbs.view(0, TABLE, NET), ['x=1 of n2-1'], how);
      if (how === 'network') dbs.db(2).leaveNetwork(NET);
      else if (how === 'cluster') dbs.leave(2);
      else dbs.crash(2, true);
      dbs.cluster.run(how === 'crash' ? 10 * SECOND : 2 * SECOND);
      for (const index of [0, 1]) {
        assert.deepEqual(dbs.view(index, TABLE, NET), [], how);
        assert.deepEqual(
          dbs
            .db(index)
            .peers(NET)
            .map(({ name }) => name),
          ['n0-1', 'n1-1'],
          how,
        );
        assert.equal(dbs.news[index]!.at(-1)!.operation, 'delete', how);
      }
    }
  });

  it('takes a node that starts again for the one that was at its address', () => {
    const dbs = threeInNetwork();
    dbs.db(2).createEntry(TABLE, NET, 'x', value('1'));
    dbs.cluster.run(2 * SECOND);
    dbs.crash(2, false);
    dbs.start(2).joinNetwork(NET);
    // Sooner than anybody could find it dead.
    dbs.cluster.run(SECOND);
    for (const index of [0, 1]) {
      assert.deepEqual(dbs.view(index, TABLE, NET), []);
      assert.deepEqual(
        dbs
          .db(index)
          .peers(NET)
          .map(({ name }) => name),
        ['n0-1', 'n1-1', 'n2-2'],
      );
    }
  });

  it('comes together after a partition: failed nodes are tried every second', () => {
    const dbs = threeInNetwork();
    for (const index of [0, 1, 2]) dbs.db(index).createEntry(TABLE, NET, `of ${index}`, value('1'));
    dbs.cluster.run(2 * SECOND);
    const whole = dbs.view(0, TABLE, NET);
    assert.equal(whole.length, 3);
    dbs.cluster.partition([[0, 1], [2]]);
    dbs.cluster.run(30 * SECOND);
    assert.equal(dbs.view(0, TABLE, NET).length, 2);
    assert.equal(dbs.view(2, TABLE, NET).length, 1);
    dbs.cluster.heal();
    // An attempt that is under way has ten seconds.
    assert.ok(
      dbs.cluster.runUntil(
        () => [0, 1, 2].every((each) => dbs.view(each, TABLE, NET).length === 3),
        60 * SECOND,
        SECOND,
      ),
    );
    assert.ok(dbs.db(2).counters.reconnects > 0);
  });

  it('tells what it has to say of its networks', () => {
    const dbs = threeInNetwork();
    dbs.db(0).createEntry(TABLE, NET, 'a', value('1'));
    const before = dbs.db(0).takeStats();
    assert.deepEqual(before, [
      { networkId: NET, leaving: false, peers: 3, entries: 1, queued: 1, messagesPerSecond: 0 },
    ]);
    dbs.cluster.run(2 * SECOND);
    assert.equal(dbs.db(0).takeStats()[0]!.queued, 0);
  });
});
