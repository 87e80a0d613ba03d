import assert from 'node:assert/strict';
import { Lab, SECOND } from '../lab.ts';

describe('pruning containers', () => {
  it('removes those that do not run, as far as the filters let it', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 bb sleep 1000');
    const [c2, c3, c4] = ['-l x=1', '-l y=2', ''].map((labels) => lab.ok(`create ${labels} bb true`));
    lab.wait(60 * SECOND);
    lab.ok('create --name young bb true');
    const prune = (filter: string): string[] =>
      lab
        .ok(`container prune -f ${filter}`)
        .split('\n')
        .filter((line) => /^[0-9a-f]{64}$/.test(line));
    assert.deepEqual(prune('--filter label=x=2'), []);
    assert.deepEqual(prune('--filter label=x'), [c2]);
    assert.deepEqual(prune('--filter until=30s --filter label!=y'), [c4]);
    assert.deepEqual(prune('--filter until=30s'), [c3]);
    assert.deepEqual(prune('').length, 1);
    assert.equal(lab.ok('ps -a --format {{.Names}}'), 'c1');
    assert.deepEqual(lab.engine.events.past.at(-1)?.action, 'prune');
  });
});
