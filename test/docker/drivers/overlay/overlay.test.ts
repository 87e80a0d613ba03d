import assert from 'node:assert/strict';
import { ip4, mac, parseCidr } from '../../../../src/base/addr.ts';
import type { Agent, TableEvent } from '../../../../src/docker/agent/agent.ts';
import { OverlayDriver } from '../../../../src/docker/drivers/overlay/overlay.ts';
import { OverlayEncryption } from '../../../../src/docker/drivers/overlay/encryption.ts';
import { encodePeerRecord } from '../../../../src/docker/drivers/overlay/peer-record.ts';
import type { Endpoint } from '../../../../src/docker/endpoint.ts';
import { NO_WISHES, createEndpoint, deleteEndpoint } from '../../../../src/docker/endpoint.ts';
import { Ids } from '../../../../src/docker/ids.ts';
import { Ipam } from '../../../../src/docker/ipam/ipam.ts';
import type { Network } from '../../../../src/docker/network.ts';
import { PLAIN_NETWORK, networkAddresses } from '../../../../src/docker/network.ts';
import type { ClusterKey } from '../../../../src/docker/swarm/cluster.ts';
import { Rng } from '../../../../src/sim/rng.ts';
import { RecordingDoor } from '../../recording-door.ts';

const ID = 'dv8rsr9ki4hw3ztdb83t16q2e';
const HERE = '1-dv8rsr9ki4';

/** Two subnets when `second` is given. */
function network(options: readonly [string, string][] = [], second?: string): Network {
  const ipam = new Ipam();
  const subnets = ['10.0.2.0/24', ...(second === undefined ? [] : [second])];
  const addresses = subnets.map((subnet) => {
    const pool = ipam.requestPool({ subnet: parseCidr(subnet)!, avoid: [] });
    return { pool, gateway: pool.requestAddress(), auxAddresses: new Map() };
  });
  const identity = { id: ID, name: 'ov1', driver: 'overlay', createdNs: 0, endpoints: new Set<Endpoint>() };
  const origin = { scope: 'swarm', origin: 'swarm', isIngress: false } as const;
  const vnis = 'com.docker.network.driver.overlay.vxlanid_list';
  const all = new Map<string, string>([[vnis, second === undefined ? '4098' : '4098,4099'], ...options]);
  return { ...PLAIN_NETWORK, ...identity, ...origin, options: all, ...networkAddresses(addresses) };
}

interface Scene {
  readonly door: RecordingDoor;
  readonly driver: OverlayDriver;
  readonly made: Network;
  /** What the driver has told its table. */
  readonly told: string[];
  readonly tell: (kind: TableEvent['kind'], key: string, address: string, vtep: string) => void;
  readonly join: (name: string, address: string) => Endpoint;
  readonly leave: (endpoint: Endpoint) => void;
}

function scene(made = network(), keys: readonly ClusterKey[] = []): Scene {
  const door = new RecordingDoor();
  const told: string[] = [];
  let listener: (event: TableEvent) => void = () => undefined;
  const agent = {
    config: { bindAddress: 0, dataPathAddress: ip4('192.168.50.11'), keys },
    createEntry: (_table: string, _network: string, key: string) => told.push(`create ${key.slice(0, 2)}`),
    deleteEntry: (_table: string, _network: string, key: string) => told.push(`delete ${key.slice(0, 2)}`),
    watch: (_table: string, _network: string, each: (event: TableEvent) => void) => {
      listener = each;
      return () => told.push('unwatch');
    },
  } as unknown as Agent;
  const encryption = new OverlayEncryption(door, () => []);
  const ids = new Ids(Rng.fromSeed(1));
  const driver = new OverlayDriver(door, ids, { agent: () => agent, dataPathPort: () => 4789, encryption });
  // The rules of an encrypted network are looked for, and there are none.
  door.refuse = /^iptables/;
  driver.createNetwork(made);
  driver.watchPeers(made);
  const tell: Scene['tell'] = (kind, key, address, vtep) => {
    const cidr = parseCidr(`${address}/24`)!;
    const last = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
    const record = { address: cidr, mac: mac(`02:42:${last.join(':')}`), tunnelEndpoint: ip4(vtep) };
    listener({ kind, networkId: ID, key, value: encodePeerRecord(record), node: 'other' });
  };
  const join = (name: string, address: string): Endpoint => {
    const owner = { id: name.padEnd(64, '0'), name, containerId: name };
    const endpoint = createEndpoint(made, driver, owner, { ...NO_WISHES, address: ip4(address) });
    driver.join(made, endpoint);
    return endpoint;
  };
  const leave = (endpoint: Endpoint): void => {
    driver.leave(made, endpoint);
    deleteEndpoint(endpoint, driver);
  };
  return { door, driver, made, told, tell, join, leave };
}

