import assert from 'node:assert/strict';
import { ip4, parseCidr } from '../../src/base/addr.ts';
import type { Endpoint } from '../../src/docker/endpoint.ts';
import { Ipam } from '../../src/docker/ipam/ipam.ts';
import { macOfAddress } from '../../src/docker/ids.ts';
import { PLAIN_NETWORK } from '../../src/docker/network.ts';
import { closeSandbox, createSandbox, openSandbox } from '../../src/docker/sandbox.ts';
import { RecordingDoor } from './recording-door.ts';

const SANDBOX_ID = '9eb2311c52e9aa87e6462a0965d8a1751cfb9e4b156879f894b83697d22f75a0';

function endpoint(address: string, link: string, hasGateway: boolean): Endpoint {
  const pool = new Ipam().requestPool({ subnet: parseCidr('172.17.0.0/16')!, avoid: [] });
  const names = { ...PLAIN_NETWORK, id: 'e'.repeat(64), name: 'bridge', driver: 'bridge', scope: 'local' } as const;
  const plain = { createdNs: 0, endpoints: new Set<Endpoint>() };
  const own = { id: 'a'.repeat(64), name: 'c1', containerId: '', hostLink: '', sandboxLink: link };
  const outside = { connectivity: null, portMapping: [] };
  const gateway = hasGateway ? ip4('172.17.0.1') : null;
  const network = { ...names, ...plain, pool, gateway };
  return { ...own, ...outside, network, address: ip4(address), mac: macOfAddress(ip4(address)), gateway };
}

describe('a sandbox', () => {
  it('gets its namespace, then each link moved in, renamed, addressed and only then up', () => {
    const door = new RecordingDoor();
    const sandbox = createSandbox(SANDBOX_ID, false);
    sandbox.endpoints.push(endpoint('172.17.0.2', 'vethbbbbbbb', true));
    openSandbox(door, sandbox, 'c1');
    assert.deepEqual(door.take(), [
      'ip netns add 9eb2311c52e9',
      'ip netns exec 9eb2311c52e9 sysctl -w net.ipv6.conf.all.disable_ipv6=1',
      'ip -n 9eb2311c52e9 link set lo up',
      'ip link set vethbbbbbbb netns 9eb2311c52e9',
      'ip -n 9eb2311c52e9 link set vethbbbbbbb name eth0',
      'ip -n 9eb2311c52e9 link set eth0 address 02:42:ac:11:00:02',
      'ip -n 9eb2311c52e9 addr add 172.17.0.2/16 brd 172.17.255.255 dev eth0',
      'ip -n 9eb2311c52e9 link set eth0 up',
      'ip -n 9eb2311c52e9 route add default via 172.17.0.1 dev eth0',
      'ip netns exec 9eb2311c52e9 sysctl -w net.ipv4.ip_unprivileged_port_start=0',
      String.raw`ip netns exec 9eb2311c52e9 sysctl -w net.ipv4.ping_group_range=0\ 2147483647`,
    ]);
    assert.deepEqual(door.labels, ['9eb2311c52e9=c1']);
    assert.equal(sandbox.key, '/var/run/docker/netns/9eb2311c52e9');
    sandbox.endpoints.length = 0;
    closeSandbox(door, sandbox);
    closeSandbox(door, sandbox);
    assert.deepEqual(door.take(), ['ip netns del 9eb2311c52e9']);
  });

  it('numbers its interfaces, and has one default route', () => {
    const door = new RecordingDoor();
    const sandbox = createSandbox(SANDBOX_ID, false);
    sandbox.endpoints.push(endpoint('172.17.0.2', 'vetha', false), endpoint('172.17.0.3', 'vethb', true));
    sandbox.endpoints.push(endpoint('172.17.0.4', 'vethc', true));
    openSandbox(door, sandbox, 'c1');
    const names = door.lines.map((line) => / link set (\S+) name (\S+)$/.exec(line)).filter((match) => match !== null);
    assert.deepEqual(
      names.map((match) => `${match[1]}=${match[2]}`),
      ['vetha=eth0', 'vethb=eth1', 'vethc=eth2'],
    );
    const routes = door.lines.filter((line) => line.includes(' route '));
    assert.deepEqual(routes, ['ip -n 9eb2311c52e9 route add default via 172.17.0.1 dev eth1']);
  });

  it("of a container on the host's network is the host's namespace, which nothing is done to", () => {
    const door = new RecordingDoor();
    const sandbox = createSandbox(SANDBOX_ID, true);
    openSandbox(door, sandbox, 'hh');
    closeSandbox(door, sandbox);
    assert.deepEqual(door.lines, []);
    assert.equal(sandbox.key, '/var/run/docker/netns/default');
  });

  it('is not closed before its endpoints have left', () => {
    const sandbox = createSandbox(SANDBOX_ID, false);
    sandbox.endpoints.push(endpoint('172.17.0.2', 'vetha', true));
    assert.throws(() => {
      closeSandbox(new RecordingDoor(), sandbox);
    }, /after its endpoints have left/);
  });
});
