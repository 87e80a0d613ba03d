import assert from 'node:assert/strict';
import { formatMac } from '../../../src/base/addr.ts';
import { Bridge } from '../../../src/kernel/dev/bridge.ts';
import { BR_HAIRPIN_MODE, BR_LEARNING } from '../../../src/kernel/dev/bridge-flags.ts';
import { devOf, type, World } from '../kit.ts';
import type { Expected } from './real-tools.ts';
import { asExpected, onDockwire, onRealLinux } from './real-tools.ts';

const NO_DEV = 'Not enough information: "dev" argument is required.';
const INCOMPLETE = 'Command line is not complete. Try option "help"';

/** Typed in this order; what succeeds is the ground on which the next ones fail. */
const LINES: readonly Expected[] = [
  ['ip netns add n1', 0, ''],
  ['ip link add br0 type bridge', 0, ''],
  ['ip link add br0 type bridge', 2, 'RTNETLINK answers: File exists'],
  ['ip link add name br1 type bridge', 0, ''],
  ['ip link add va type veth peer name vb', 0, ''],
  ['ip link add va type veth peer name vc', 2, 'RTNETLINK answers: File exists'],
  ['ip link add vc type veth peer name va', 2, 'RTNETLINK answers: File exists'],
  ['ip link set vc up', 1, 'Cannot find device "vc"'],
  ['ip link add vc type veth peer name vc', 2, 'RTNETLINK answers: File exists'],
  ['ip link add vd type veth peer name vd netns n1', 0, ''],
  ['ip link add eth0 netns n1 address 02:42:0a:00:00:02 type veth peer name vh', 0, ''],
  ['ip link add x type bogus', 2, 'Error: Unknown device type.'],
  ['ip link add x', 1, 'Not enough information: "type" argument is required'],
  ['ip link add', 1, 'Not enough information: "type" argument is required'],
  ['ip link add averyveryverylongname type bridge', 2, 'Error: Attribute failed policy validation.'],
  ['ip link add a/b type bridge', 255, 'Error: argument "a/b" is wrong: "dev" not a valid ifname'],
  ['ip link add name a/b type bridge', 255, 'Error: argument "a/b" is wrong: "name" not a valid ifname'],
  ['ip link add vx type veth peer name a/b', 255, 'Error: argument "a/b" is wrong: "name" not a valid ifname'],
  [
    'ip link add name averyveryverylongname type bridge',
    255,
    'Error: argument "averyveryverylongname" is wrong: "name" not a valid ifname',
  ],
  ['ip link add vx netns nope type bridge', 255, 'Error: argument "nope" is wrong: Invalid "netns" value\n'],
  ['ip link add vx type veth peer name vy netns nope', 255, 'Error: argument "nope" is wrong: Invalid "netns" value\n'],
  ['ip link add vx address zz type bridge', 1, '"zz" is invalid lladdr.'],
  ['ip link set vx up', 1, 'Cannot find device "vx"'],
  ['ip link add vx address 01:00:00:00:00:01 type bridge', 2, 'RTNETLINK answers: Cannot assign requested address'],
  ['ip link set vx up', 1, 'Cannot find device "vx"'],
  ['ip link add vx mtu 67 type bridge', 2, 'Error: mtu less than device minimum.'],
  ['ip link add vx master lo type veth peer name vy', 2, 'RTNETLINK answers: Operation not supported'],
  ['ip link set vx up', 1, 'Cannot find device "vx"'],
  ['ip link set vy up', 1, 'Cannot find device "vy"'],
  ['ip link add vx type', 255, INCOMPLETE],
  ['ip link add name', 255, INCOMPLETE],
  ['ip link add vx garbage type bridge', 255, 'Error: either "dev" is duplicate, or "garbage" is a garbage.'],
  ['ip link add vx type veth peer vy garbage', 255, 'Error: either "dev" is duplicate, or "garbage" is a garbage.'],
  ['ip link add bt mtu 1300 type bridge ageing_time 1000', 0, ''],
  ['ip link add type bridge', 0, ''],
  ['ip link set bridge0 up', 0, ''],
  ['ip link add type veth', 0, ''],
  ['ip link set veth1 up', 0, ''],
  ['ip link bogus', 255, 'Command "bogus" is unknown, try "ip link help".'],
  ['ip link del nope', 1, 'Cannot find device "nope"'],
  ['ip link del lo', 2, 'RTNETLINK answers: Operation not supported'],
  ['ip link del', 255, NO_DEV],
  ['ip link del dev', 255, INCOMPLETE],
  ['ip link del dev a/b', 255, 'Error: argument "a/b" is wrong: "dev" not a valid ifname'],
  ['ip link del vb bogus', 255, 'Error: either "dev" is duplicate, or "bogus" is a garbage.'],
  ['ip link set nope up', 1, 'Cannot find device "nope"'],
  ['ip link set', 255, NO_DEV],
  ['ip link set up', 255, NO_DEV],
  ['ip link set va', 0, ''],
  ['ip link set va bogus', 255, 'Error: either "dev" is duplicate, or "bogus" is a garbage.'],
  ['ip link set dev vb dev vb', 255, 'Error: either "dev" is duplicate, or "vb" is a garbage.'],
  ['ip link set va up down', 0, ''],
  ['ip link set up dev va', 0, ''],
  ['ip link set va name vb', 2, 'RTNETLINK answers: File exists'],
  ['ip link set va name a/b', 255, 'Error: argument "a/b" is wrong: "name" not a valid ifname'],
  ['ip link set va name va', 0, ''],
  ['ip link set va name vz', 0, ''],
  ['ip link set va up', 1, 'Cannot find device "va"'],
  ['ip link set vz name va down', 0, ''],
  ['ip link set va mtu 10', 2, 'Error: mtu less than device minimum.'],
  ['ip link set va mtu 70000', 2, 'Error: mtu greater than device maximum.'],
  ['ip link set va mtu abc', 255, 'Error: argument "abc" is wrong: Invalid "mtu" value\n'],
  ['ip link set va up mtu abc', 255, 'Error: argument "abc" is wrong: Invalid "mtu" value\n'],
  ['ip link set va mtu 1400 mtu 1500', 255, 'Error: duplicate "mtu": "1500" is the second value.'],
  ['ip link set va up mtu', 255, INCOMPLETE],
  ['ip link set va mtu 1400', 0, ''],
  ['ip link set br1 mtu 67', 2, 'Error: mtu less than device minimum.'],
  ['ip link set lo mtu 65536', 0, ''],
  ['ip link set va address zz', 1, '"zz" is invalid lladdr.'],
  ['ip link set va address 01:00:00:00:00:01', 2, 'RTNETLINK answers: Cannot assign requested address'],
  ['ip link set va address 00:00:00:00:00:00', 2, 'RTNETLINK answers: Cannot assign requested address'],
  ['ip link set va address 02:00:00:00:00:0a', 0, ''],
  ['ip link set va master nope', 255, 'Error: argument "nope" is wrong: Device does not exist\n'],
  ['ip link set va master vb', 2, 'RTNETLINK answers: Operation not supported'],
  ['ip link set va type bridge_slave hairpin on', 2, 'RTNETLINK answers: Operation not supported'],
  ['ip link set va master br0', 0, ''],
  ['ip link set va master br0', 0, ''],
  ['ip link set br1 master br0', 2, 'Error: Can not enslave a bridge to a bridge.'],
  ['ip link set lo master br0', 2, 'RTNETLINK answers: Invalid argument'],
  ['ip link set dev va type bridge_slave hairpin on', 0, ''],
  [
    'ip link set dev va type bridge_slave hairpin maybe',
    1,
    'Error: argument of "hairpin" must be one of "off", "on", not "maybe"',
  ],
  ['ip link set dev va type bridge_slave learning off', 0, ''],
  ['ip link set dev va type bridge fdb_flush', 2, 'RTNETLINK answers: Operation not supported'],
  ['ip link set dev br0 type bridge ageing_time 3000', 0, ''],
  ['ip link set dev br0 type bridge ageing_time', 255, INCOMPLETE],
  ['ip link set dev br0 type bridge ageing_time abc', 255, 'Error: argument "abc" is wrong: invalid ageing_time'],
  ['ip link set va nomaster', 0, ''],
  ['ip link set va nomaster', 0, ''],
  ['ip link set va netns nope', 255, 'Error: argument "nope" is wrong: Invalid "netns" value\n'],
  ['ip link set va netns', 255, INCOMPLETE],
  ['ip link set lo netns n1', 2, 'Error: The interface netns is immutable.'],
  ['ip link set br0 netns n1', 2, 'Error: The interface netns is immutable.'],
  ['ip link set vd netns n1', 2, 'Error: An interface with the same name exists in the target netns.'],
  ['ip link set vb netns n1', 0, ''],
  ['ip link set vb up', 1, 'Cannot find device "vb"'],
  ['ip -n n1 link set vb up', 0, ''],
  ['ip l s br1 up', 0, ''],
  ['ip link delete dev vh', 0, ''],
  ['ip -n n1 link del eth0', 1, 'Cannot find device "eth0"'],
];

