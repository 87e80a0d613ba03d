import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import { addContainer, devOf, netnsOf, payloadOf, pingSocket, SECOND, type, World } from '../kit.ts';
import type { Expected } from './real-tools.ts';
import { asExpected, onDockwire, onRealLinux } from './real-tools.ts';

const LINES: readonly Expected[] = [
  ['ip netns add n1', 0, ''],
  ['ip netns add n1', 1, 'Cannot create namespace file "/run/netns/n1": File exists'],
  ['ip netns add', 1, 'No netns name specified'],
  ['ip netns add a/b', 255, 'Invalid netns name "a/b"'],
  ['ip netns del ..', 255, 'Invalid netns name ".."'],
  ['ip netns del', 1, 'No netns name specified'],
  ['ip netns del nope', 1, 'Cannot remove namespace file "/run/netns/nope": No such file or directory'],
  ['ip netns bogus n1', 255, 'Command "bogus" is unknown, try "ip netns help".'],
  ['ip netns exec', 1, 'No netns name specified'],
  ['ip netns exec n1', 1, 'No command specified'],
  ['ip netns exec nope true', 255, 'Cannot open network namespace "nope": No such file or directory'],
  ['ip netns exec n1 ip link set lo up', 0, ''],
  ['ip netns exec n1 ip link set nope up', 1, 'Cannot find device "nope"'],
  ['ip -n nope link set lo up', 255, 'Cannot open network namespace "nope": No such file or directory'],
  ['bridge -n nope link set dev eth0 cost 3', 255, 'Cannot open network namespace "nope": No such file or directory'],
  ['ip -n n1 link set lo down', 0, ''],
  ['ip -netns n1 link set lo up', 0, ''],
  ['ip bogus', 1, 'Object "bogus" is unknown, try "ip help".'],
  ['ip netn d n1', 0, ''],
  ['ip -n n1 link set lo up', 255, 'Cannot open network namespace "n1": No such file or directory'],
];

const SYSCTL_LINES = [
  'sysctl -w net.ipv4.ip_forward=1',
  'sysctl -w net.ipv4.ip_forward=7',
  'sysctl -w net.ipv4.ip_forward=foo',
  'sysctl net.ipv4.ip_forward',
  'sysctl -n net.ipv4.ip_forward',
  'sysctl -w net.ipv4.ip_forward',
  'sysctl -w net.ipv4.nope=1',
  'sysctl net.ipv4.nope',
  'sysctl -q -w net.ipv4.ip_forward=0',
  'sysctl net/ipv4/ip_forward=1',
  'sysctl net/ipv4/ip_forward',
  'sysctl -w net.ipv4.ip_default_ttl=300',
  'sysctl -w net.ipv4.ip_forward=1 net.ipv4.nope=1 net.ipv4.ip_default_ttl=65',
  'sysctl -w net.ipv4.ip_local_port_range=40000\\ 40010',
  'sysctl net.ipv4.ip_local_port_range',
  'sysctl -w',
];

