import assert from 'node:assert/strict';
import { ip4, parseCidr } from '../../src/base/addr.ts';
import type { Driver } from '../../src/docker/drivers/driver.ts';
import type { Endpoint } from '../../src/docker/endpoint.ts';
import { Ipam } from '../../src/docker/ipam/ipam.ts';
import { macOfAddress } from '../../src/docker/ids.ts';
import { PLAIN_NETWORK } from '../../src/docker/network.ts';
import type { Sandbox } from '../../src/docker/sandbox.ts';
import {
  closeSandbox,
  createSandbox,
  gatewayEndpoint,
  joinSandbox,
  leaveSandbox,
  leaveSandboxAsGuest,
  openSandbox,
} from '../../src/docker/sandbox.ts';
import { SandboxFiles } from '../../src/docker/sandbox-files.ts';
import { Files } from '../../src/kernel/proc/files.ts';
import { RecordingDoor } from './recording-door.ts';

const SANDBOX_ID = '9eb2311c52e9aa87e6462a0965d8a1751cfb9e4b156879f894b83697d22f75a0';
const HERE = 'ip -n 9eb2311c52e9';

/** An endpoint on a network of its own, `number` its third byte. */
function endpoint(name: string, number: number, isInternal = false): Endpoint {
  const pool = new Ipam().requestPool({ subnet: parseCidr(`172.${number}.0.0/16`)!, avoid: [] });
  const names = { ...PLAIN_NETWORK, id: name.padEnd(64, '0'), name, driver: 'bridge' };
  const origin = { scope: 'local', origin: 'host', isIngress: false } as const;
  const plain = { createdNs: 0, endpoints: new Set<Endpoint>(), isInternal };
  const network = { ...names, ...origin, ...plain, addresses: [], pool, gateway: ip4(`172.${number}.0.1`) };
  const address = ip4(`172.${number}.0.2`);
  const own = {
    id: 'a'.repeat(64),
    name: 'c1',
    containerId: '',
    linkLocalAddresses: [],
    isAnonymous: true,
    aliases: [],
    linkAliases: new Map(),
    netnsName: null,
    isBalancer: false,
    staticRoutes: [],
  };
  const links = { hostLink: `vethh${number}`, sandboxLink: `veths${number}`, interfaceName: '', gateway: null };
  const outside = { children: [], connectivity: null, portMapping: [] };
  return { ...own, ...links, ...outside, network, address, mac: macOfAddress(address) };
}

function gatewayDriver(): Driver {
  const nothing = (): void => undefined;
  return {
    name: 'bridge',
    hasAddresses: true,
    createNetwork: nothing,
    deleteNetwork: nothing,
    createEndpoint: nothing,
    deleteEndpoint: nothing,
    join: (network, each) => {
      each.gateway = network.gateway;
    },
    leave: nothing,
  };
}

interface Scene {
  readonly door: RecordingDoor;
  readonly sandbox: Sandbox;
  readonly files: Files;
  /** Which network gave the way out, each time that one may have come or gone. */
  readonly notes: string[];
  readonly join: (each: Endpoint) => void;
  readonly leave: (each: Endpoint) => void;
}

function scene(isHostNetwork = false): Scene {
  const door = new RecordingDoor();
  const files = new Files();
  const plain = { hostname: 'c1', domainname: '', extraHosts: [], dns: [], dnsSearch: [], dnsOptions: [] };
  const own = new SandboxFiles(files, new Files(), { ...plain, isHostNetwork, hasEmbeddedDns: true });
  const sandbox = createSandbox(SANDBOX_ID, isHostNetwork, own);
  const notes: string[] = [];
  const note = (): void => {
    notes.push(gatewayEndpoint(sandbox)?.network.name ?? 'none');
  };
  const isWayOut = (each: Endpoint): boolean => gatewayEndpoint(sandbox) === each;
  const wayOut = { wayOutJoined: note, wayOutLeaving: isWayOut, wayOutLeft: note };
  const nobody = (): void => undefined;
  const createGatewayEndpoint = (name: string): Endpoint => ({ ...endpoint('docker_gwbridge', 30), name });
  const interfaces = {
    interfaceUp: nobody,
    endpointLeaving: nobody,
    interfaceLeaving: nobody,
    createGatewayEndpoint,
  };
  const host = { door, driverOf: gatewayDriver, ...wayOut, ...interfaces };
  return {
    door,
    sandbox,
    files,
    notes,
    join: (each) => {
      joinSandbox(host, sandbox, each);
    },
    leave: (each) => {
      leaveSandbox(host, sandbox, each);
    },
  };
}