const TYPED = LINES.map(([line]) => line);

describe('admin: ip link', () => {
  it('answers in the words and exit codes of iproute2', () => {
    const answers = onDockwire(TYPED);
    assert.deepEqual(asExpected(answers), LINES);
    assert.ok(answers.every((each) => each.stdout === ''));
  });

  it('answers as the real ip does', function () {
    assert.deepEqual(asExpected(onRealLinux(this, TYPED)), LINES);
  });

  it('changes nothing with a line that has a mistake anywhere', () => {
    const host = new World().host('h');
    type(host, 'ip link add va type veth peer name vb');
    for (const line of ['ip link set va up mtu 9000 name a/b', 'ip link set va mtu 9000 up bogus']) {
      assert.equal(host.admin.type(line).exit, 255, line);
    }
    const va = devOf(host, 'va');
    assert.deepEqual([va.isUp, va.mtu], [false, 1500]);
  });

  it('sets all that one line says', () => {
    const host = new World().host('h');
    type(host, 'ip netns add n1');
    type(host, 'ip link add va type veth peer name vb');
    type(host, 'ip link set dev va netns n1 address 02:00:00:00:00:0a mtu 1400 name eth0 up');
    const eth0 = devOf(host, 'eth0', 'n1');
    assert.deepEqual([eth0.isUp, eth0.mtu, formatMac(eth0.mac)], [true, 1400, '02:00:00:00:00:0a']);
    type(host, 'ip link add br0 mtu 1400 address 02:00:00:00:00:0b up type bridge ageing_time 1000');
    const br0 = devOf(host, 'br0');
    assert.ok(br0 instanceof Bridge);
    assert.deepEqual([br0.isUp, br0.mtu, br0.fdb.ageingNs], [true, 1400, 10_000_000_000]);
    type(host, 'ip link set vb up master br0');
    type(host, 'ip link set vb type bridge_slave hairpin on learning off');
    const { flags } = br0.ports[0]!;
    assert.deepEqual([flags & BR_HAIRPIN_MODE, flags & BR_LEARNING], [BR_HAIRPIN_MODE, 0]);
  });

  it('names what the real tool can do and Dockwire cannot', () => {
    const host = new World().host('h', { eth0: '' });
    for (const line of [
      'ip link show',
      'ip link add d0 type dummy',
      'ip link set eth0 gso_max_size 100',
      'ip link add br0 type bridge stp_state 1',
    ]) {
      const { exit, stderr } = host.admin.type(line);
      assert.equal(exit, 127, line);
      assert.match(stderr, /^ip link .*: not supported by Dockwire; supported: /, line);
    }
    assert.equal(host.rootNs.deviceByName('br0'), null);
  });

  it('leaves a physical card where it is', () => {
    const host = new World().host('h', { eth0: '' });
    assert.equal(host.admin.type('ip link del eth0').stderr, 'RTNETLINK answers: Operation not supported\n');
    assert.ok(devOf(host, 'eth0').isUp);
  });
});