describe('admin: the door', () => {
  it('answers about namespaces in the words and exit codes of iproute2', () => {
    assert.deepEqual(asExpected(onDockwire(LINES.map(([line]) => line))), LINES);
  });

  it('answers about namespaces as the real ip does', function () {
    assert.deepEqual(
      asExpected(
        onRealLinux(
          this,
          LINES.map(([line]) => line),
        ),
      ),
      LINES,
    );
  });

  it('answers sysctl as procps does', function () {
    assert.deepEqual(onDockwire(SYSCTL_LINES), onRealLinux(this, SYSCTL_LINES));
  });

  it('sets and tells sysctls', () => {
    const host = new World().host('h');
    type(host, 'ip netns add n1');
    assert.equal(type(host, 'sysctl -w net.ipv4.ip_forward=1'), 'net.ipv4.ip_forward = 1\n');
    assert.equal(type(host, 'ip netns exec n1 sysctl -n net.ipv4.ip_forward'), '0\n', 'each namespace has its own');
    assert.equal(type(host, 'sysctl -q -w net.ipv4.ip_forward=0'), '');
    const { exit, stdout, stderr } = host.admin.type('sysctl -w net.ipv4.nope=1 net.ipv4.ip_default_ttl=65');
    assert.deepEqual([exit, stdout], [1, 'net.ipv4.ip_default_ttl = 65\n'], 'it goes on behind a mistake');
    assert.equal(stderr, 'sysctl: cannot stat /proc/sys/net/ipv4/nope: No such file or directory\n');
    assert.equal(netnsOf(host, '').sysctls.ipDefaultTtl, 65);
  });

  it('says of other commands that it does not know them', () => {
    const { exit, stderr } = new World().host('h').admin.type('brctl addbr br0');
    assert.deepEqual(
      [exit, stderr],
      [127, 'brctl: not supported by Dockwire; supported: ip, bridge, sysctl, tc, ethtool, iptables, conntrack\n'],
    );
    assert.equal(new World().host('h').admin.type('').exit, 127);
  });

  it('keeps the lines that changed something, as they were typed, and no others', () => {
    const host = new World().host('h');
    const lines = [
      'ip netns add n1',
      'ip netns add sysctl',
      'ip link add br0 type bridge',
      'ip -n n1 link set lo up',
      'sysctl -w net.ipv4.ip_forward=1',
      'sysctl -w net.ipv4.ip_local_port_range=40000\\ 40010',
      'ip netns exec n1 sysctl -w net.ipv4.ip_forward=1',
    ];
    const others = [
      'ip netns add n1',
      'ip link add br0 type bridge',
      'ip bogus',
      'sysctl net.ipv4.ip_forward',
      'sysctl -w net.ipv4.nope=1',
      'ip netns exec n1 sysctl net.ipv4.ip_forward',
      'ip -n nope link set lo up',
    ];
    for (const line of lines) type(host, line);
    for (const line of others) host.admin.type(line);
    assert.deepEqual(host.admin.verbs, lines);
  });

  it('builds the same machine again from the lines it kept', () => {
    const [first, second] = [new World().host('h'), new World().host('h')];
    type(first, 'ip link add br0 type bridge');
    type(first, 'ip link set br0 up');
    type(first, 'ip addr add 10.0.0.254/24 brd + dev br0');
    addContainer(first, 'c1', '10.0.0.1/24', 'br0', 'veth1');
    addContainer(first, 'c2', '10.0.0.2/24', 'br0', 'veth2');
    type(first, 'ip netns del c1');
    for (const line of first.admin.verbs) type(second, line);
    const picture = (host: typeof first): unknown =>
      ['', ...host.namespaces.keys()].map((name) =>
        netnsOf(host, name)
          .listDevices()
          .map((dev) => [dev.name, dev.ifIndex, dev.mac, dev.isUp, dev.master?.name, dev.addresses]),
      );
    assert.deepEqual(picture(second), picture(first));
    assert.deepEqual([...second.namespaces.keys()], ['c2']);
  });

  it('gives a namespace the name that captures show', () => {
    const host = new World().host('h');
    type(host, 'ip netns add n1');
    assert.equal(devOf(host, 'lo', 'n1').fullName, 'h/n1/lo');
    host.admin.labelNamespace('n1', 'web');
    assert.equal(devOf(host, 'lo', 'n1').fullName, 'h/web/lo');
    assert.deepEqual(host.admin.verbs, ['ip netns add n1']);
    assert.throws(() => {
      host.admin.labelNamespace('nope', 'x');
    }, /has to be there/);
  });

  it('takes the interfaces of a deleted namespace along, and sends a physical card home', () => {
    const world = new World();
    const host = world.host('h', { eth0: '10.0.0.1/24' });
    type(host, 'ip netns add n1');
    type(host, 'ip link add va type veth peer name vb netns n1');
    type(host, 'ip link set eth0 netns n1');
    assert.equal(host.rootNs.deviceByName('eth0'), null);
    const nic = devOf(host, 'eth0', 'n1');
    type(host, 'ip netns del n1');
    assert.equal(devOf(host, 'eth0'), nic);
    assert.deepEqual([nic.isUp, nic.addresses.length], [false, 0]);
    assert.equal(host.rootNs.deviceByName('va'), null, 'its peer was in there');
    world.check();
  });

  it('names a card anew that comes home to a namespace where its name is taken', () => {
    const host = new World().host('h', { eth0: '10.0.0.1/24' });
    type(host, 'ip netns add n1');
    const nic = devOf(host, 'eth0');
    type(host, 'ip link set eth0 netns n1');
    type(host, 'ip link add eth0 type bridge');
    type(host, 'ip netns del n1');
    assert.deepEqual([nic.name, nic.ns], ['dev2', host.rootNs]);
  });

  it('accounts for frames that wait in a namespace when it is deleted', () => {
    const world = new World();
    const host = world.host('h');
    type(host, 'ip link add br0 type bridge');
    type(host, 'ip link set br0 up');
    const ns = addContainer(host, 'c1', '10.0.0.1/24', 'br0', 'veth1');
    const socket = pingSocket(ns);
    assert.equal(socket.sendEcho(ip4('10.0.0.9'), 1, payloadOf(10)), '');
    assert.equal(socket.sendEcho(ip4('10.0.0.1'), 1, payloadOf(10)), '', 'to itself, on its way through lo');
    type(host, 'ip netns del c1');
    world.run(10 * SECOND);
    assert.equal(world.slab.inUse, 0);
    world.check();
  });
});
