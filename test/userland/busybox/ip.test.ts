import assert from 'node:assert/strict';
import type { Context } from 'mocha';
import { BUSYBOX_IP } from '../../../src/userland/busybox/ip.ts';
import { busyboxPrograms } from '../../../src/userland/registry.ts';
import { type, World } from '../../kernel/kit.ts';
import { alike, difference, sayReal, textOf, typeInto } from '../iproute2/same-script.ts';
import { needTools } from '../../machine.ts';

const SETUP = [
  'ip link add va address 02:00:00:00:00:0a type veth peer name vb address 02:00:00:00:00:0b',
  'sleep 1.1',
  'ip link set va up',
  'ip addr add 10.0.0.1/24 brd + dev va',
  'ip addr add 10.0.0.2/24 dev va',
  'ip route add default via 10.0.0.9',
  'ip link add br0 type bridge',
  'ip link set vb master br0 up',
];

function assertSameApplets(context: Context, lines: readonly string[]): void {
  const world = new World();
  const host = world.host('h');
  for (const line of SETUP) if (line.startsWith('ip')) type(host, line);
  const own = alike(typeInto(world, host, lines, {}, busyboxPrograms()));
  const asked = [...SETUP, 'sleep 0.2', ...lines.map((line) => `busybox ${line}`)];
  const real = alike(sayReal(context, asked).slice(-lines.length));
  lines.forEach((line, i) => {
    const [is, wanted] = [textOf(own[i]!), textOf(real[i]!)];
    if (is !== wanted) assert.fail(`${line}\n${difference(is, wanted)}`);
  });
}

describe('userland/busybox: ip, ifconfig', () => {
  it('show and change what busybox does, in its words', function () {
    needTools(this, ['busybox']);
    assertSameApplets(this, [
      'ip link show',
      'ip link',
      'ip -o link',
      'ip addr',
      'ip a show va',
      'ip -o addr',
      'ip -4 addr',
      'ip addr show dev nope',
      'ip link show nope',
      'ip route',
      'ip addr add 10.0.0.1/24 dev va',
      'ip addr add 10.3.0.1/24 dev va',
      'ip addr add 10.0.0.1/24',
      'ip addr add 10.0.0.1/24 dev nope',
      'ip addr del 10.9.9.9/24 dev va',
      'ip link set va mtu 10',
      'ip link set nope up',
      'ip link set va mtu 1400',
      'ip route add 10.5.0.0/16 via 10.0.0.9',
      'ip route add 10.5.0.0/16 via 10.0.0.9',
      'ip route del 10.5.0.0/16',
      'ip route del 10.5.0.0/16',
      'ip addr show va',
      'ifconfig nope',
      'ifconfig vb',
      'ifconfig br0',
      'ifconfig vb 10.1.1.1 netmask 255.255.0.0 up',
      'ifconfig vb mtu 10',
      'ip addr show vb',
    ]);
  });

  it('say what Dockwire lacks', () => {
    assert.equal(BUSYBOX_IP.check!(['neigh', 'show'])?.message, 'neigh is not supported by Dockwire');
    assert.equal(BUSYBOX_IP.check!(['-o', 'addr']), undefined);
  });
});
