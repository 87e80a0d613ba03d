import assert from 'node:assert/strict';
import { Monitor } from '../../../src/kernel/events/monitor.ts';
import { PLAIN } from '../../../src/kernel/show/options.ts';
import { devOf, type, World } from '../kit.ts';

describe('kernel/events: monitor', () => {
  it('writes down what was asked for while it listens, and costs nothing afterwards', () => {
    const host = new World().host('h', { eth0: '', eth1: '' });
    const ns = host.rootNs;
    const settings = { options: PLAIN, hasLabels: true, stamp: () => '' };
    const all = new Monitor(ns, { ...settings, objects: new Set(['address', 'link'] as const), dev: null });
    const one = new Monitor(ns, {
      ...settings,
      objects: new Set(['address'] as const),
      dev: devOf(host, 'eth1'),
    });
    type(host, 'ip addr add 10.0.0.1/24 dev eth0');
    type(host, 'ip link set eth1 mtu 1400');
    type(host, 'ip addr add 10.0.1.1/24 dev eth1');
    const heads = (text: string | null): string[] => (text ?? '').split('\n').filter((line) => line.startsWith('['));
    assert.deepEqual(
      heads(all.output.read()).map((line) => line.slice(0, 14)),
      ['[ADDR]2: eth0 ', '[LINK]3: eth1:', '[ADDR]3: eth1 '],
    );
    assert.equal(heads(one.output.read()).length, 1);
    all.close();
    assert.notEqual(ns.events, null);
    one.close();
    assert.equal(ns.events, null);
  });
});
