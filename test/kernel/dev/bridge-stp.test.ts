import assert from 'node:assert/strict';
import { Bridge } from '../../../src/kernel/dev/bridge.ts';
import { PORT_STATE_NAMES } from '../../../src/kernel/dev/bridge-flags.ts';
import type { Host } from '../../../src/kernel/host.ts';
import { devOf, SECOND, type, World } from '../kit.ts';

function portStates(host: Host): string[] {
  const bridge = devOf(host, 'br0');
  assert.ok(bridge instanceof Bridge);
  return bridge.ports.map((port) => `${port.dev.name} ${PORT_STATE_NAMES[port.state]!}`);
}

function build(): Host {
  const host = new World().host('h');
  for (const line of ['ip link add br0 type bridge', 'ip link add v0 type veth peer name v1']) type(host, line);
  type(host, 'ip link set v0 master br0');
  return host;
}

describe('kernel: bridge port states', () => {
  it('forward while the port, its carrier and the bridge are up', () => {
    const host = build();
    const states = ['br0', 'v0', 'v1'].map((dev) => {
      type(host, `ip link set ${dev} up`);
      return portStates(host).join();
    });
    assert.deepEqual(states, ['v0 disabled', 'v0 disabled', 'v0 forwarding']);
    for (const dev of ['v1', 'v0', 'br0']) {
      type(host, `ip link set ${dev} down`);
      assert.deepEqual(portStates(host), ['v0 disabled'], dev);
      type(host, `ip link set ${dev} up`);
      assert.deepEqual(portStates(host), ['v0 forwarding'], dev);
    }
  });

  it('give the bridge a carrier while one forwards; a new bridge has one as well', () => {
    const host = build();
    type(host, 'ip link add br1 type bridge');
    type(host, 'ip link set br1 up');
    assert.equal(devOf(host, 'br1').hasCarrier, true);
    type(host, 'ip link set br1 address 02:00:00:00:00:01');
    assert.equal(devOf(host, 'br1').hasCarrier, false, 'its id has changed: it has looked at its ports');
    const carriers = ['br0', 'v0', 'v1'].map((dev) => {
      type(host, `ip link set ${dev} up`);
      return devOf(host, 'br0').hasCarrier;
    });
    assert.deepEqual(carriers, [false, false, true]);
    type(host, 'ip link set v0 type bridge_slave state 1');
    assert.equal(devOf(host, 'br0').hasCarrier, false);
  });

  it('may be set by hand, but for blocking: without a spanning tree that ends at once', () => {
    const host = build();
    assert.equal(
      host.admin.type('ip link set v0 type bridge_slave state 3').stderr,
      'RTNETLINK answers: Network is down\n',
    );
    for (const dev of ['br0', 'v0', 'v1']) type(host, `ip link set ${dev} up`);
    const states = [0, 1, 2, 3, 4].map((state) => {
      type(host, `ip link set v0 type bridge_slave state ${state}`);
      return portStates(host).join();
    });
    assert.deepEqual(states, ['v0 disabled', 'v0 listening', 'v0 learning', 'v0 forwarding', 'v0 forwarding']);
  });

  it('start the timer of a spanning tree, which ends without a trace', () => {
    const host = build();
    const bridge = devOf(host, 'br0');
    assert.ok(bridge instanceof Bridge);
    for (const dev of ['br0', 'v0', 'v1']) type(host, `ip link set ${dev} up`);
    assert.equal(bridge.ports[0]!.forwardDelayEndNs - host.sched.now, 15 * SECOND);
  });
});
