import assert from 'node:assert/strict';
import { Filters } from '../../../src/docker/daemon/filters.ts';
import { pruneNetworks } from '../../../src/docker/daemon/network-prune.ts';
import { Lab, SECOND } from '../lab.ts';

const MINUTE = 60 * SECOND;

function prune(lab: Lab, ...filters: string[]): readonly string[] {
  return pruneNetworks(lab.engine, Filters.parse(filters));
}

describe('pruning networks', () => {
  it('takes what is old enough', () => {
    const lab = new Lab({ epochSeconds: 1_735_689_600 });
    lab.ok('network create old');
    lab.wait(15 * MINUTE);
    lab.ok('network create new');
    assert.deepEqual(prune(lab, 'until=20m'), []);
    assert.deepEqual(prune(lab, 'until=2025-01-01T00:10'), ['old']);
    assert.deepEqual(prune(lab, 'until=1735689601'), []);
    assert.deepEqual(prune(lab, 'until=0s'), ['new']);
  });

  it('takes what has the labels, or has them not', () => {
    const lab = new Lab();
    for (const label of ['a=b', 'a=c', 'd']) lab.ok(`network create --label ${label} ${label.replace('=', '')}`);
    assert.deepEqual(prune(lab, 'label=a', 'label=d'), []);
    assert.deepEqual(prune(lab, 'label!=d', 'label=a=c'), ['ac']);
    assert.deepEqual(prune(lab, 'label!=a'), ['d']);
    assert.deepEqual(prune(lab), ['ab']);
  });

  it('leaves what is used, what keeps a configuration, and what the engine has made', () => {
    const lab = new Lab();
    for (const name of ['used', 'created', '--config-only kept']) lab.ok(`network create ${name}`);
    lab.ok('run -d --name c1 --network used bb sleep 1000');
    assert.deepEqual(prune(lab), ['created']);
    assert.deepEqual(
      [...lab.engine.networks.values()].map((network) => network.name),
      ['none', 'host', 'bridge', 'used', 'kept'],
    );
    lab.ok('rm -f c1');
    assert.deepEqual(prune(lab), ['used']);
  });
});
