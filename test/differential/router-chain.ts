/** The network of the recordings' case f: c - r1 - r2 - s, namespaces of one machine joined by veths. */
import type { Host } from '../../src/kernel/host.ts';
import type { World } from '../kernel/kit.ts';
import { type } from '../kernel/kit.ts';

/** Builds it as the recording's script does. */
export function buildRouterChain(world: World): Host {
  const host = world.host('h');
  for (const name of ['c', 'r1', 'r2', 's']) {
    type(host, `ip netns add ${name}`);
    type(host, `ip -n ${name} link set lo up`);
  }
  const links = [
    ['c', 'eth0', '10.1.0.2', 'r1', 'in1', '10.1.0.1'],
    ['r1', 'out1', '10.2.0.1', 'r2', 'in2', '10.2.0.2'],
    ['r2', 'out2', '10.3.0.1', 's', 'eth0', '10.3.0.2'],
  ] as const;
  const macOf = (text: string): string => {
    const bytes = text.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
    return ['02', '42', ...bytes].join(':');
  };
  for (const [left, leftName, leftIp, right, rightName, rightIp] of links) {
    type(
      host,
      `ip link add ${leftName} netns ${left} address ${macOf(leftIp)} type veth ` +
        `peer name ${rightName} netns ${right} address ${macOf(rightIp)}`,
    );
    for (const [ns, name, ip] of [
      [left, leftName, leftIp],
      [right, rightName, rightIp],
    ]) {
      type(host, `ip -n ${ns} link set ${name} up`);
      type(host, `ip -n ${ns} addr add ${ip}/24 brd + dev ${name}`);
    }
  }
  type(host, 'ip -n c route add default via 10.1.0.1');
  type(host, 'ip -n r1 route add 10.3.0.0/24 via 10.2.0.2');
  type(host, 'ip -n r2 route add 10.1.0.0/24 via 10.2.0.1');
  type(host, 'ip -n s route add default via 10.3.0.1');
  for (const name of ['r1', 'r2']) type(host, `ip netns exec ${name} sysctl -qw net.ipv4.ip_forward=1`);
  return host;
}
