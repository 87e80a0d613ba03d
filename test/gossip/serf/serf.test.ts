import { strict as assert } from 'node:assert';
import { utf8Decode, utf8Encode } from '../../../src/base/bytes.ts';
import { overlaySerfSettings } from '../../../src/gossip/serf/serf-config.ts';
import type { Serf } from '../../../src/gossip/serf/serf.ts';
import { SECOND } from '../../../src/sim/units.ts';
import { SerfCluster } from './serf-cluster.ts';

/** Three serfs that have found each other. */
function three(seed: number, settings = {}): { cluster: SerfCluster; serfs: Serf[] } {
  const cluster = new SerfCluster(seed, settings);
  const serfs = [0, 1, 2].map((index) => cluster.start(index));
  for (const serf of serfs.slice(1)) {
    serf.join([cluster.at(0)], true, (contacted, errors) => {
      assert.deepEqual([contacted, errors], [1, []]);
    });
    cluster.run(2 * SECOND);
  }
  for (const serf of serfs) assert.deepEqual(statuses(serf), { s0: 'alive', s1: 'alive', s2: 'alive' });
  for (const lines of cluster.lines) lines.length = 0;
  return { cluster, serfs };
}

const byText = (left: string, right: string): number => (left < right ? -1 : 1);

function statuses(serf: Serf): Record<string, string> {
  const byName: Record<string, string> = {};
  for (const { name, status } of serf.members()) byName[name] = status;
  return byName;
}

describe('gossip/serf/serf', () => {
  it('tells members with their tags', () => {
    const { serfs } = three(1);
    const tags = serfs[2]!.members().map(({ name, tags: own }) => `${name} ${own.get('role')!}`);
    assert.deepEqual(tags.sort(byText), ['s0 r0', 's1 r1', 's2 r2']);
  });

  it('tells one that has left from one that failed', () => {
    const { cluster, serfs } = three(2);
    let left: string | null = 'not yet';
    serfs[1]!.leave((error) => (left = error));
    cluster.run(6 * SECOND);
    assert.equal(left, null);
    serfs[1]!.shutdown();
    assert.equal(statuses(serfs[0]!)['s1'], 'left');
    cluster.network.crash(cluster.at(2).address, true);
    serfs[2]!.shutdown();
    cluster.run(20 * SECOND);
    assert.deepEqual(statuses(serfs[0]!), { s0: 'alive', s1: 'left', s2: 'failed' });
    assert.deepEqual(cluster.lines[0], ['leave s1', 'failed s2']);
    // Who joins now is told of both.
    const late = cluster.start(3);
    late.join([cluster.at(0)], true, () => undefined);
    cluster.run(5 * SECOND);
    assert.equal(statuses(late)['s1'], undefined);
    assert.equal(statuses(serfs[0]!)['s3'], 'alive');
  });

  it('lets a member come back, whatever was said of it before', () => {
    const { cluster, serfs } = three(3);
    serfs[1]!.leave(() => undefined);
    cluster.run(6 * SECOND);
    serfs[1]!.shutdown();
    cluster.run(SECOND);
    const again = cluster.start(1);
    again.join([cluster.at(0)], true, () => undefined);
    cluster.run(5 * SECOND);
    for (const serf of [serfs[0]!, again, serfs[2]!]) assert.equal(statuses(serf)['s1'], 'alive');
  });

  it('tries failed members again', () => {
    const { cluster, serfs } = three(4, { reconnectIntervalNs: 2 * SECOND });
    cluster.network.partition([[cluster.at(0).address, cluster.at(1).address], [cluster.at(2).address]]);
    cluster.run(30 * SECOND);
    assert.equal(statuses(serfs[0]!)['s2'], 'failed');
    cluster.network.heal();
    cluster.run(60 * SECOND);
    for (const serf of serfs) assert.deepEqual(statuses(serf), { s0: 'alive', s1: 'alive', s2: 'alive' });
  });

  it('tells user events everywhere, once, and those that may be put together only by their latest', () => {
    const { cluster, serfs } = three(5, overlaySerfSettings());
    for (const payload of ['one', 'two', 'three']) {
      assert.equal(serfs[1]!.userEvent('plain', utf8Encode(payload), false), null);
      assert.equal(serfs[1]!.userEvent('together', utf8Encode(payload), true), null);
    }
    cluster.run(5 * SECOND);
    for (const lines of cluster.lines) {
      const plain = lines.filter((line) => line.startsWith('event plain'));
      assert.deepEqual(plain.sort(byText), ['event plain one', 'event plain three', 'event plain two']);
      const together = lines.filter((line) => line.startsWith('event together'));
      assert.equal(together.at(-1), 'event together three');
    }
    assert.deepEqual(
      cluster.lines[1]!.filter((line) => line.includes('together')),
      ['event together three'],
    );
    // Later members hear of it only when they want to.
    const [quiet, curious] = [cluster.start(3), cluster.start(4)];
    quiet.join([cluster.at(0)], true, () => undefined);
    curious.join([cluster.at(0)], false, () => undefined);
    cluster.run(3 * SECOND);
    assert.equal(cluster.lines[3]!.filter((line) => line.startsWith('event')).length, 0);
    assert.equal(cluster.lines[4]!.filter((line) => line.startsWith('event plain')).length, 3);
    assert.match(serfs[0]!.userEvent('x', new Uint8Array(512), false)!, /exceeds configured limit of 512 bytes before/);
    assert.match(serfs[0]!.userEvent('x', new Uint8Array(500), false)!, /exceeds configured limit of 512 bytes after/);
  });

  it('asks all, or those that are named, and hears each once', () => {
    const { cluster, serfs } = three(6);
    const heard: string[] = [];
    const handler = {
      ack: (from: string) => heard.push(`ack ${from}`),
      response: (from: string, payload: Uint8Array | null) => heard.push(`${from}: ${utf8Decode(payload!)}`),
      done: () => heard.push('done'),
    };
    assert.equal(serfs[0]!.query('peerlookup', utf8Encode('10.0.0.2'), { requestAck: true }, handler), null);
    cluster.run(10 * SECOND);
    const answers = ['s0', 's1', 's2'].flatMap((name) => [`ack ${name}`, `${name}: I am ${name}`]);
    assert.deepEqual(heard.slice(0, -1).sort(byText), answers.sort(byText));
    assert.equal(heard.at(-1), 'done');
    for (const lines of cluster.lines) assert.deepEqual(lines, ['query peerlookup 10.0.0.2']);
    heard.length = 0;
    serfs[0]!.query('peerlookup', utf8Encode('x'), { filterNodes: ['s2'], timeoutNs: SECOND }, handler);
    cluster.run(2 * SECOND);
    assert.deepEqual(heard, ['s2: I am s2', 'done']);
    assert.match(serfs[0]!.query('x', new Uint8Array(1024), {}, handler)!, /query exceeds limit of 1024 bytes/);
  });

  it('drops what is no message, with a line in the log', () => {
    const { serfs } = three(7);
    const lines: string[] = [];
    serfs[0]!.config.memberlist.log = (line) => lines.push(line);
    for (const text of ['', '\u0001', '\u0003\u0090', 'x']) serfs[0]!.notifyMsg(utf8Encode(text));
    serfs[0]!.mergeRemoteState(utf8Encode('\u0001'), true);
    assert.equal(lines.length, 4);
    assert.deepEqual(statuses(serfs[0]!), { s0: 'alive', s1: 'alive', s2: 'alive' });
  });
});
