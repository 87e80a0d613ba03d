import assert from 'node:assert/strict';
import { formatIp4, parseCidr } from '../../../src/base/addr.ts';
import { BridgeDriver } from '../../../src/docker/drivers/bridge.ts';
import type { Endpoint } from '../../../src/docker/endpoint.ts';
import { createEndpoint, deleteEndpoint } from '../../../src/docker/endpoint.ts';
import { DaemonError } from '../../../src/docker/errors.ts';
import { NO_FIREWALL } from '../../../src/docker/firewall/no-firewall.ts';
import { Ids } from '../../../src/docker/ids.ts';
import { Ipam } from '../../../src/docker/ipam/ipam.ts';
import type { Network } from '../../../src/docker/network.ts';
import { NETWORK_OPTION, PLAIN_NETWORK, networkAddresses } from '../../../src/docker/network.ts';
import { Rng } from '../../../src/sim/rng.ts';
import { RecordingDoor } from '../recording-door.ts';
import { RecordingFirewall, outsideOf } from '../recording-firewall.ts';

const NETWORK_ID = '302dc7bc3c79312dcaede98eee33b22cbd5bfc3915817562b07a24aa47012384';

function network(options: [string, string][]): Network {
  const pool = new Ipam().requestPool({ subnet: parseCidr('172.18.0.0/16')!, avoid: [] });
  const gateway = pool.requestAddress();
  const names = { ...PLAIN_NETWORK, id: NETWORK_ID, name: 'net1', driver: 'bridge' };
  const origin = { scope: 'local', origin: 'host', isIngress: false } as const;
  const plain = { createdNs: 0, endpoints: new Set<Endpoint>() };
  const addresses = networkAddresses([{ pool, gateway, auxAddresses: new Map() }]);
  return { ...names, ...origin, ...plain, options: new Map(options), ...addresses };
}

/** Random parts by what they stand for. */
function plainly(lines: readonly string[]): string[] {
  const names: string[] = [];
  return lines.map((line) =>
    line
      .replaceAll(/veth[0-9a-f]{7}/g, (name) => {
        if (!names.includes(name)) names.push(name);
        return `VETH${names.indexOf(name)}`;
      })
      .replace(/02:42(:[0-9a-f]{2}){4}/, 'MAC'),
  );
}

function driverOn(door: RecordingDoor): BridgeDriver {
  return new BridgeDriver(door, door, new Ids(Rng.fromSeed(1)), outsideOf(NO_FIREWALL));
}

const owner = { id: '98850fcb', name: 'ca', containerId: '1519403f' };

describe('the bridge driver', () => {
  it('turns forwarding on when it is configured, before there is a network', () => {
    const door = new RecordingDoor();
    driverOn(door);
    assert.deepEqual(door.lines, ['sysctl -w net.ipv4.ip_forward=1']);
  });

  it('makes a bridge with its MAC and the gateway address, and sets it up last', () => {
    const door = new RecordingDoor();
    const driver = driverOn(door);
    door.take();
    const net1 = network([]);
    driver.createNetwork(net1);
    assert.deepEqual(plainly(door.take()), [
      'ip link add name br-302dc7bc3c79 txqueuelen 0 type bridge',
      'ip link set br-302dc7bc3c79 address MAC',
      'sysctl -w net.ipv6.conf.br-302dc7bc3c79.accept_ra=0',
      'ip addr add 172.18.0.1/16 brd 172.18.255.255 dev br-302dc7bc3c79',
      'ip link set br-302dc7bc3c79 up',
    ]);
    driver.deleteNetwork(net1);
    assert.deepEqual(door.take(), ['ip link del br-302dc7bc3c79']);
  });

  it('leaves the default bridge where it is', () => {
    const door = new RecordingDoor();
    const driver = driverOn(door);
    const bridge = network([
      [NETWORK_OPTION.isDefaultBridge, 'true'],
      [NETWORK_OPTION.bridgeName, 'docker0'],
    ]);
    driver.createNetwork(bridge);
    door.take();
    driver.deleteNetwork(bridge);
    assert.deepEqual(door.lines, []);
  });

  it('makes a veth pair, its host end a port of the bridge, and removes both by one end', () => {
    const door = new RecordingDoor();
    const driver = driverOn(door);
    const net1 = network([[NETWORK_OPTION.mtu, '1400']]);
    driver.createNetwork(net1);
    door.take();
    const endpoint = createEndpoint(net1, driver, owner);
    deleteEndpoint(endpoint, driver);
    assert.deepEqual(plainly(door.take()), [
      'ip link add VETH0 txqueuelen 0 type veth peer name VETH1 txqueuelen 0',
      'ip link set VETH0 mtu 1400',
      'ip link set VETH1 mtu 1400',
      'ip link set VETH0 master br-302dc7bc3c79',
      'ip link set VETH0 up',
      'ip link del VETH0',
    ]);
  });

  it("leaves the kernel's MTU alone when none is set", () => {
    const door = new RecordingDoor();
    const [driver, net1] = [driverOn(door), network([])];
    driver.createNetwork(net1);
    createEndpoint(net1, driver, owner);
    assert.ok(door.lines.every((line) => !line.includes(' mtu ')));
  });

  it('gives a joined endpoint its gateway', () => {
    const driver = driverOn(new RecordingDoor());
    const net1 = network([]);
    driver.createNetwork(net1);
    const endpoint = createEndpoint(net1, driver, owner);
    driver.join(net1, endpoint);
    assert.equal(formatIp4(endpoint.gateway!), '172.18.0.1');
  });

  it('says which bridge is missing when somebody has removed it', () => {
    const door = new RecordingDoor();
    const driver = driverOn(door);
    door.refuse = / master /;
    const none = {
      address: null,
      mac: null,
      linkLocalAddresses: [],
      isAnonymous: true,
      aliases: [],
      linkAliases: new Map(),
      gateway: null,
      children: [],
      connectivity: null,
    };
    const endpoint = {
      ...owner,
      ...none,
      network: network([]),
      hostLink: '',
      sandboxLink: '',
      interfaceName: '',
      netnsName: null,
      isBalancer: false,
      staticRoutes: [],
      portMapping: [],
    };
    driver.createNetwork(endpoint.network);
    assert.throws(
      () => {
        driver.createEndpoint(endpoint.network, endpoint);
      },
      (error) =>
        error instanceof DaemonError &&
        /^adding interface veth[0-9a-f]{7} to bridge br-302dc7bc3c79 failed: could not find bridge/.test(error.message),
    );
  });
});

