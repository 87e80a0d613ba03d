import assert from 'node:assert/strict';
import { formatIp4, formatMac, parseCidr } from '../../src/base/addr.ts';
import type { Driver } from '../../src/docker/drivers/driver.ts';
import { BridgeDriver } from '../../src/docker/drivers/bridge.ts';
import { NullDriver } from '../../src/docker/drivers/null.ts';
import { createEndpoint, deleteEndpoint } from '../../src/docker/endpoint.ts';
import type { Endpoint } from '../../src/docker/endpoint.ts';
import { DaemonError } from '../../src/docker/errors.ts';
import { NO_FIREWALL } from '../../src/docker/firewall/no-firewall.ts';
import { Ids } from '../../src/docker/ids.ts';
import { Ipam } from '../../src/docker/ipam/ipam.ts';
import type { Network } from '../../src/docker/network.ts';
import { PLAIN_NETWORK } from '../../src/docker/network.ts';
import { Rng } from '../../src/sim/rng.ts';
import { RecordingDoor } from './recording-door.ts';
import { outsideOf } from './recording-firewall.ts';

function network(subnet: string | null): Network {
  const pool = subnet === null ? null : new Ipam().requestPool({ subnet: parseCidr(subnet)!, avoid: [] });
  const gateway = pool?.requestAddress() ?? null;
  const options = new Map([['com.docker.network.bridge.name', 'br0']]);
  const names = { ...PLAIN_NETWORK, id: 'f'.repeat(64), name: 'tiny', driver: 'bridge' };
  const origin = { scope: 'local', origin: 'host', isIngress: false } as const;
  const addresses = pool === null || gateway === null ? [] : [{ pool, gateway, auxAddresses: new Map() }];
  return { ...names, ...origin, createdNs: 0, options, addresses, pool, gateway, endpoints: new Set() };
}

function driverOf(made: Network, door = new RecordingDoor()): BridgeDriver {
  const driver = new BridgeDriver(door, door, new Ids(Rng.fromSeed(1)), outsideOf(NO_FIREWALL));
  driver.createNetwork(made);
  return driver;
}

function create(on: Network, driver: Driver, name: string): Endpoint {
  return createEndpoint(on, driver, { id: name.padEnd(64, '0'), name, containerId: '' });
}

describe('an endpoint', () => {
  it('has the lowest free address, and gives it back', () => {
    const tiny = network('10.5.0.0/29');
    const driver = driverOf(tiny);
    const [first, second] = [create(tiny, driver, 't1'), create(tiny, driver, 't2')];
    assert.equal(formatIp4(first.address!), '10.5.0.2');
    assert.equal(formatMac(first.mac!), '02:42:0a:05:00:02');
    assert.equal(formatIp4(second.address!), '10.5.0.3');
    deleteEndpoint(first, driver);
    assert.deepEqual([...tiny.endpoints], [second]);
    assert.equal(formatIp4(create(tiny, driver, 't3').address!), '10.5.0.2');
  });

  it('has no address on a network without any', () => {
    const endpoint = create(network(null), new NullDriver(), 'nn');
    assert.deepEqual([endpoint.address, endpoint.mac, endpoint.sandboxLink], [null, null, '']);
  });

  it('is refused when the pool is exhausted', () => {
    const tiny = network('10.5.0.0/30');
    const driver = driverOf(tiny);
    create(tiny, driver, 't1');
    const full = `no available IPv4 addresses on this network's address pools: tiny (${'f'.repeat(64)})`;
    assert.throws(() => create(tiny, driver, 't2'), new DaemonError(full));
  });

  it('leaves nothing behind when its links cannot be made', () => {
    const door = new RecordingDoor();
    const tiny = network('10.5.0.0/29');
    const driver = driverOf(tiny, door);
    door.refuse = / master br0$/;
    assert.throws(
      () => create(tiny, driver, 't1'),
      /^DaemonError: failed to create endpoint t1 on network tiny: adding/,
    );
    const made = /^ip link add (\S+) /.exec(door.lines.find((line) => line.includes(' type veth '))!)![1]!;
    assert.equal(door.lines.at(-1), `ip link del ${made}`);
    assert.equal(tiny.endpoints.size, 0);
    door.refuse = null;
    assert.equal(formatIp4(create(tiny, driver, 't2').address!), '10.5.0.2');
  });
});