describe('a sandbox', () => {
  it('gets its namespace, then each link moved in, renamed, addressed and only then up', () => {
    const { door, sandbox, join, leave } = scene();
    const bridge = endpoint('bridge', 17);
    join(bridge);
    assert.deepEqual(door.take(), []);
    openSandbox(door, sandbox, 'c1');
    assert.deepEqual(door.take(), [
      'ip netns add 9eb2311c52e9',
      'ip netns exec 9eb2311c52e9 sysctl -w net.ipv6.conf.all.disable_ipv6=1',
      `${HERE} link set lo up`,
      'ip link set veths17 netns 9eb2311c52e9',
      `${HERE} link set veths17 name eth0`,
      `${HERE} link set eth0 address 02:42:ac:11:00:02`,
      `${HERE} addr add 172.17.0.2/16 brd 172.17.255.255 dev eth0`,
      `${HERE} link set eth0 up`,
      `${HERE} route add default via 172.17.0.1 dev eth0`,
    ]);
    assert.deepEqual(door.labels, ['9eb2311c52e9=c1']);
    assert.equal(sandbox.key, '/var/run/docker/netns/9eb2311c52e9');
    leave(bridge);
    closeSandbox(door, sandbox);
    assert.deepEqual(door.take(), [
      `${HERE} link set eth0 down`,
      `${HERE} link set eth0 name veths17`,
      'ip netns del 9eb2311c52e9',
    ]);
  });

  it('numbers its interfaces by the order of its networks, and its default route follows the first of them', () => {
    const { door, sandbox, notes, join, leave } = scene();
    const [int, net2, net1] = [endpoint('int', 20, true), endpoint('net2', 19), endpoint('net1', 18)];
    for (const each of [int, net2]) join(each);
    openSandbox(door, sandbox, 'c1');
    assert.deepEqual([net2.interfaceName, int.interfaceName], ['eth0', 'eth1']);
    assert.equal(gatewayEndpoint(sandbox), net2);
    door.take();
    join(net1);
    assert.deepEqual(door.take().slice(-3), [
      `${HERE} link set eth2 up`,
      `${HERE} route del default via 172.19.0.1 dev eth0`,
      `${HERE} route add default via 172.18.0.1 dev eth2`,
    ]);
    leave(net1);
    assert.deepEqual(door.take(), [
      `${HERE} link set eth2 down`,
      `${HERE} link set eth2 name veths18`,
      `${HERE} route add default via 172.19.0.1 dev eth0`,
    ]);
    leave(net2);
    assert.equal(gatewayEndpoint(sandbox), int);
    leave(int);
    join(net1);
    assert.equal(net1.interfaceName, 'eth3');
    assert.deepEqual(notes, ['int', 'net2', 'net1', 'net2', 'int', 'none', 'net1']);
  });

  it('says what the kernel has against a default route, and takes the endpoint out again', () => {
    const { door, sandbox, join } = scene();
    openSandbox(door, sandbox, 'c1');
    door.refuse = / route add default /;
    assert.throws(() => {
      join(endpoint('net1', 18));
    }, /^DaemonError: failed to set gateway while updating gateway: no: ip -n/);
    assert.deepEqual(sandbox.endpoints, []);
  });

  it("of a container on the host's network is the host's namespace, which nothing is done to", () => {
    const { door, sandbox } = scene(true);
    openSandbox(door, sandbox, 'hh');
    closeSandbox(door, sandbox);
    assert.deepEqual(door.lines, []);
    assert.equal(sandbox.key, '/var/run/docker/netns/default');
  });

  it('is not closed before its endpoints have left', () => {
    const { door, sandbox, join } = scene();
    join(endpoint('bridge', 17));
    assert.throws(() => {
      closeSandbox(door, sandbox);
    }, /after its endpoints have left/);
  });

  it('stays while another container is in it', () => {
    const { door, sandbox } = scene();
    openSandbox(door, sandbox, 'c1');
    sandbox.guestCount = 2;
    closeSandbox(door, sandbox);
    leaveSandboxAsGuest(door, sandbox);
    assert.ok(sandbox.isOpen);
    leaveSandboxAsGuest(door, sandbox);
    assert.equal(door.lines.at(-1), 'ip netns del 9eb2311c52e9');
  });
});