/** Random names by the order of their coming. */
function plainly(lines: readonly string[]): string[] {
  const names: string[] = [];
  return lines.map((line) =>
    line.replaceAll(/veth[0-9a-f]{7}/g, (name) => {
      if (!names.includes(name)) names.push(name);
      return `VETH${names.indexOf(name)}`;
    }),
  );
}

describe('the overlay driver', () => {
  it('makes a namespace with bridge and VXLAN interface for the first local endpoint, and none before', () => {
    const { door, join, told } = scene();
    assert.deepEqual(door.take(), []);
    join('o1', '10.0.2.2');
    assert.deepEqual(plainly(door.take()), [
      `ip netns add ${HERE}`,
      `ip netns exec ${HERE} sysctl -w net.ipv6.conf.all.disable_ipv6=1`,
      `ip -n ${HERE} link set lo up`,
      `ip -n ${HERE} link add ov-001002-dv8rs txqueuelen 0 type bridge`,
      `ip -n ${HERE} link set ov-001002-dv8rs name br0`,
      `ip -n ${HERE} addr add 10.0.2.1/24 brd 10.0.2.255 dev br0`,
      `ip -n ${HERE} link set br0 up`,
      'ip link add vx-001002-dv8rs mtu 1450 txqueuelen 0 type vxlan id 4098 dstport 4789 learning proxy l2miss l3miss',
      `ip link set vx-001002-dv8rs netns ${HERE}`,
      `ip -n ${HERE} link set vx-001002-dv8rs name vxlan0`,
      `ip -n ${HERE} link set vxlan0 master br0`,
      `ip -n ${HERE} link set vxlan0 up`,
      'ip link add VETH0 txqueuelen 0 type veth peer name VETH1 txqueuelen 0',
      'ip link set VETH0 mtu 1450',
      `ip link set VETH0 netns ${HERE}`,
      `ip -n ${HERE} link set VETH0 name veth0`,
      `ip -n ${HERE} link set veth0 master br0`,
      `ip -n ${HERE} link set veth0 up`,
      'ip link set VETH1 mtu 1450',
      'ip link set VETH1 address 02:42:0a:00:02:02',
    ]);
    assert.deepEqual(door.labels, [`${HERE}=1-ov1`]);
    assert.deepEqual(told, ['create o1']);
  });

  it('removes it with the last one, and numbers the next', () => {
    const { door, join, leave, told, driver, made } = scene();
    const [first, second] = [join('o1', '10.0.2.2'), join('o2', '10.0.2.3')];
    door.take();
    leave(first);
    assert.deepEqual(plainly(door.take()), [`ip -n ${HERE} link del veth0`]);
    leave(second);
    assert.deepEqual(door.take(), [`ip -n ${HERE} link del vxlan0`, `ip netns del ${HERE}`]);
    join('o3', '10.0.2.2');
    assert.equal(door.take()[0], 'ip netns add 2-dv8rsr9ki4');
    assert.deepEqual(told, ['create o1', 'create o2', 'delete o1', 'delete o2', 'create o3']);
    driver.deleteNetwork(made);
    assert.equal(told.at(-1), 'unwatch');
  });

  it('programs peers of other nodes for ever, those that came early with the namespace', () => {
    const { door, join, tell } = scene();
    tell('create', 'e1', '10.0.2.4', '192.168.50.12');
    tell('create', 'e2', '10.0.2.9', '192.168.50.11');
    assert.deepEqual(door.take(), []);
    join('o1', '10.0.2.2');
    const programmed = (lines: readonly string[]): string[] => lines.filter((line) => /neigh|fdb/.test(line));
    const early = [
      `ip -n ${HERE} neigh replace 10.0.2.4 lladdr 02:42:0a:00:02:04 dev vxlan0 nud permanent`,
      `bridge -n ${HERE} fdb replace 02:42:0a:00:02:04 dev vxlan0 dst 192.168.50.12 self permanent`,
    ];
    assert.deepEqual(programmed(door.take()), early);
    tell('create', 'e3', '10.0.2.6', '192.168.50.13');
    tell('delete', 'e1', '10.0.2.4', '192.168.50.12');
    assert.deepEqual(door.take(), [
      `ip -n ${HERE} neigh replace 10.0.2.6 lladdr 02:42:0a:00:02:06 dev vxlan0 nud permanent`,
      `bridge -n ${HERE} fdb replace 02:42:0a:00:02:06 dev vxlan0 dst 192.168.50.13 self permanent`,
      `bridge -n ${HERE} fdb del 02:42:0a:00:02:04 dev vxlan0 dst 192.168.50.12 self`,
      `bridge -n ${HERE} fdb del 02:42:0a:00:02:04 dev vxlan0 master`,
      `ip -n ${HERE} neigh del 10.0.2.4 dev vxlan0`,
    ]);
  });

  it('keeps the first place of a peer that moves until that one is gone', () => {
    const { door, join, tell } = scene();
    join('o1', '10.0.2.2');
    tell('create', 'e1', '10.0.2.4', '192.168.50.12');
    door.take();
    tell('create', 'e2', '10.0.2.4', '192.168.50.13');
    assert.deepEqual(door.take(), []);
    tell('delete', 'e1', '10.0.2.4', '192.168.50.12');
    assert.equal(
      door.take().at(-1),
      `bridge -n ${HERE} fdb replace 02:42:0a:00:02:04 dev vxlan0 dst 192.168.50.13 self permanent`,
    );
  });

  it('has a pair of interfaces for each subnet in use, and routes from one to another', () => {
    const { door, join, tell } = scene(network([], '10.0.9.0/24'));
    const endpoint = join('o1', '10.0.9.2');
    const [other] = endpoint.staticRoutes;
    assert.deepEqual(other, { destination: parseCidr('10.0.2.0/24'), gateway: ip4('10.0.9.1') });
    assert.ok(door.take().includes('ip link set vx-001003-dv8rs netns 1-dv8rsr9ki4'));
    tell('create', 'e1', '10.0.2.4', '192.168.50.12');
    const lines = door.take();
    assert.ok(lines.includes(`ip -n ${HERE} link set vxlan1 master br1`));
    assert.equal(lines.at(-1)!.split(' dev ')[1], 'vxlan1 dst 192.168.50.12 self permanent');
  });

  it('makes its interfaces as small as the option and the encryption want them', () => {
    const mtuOf = (options: readonly [string, string][]): string | undefined => {
      const { door, join } = scene(network(options));
      join('o1', '10.0.2.2');
      return / mtu (\d+) /.exec(door.take().find((line) => line.includes('vxlan id'))!)?.[1];
    };
    assert.equal(mtuOf([['com.docker.network.driver.mtu', '9000']]), '8950');
    assert.equal(mtuOf([['com.docker.network.driver.mtu', '0']]), '1450');
    assert.throws(() => mtuOf([['com.docker.network.driver.mtu', '-1']]), /^DaemonError: invalid MTU value: -1$/);
    assert.throws(() => mtuOf([['encrypted', '']]), /cannot join secure network: encryption keys not present/);
  });

  it('encrypts for each node that it hears of, and turns the keys', () => {
    const keyOf = (lamportTime: number): ClusterKey => ({
      subsystem: 'networking:ipsec',
      key: Uint8Array.from({ length: 16 }, () => lamportTime),
      lamportTime,
    });
    const keys = [1, 2, 3].map(keyOf);
    const { door, driver, join, tell } = scene(network([['encrypted', '']]), keys);
    door.refuse = /^iptables .* -C |^ip xfrm \w+ get/;
    join('o1', '10.0.2.2');
    assert.equal(door.take().filter((line) => line.endsWith(' mtu 1424')).length, 2);
    tell('create', 'e1', '10.0.2.4', '192.168.50.12');
    const added = door.take().filter((line) => line.includes('xfrm state add'));
    assert.equal(added.length, 4, 'three keys in, the primary one out');
    assert.ok(added.every((line) => line.includes('192.168.50.11') && line.includes('192.168.50.12')));
    driver.changeKeys([2, 3, 4].map(keyOf));
    const turned = door.take().filter((line) => /xfrm (?:state add|policy update)/.test(line));
    assert.equal(turned.length, 3, 'the newest in, the new primary one out, and the policy that leads to it');
  });
});