describe('the bridge driver before its firewall', () => {
  function labelled(hasUserlandProxy = true): { door: RecordingDoor; driver: BridgeDriver } {
    const door = new RecordingDoor();
    const outside = outsideOf(new RecordingFirewall(door.lines), hasUserlandProxy);
    return { door, driver: new BridgeDriver(door, door, new Ids(Rng.fromSeed(1)), outside) };
  }

  it('has its chains made before it forwards, and answers for what it forwards', () => {
    assert.deepEqual(labelled().door.take(), ['setUp', 'sysctl -w net.ipv4.ip_forward=1', 'dropForwarded']);
    const door = new RecordingDoor();
    const outside = { ...outsideOf(new RecordingFirewall(door.lines)), isForwarding: true };
    new BridgeDriver(door, door, new Ids(Rng.fromSeed(1)), outside);
    assert.deepEqual(door.take(), ['setUp', 'sysctl -w net.ipv4.ip_forward=1']);
  });

  it('has a network protected when it has its address and before it is up, and set free when it is gone', () => {
    const { door, driver } = labelled();
    door.take();
    const net1 = network([]);
    driver.createNetwork(net1);
    assert.deepEqual(door.take().slice(3), [
      'ip addr add 172.18.0.1/16 brd 172.18.255.255 dev br-302dc7bc3c79',
      'addNetwork br-302dc7bc3c79 172.18.0.0/16 nat',
      'isolateNetwork br-302dc7bc3c79',
      'ip link set br-302dc7bc3c79 up',
    ]);
    driver.deleteNetwork(net1);
    assert.deepEqual(door.take(), [
      'ip link del br-302dc7bc3c79',
      'removeNetwork br-302dc7bc3c79 172.18.0.0/16 nat',
      'unisolateNetwork br-302dc7bc3c79',
    ]);
  });

  it('tells what was asked for the network', () => {
    const calls = (net: Network): string[] => {
      const { door, driver } = labelled();
      door.take();
      driver.createNetwork(net);
      return door.take().filter((line) => line.includes('Network'));
    };
    assert.deepEqual(calls({ ...network([]), isInternal: true }), [
      'addNetwork br-302dc7bc3c79 172.18.0.0/16 internal nat',
    ]);
    const options: [string, string][] = [
      [NETWORK_OPTION.bridgeName, 'mybr0'],
      [NETWORK_OPTION.isIccEnabled, 'false'],
      [NETWORK_OPTION.isIpMasqueradeEnabled, '0'],
      [NETWORK_OPTION.hostIpv4, '192.168.50.11'],
    ];
    assert.deepEqual(calls(network(options)), [
      'addNetwork mybr0 172.18.0.0/16 no-icc no-masquerade nat 192.168.50.11',
      'isolateNetwork mybr0',
    ]);
  });

  it('without the proxy leads loopback addresses and hairpins through the bridge', () => {
    const { door, driver } = labelled(false);
    assert.equal(door.take()[0], 'setUp hairpin');
    const net1 = network([]);
    driver.createNetwork(net1);
    assert.ok(door.take().includes('sysctl -w net.ipv4.conf.br-302dc7bc3c79.route_localnet=1'));
    createEndpoint(net1, driver, owner);
    assert.deepEqual(plainly(door.take()).slice(-2), ['bridge link set dev VETH0 hairpin on', 'ip link set VETH0 up']);
  });

  it('publishes ports while the endpoint gives the way out, by the address that the network chose', () => {
    const { door, driver } = labelled();
    const net1 = network([[NETWORK_OPTION.hostBindingIpv4, '192.168.50.11']]);
    driver.createNetwork(net1);
    const endpoint = createEndpoint(net1, driver, owner);
    door.take();
    const port = { port: 80, protocol: 'tcp' };
    const published = [{ ...port, hostIp: '', firstHostPort: 8585, lastHostPort: 8585 }];
    driver.programExternalConnectivity(net1, endpoint, { exposed: [port], published }, true);
    assert.equal(endpoint.portMapping.length, 1);
    assert.deepEqual(door.take(), ['publishPort br-302dc7bc3c79 192.168.50.11:8585->172.18.0.2:80/tcp']);
    driver.revokeExternalConnectivity(net1, endpoint);
    assert.deepEqual(endpoint.portMapping, []);
    assert.deepEqual(door.take(), [
      'unpublishPort br-302dc7bc3c79 192.168.50.11:8585->172.18.0.2:80/tcp',
      'forgetConnections 172.18.0.2',
    ]);
  });
});
