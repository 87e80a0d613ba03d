/** Two hosts on a cable with a VXLAN device each: 10.0.0.n below, 10.1.0.n inside. */
import assert from 'node:assert/strict';
import { Vxlan } from '../../../src/kernel/dev/vxlan.ts';
import type { Host } from '../../../src/kernel/host.ts';
import { devOf, type, World } from '../kit.ts';

export interface Tunnel {
  readonly world: World;
  readonly left: Host;
  readonly right: Host;
}

/** `options` are those of both devices, behind `id 42 dstport 4789`. */
export function buildTunnel(options = ''): Tunnel {
  const world = new World();
  const left = world.host('left', { eth0: '10.0.0.1/24' });
  const right = world.host('right', { eth0: '10.0.0.2/24' });
  world.cable(left, 'eth0', right, 'eth0');
  [left, right].forEach((host, i) => {
    type(host, `ip link add vx0 type vxlan id 42 dstport 4789 remote 10.0.0.${2 - i} ${options}`.trim());
    type(host, `ip link set vx0 address 02:00:00:00:2a:0${i + 1}`);
    type(host, `ip addr add 10.1.0.${i + 1}/24 dev vx0`);
    type(host, 'ip link set vx0 up');
  });
  return { world, left, right };
}

export function vxlanOf(host: Host, name = 'vx0'): Vxlan {
  const dev = devOf(host, name);
  assert.ok(dev instanceof Vxlan);
  return dev;
}
