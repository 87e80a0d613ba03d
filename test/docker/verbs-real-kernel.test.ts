import assert from 'node:assert/strict';
import { formatIp4, formatMac, ip4 } from '../../src/base/addr.ts';
import type { Netns } from '../../src/kernel/netns.ts';
import { formatScope } from '../../src/kernel/show/rt-names.ts';
import type { Skippable } from '../machine.ts';
import { FakeSwarm } from './fake-swarm.ts';
import { Lab } from './lab.ts';
import { onRealLinux } from './recordings.ts';
import { addUserNetwork } from './user-network.ts';

/** What `ip -j addr` says, as far as it is used here. */
interface RealLink {
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly address: string;
  readonly master?: string;
  readonly addr_info: readonly {
    family: string;
    local: string;
    prefixlen: number;
    broadcast?: string;
    scope: string;
  }[];
}

interface RealRoute {
  readonly dst: string;
  readonly gateway?: string;
  readonly dev: string;
  readonly prefsrc?: string;
}

interface Picture {
  readonly links: readonly string[];
  readonly routes: readonly string[];
}

/** MAC addresses that the kernel chooses are random on both sides: only those that Docker sets are compared. */
function macText(name: string, mac: string): string {
  return /^(?:veth|vxlan|br\d)/.test(name) ? 'random' : mac;
}

function realPicture(links: readonly RealLink[], routes: readonly RealRoute[]): Picture {
  const linkText = (link: RealLink): string => {
    const own = link.addr_info.filter((each) => each.family === 'inet');
    const addresses = own.map(
      (each) => `${each.local}/${each.prefixlen} brd ${each.broadcast ?? 'none'} ${each.scope}`,
    );
    const state = link.flags.includes('UP') ? 'up' : 'down';
    const carrier = link.flags.includes('LOWER_UP') ? 'carrier' : 'no carrier';
    const master = link.master ?? 'no master';
    return [link.ifname, macText(link.ifname, link.address), link.mtu, state, carrier, master, ...addresses].join(' ');
  };
  const routeText = (route: RealRoute): string =>
    `${route.dst} via ${route.gateway ?? 'none'} dev ${route.dev} src ${route.prefsrc ?? 'none'}`;
  return { links: links.map(linkText).sort(byText), routes: routes.map(routeText).sort(byText) };
}

/** The same of an emulated namespace. */
function emulatedPicture(ns: Netns): Picture {
  const links = ns.listDevices().map((dev) => {
    const addresses = dev.addresses.map((each) => {
      const broadcast = each.broadcast === 0 ? 'none' : formatIp4(each.broadcast);
      return `${formatIp4(each.address)}/${each.prefixLen} brd ${broadcast} ${formatScope(each.scope, false)}`;
    });
    const [state, carrier] = [dev.isUp ? 'up' : 'down', dev.isUp && dev.hasCarrier ? 'carrier' : 'no carrier'];
    const master = dev.master?.name ?? 'no master';
    return [dev.name, macText(dev.name, formatMac(dev.mac)), dev.mtu, state, carrier, master, ...addresses].join(' ');
  });
  const unicast = ns.fib.list().filter((route) => route.type === 'unicast');
  const routes = unicast.map((route) => {
    const target = route.prefixLen === 0 ? 'default' : `${formatIp4(route.destination)}/${route.prefixLen}`;
    const gateway = route.gateway === 0 ? 'none' : formatIp4(route.gateway);
    const source = route.prefSrc === 0 ? 'none' : formatIp4(route.prefSrc);
    return `${target} via ${gateway} dev ${route.dev?.name ?? 'none'} src ${source}`;
  });
  return { links: links.sort(byText), routes: routes.sort(byText) };
}

function byText(left: string, right: string): number {
  return left < right ? -1 : 1;
}

/** Types all that the lab's engine has typed on a real kernel, and compares every namespace. */
function compareWithReal(test: Skippable, lab: Lab): void {
  const names = [...lab.host.namespaces.keys()].sort(byText);
  const nic = 'ip link add eth0 type veth peer name wire\nip link set eth0 address 52:54:00:00:50:0b\n';
  const typed = `${nic}ip link set lo up\n${lab.host.admin.verbs.join('\n')}`;
  const look = ['', ...names.map((name) => `-n ${name} `)].map((where) => `ip ${where}-j addr; ip ${where}-j route`);
  const script = `{\n${typed}\n} >/dev/null\nls /run/netns\n${look.join('\n')}\n`;
  const lines = onRealLinux(test, script).trim().split('\n');
  assert.deepEqual(lines.splice(0, names.length).sort(byText), names);
  const documents = lines.join('').replaceAll('][', '],[').replaceAll('] [', '],[');
  const answers = JSON.parse(`[${documents}]`) as [RealLink[], RealRoute[]];
  for (const [i, name] of ['', ...names].entries()) {
    const links = (answers[2 * i] as RealLink[]).filter((link) => link.ifname !== 'wire');
    const ns = name === '' ? lab.host.rootNs : lab.host.namespaces.get(name)!;
    assert.deepEqual(emulatedPicture(ns), realPicture(links, answers[2 * i + 1] as unknown as RealRoute[]), name);
  }
}

describe('the lines that Docker typed', () => {
  it('build the same links, addresses and routes on a real kernel', function () {
    const lab = new Lab();
    for (const name of ['c1', 'c2', 'c3']) lab.ok(`run -itd --name ${name} busybox`);
    lab.ok('rm -f c2');
    lab.ok('run -itd --name nn --network none busybox');
    lab.ok('run -itd --name hh --network host busybox');
    lab.ok('run -itd --name c4 busybox');
    compareWithReal(this, lab);
  });

  it('move containers from network to network there, too', function () {
    const lab = new Lab();
    for (const name of ['net1', 'net2']) addUserNetwork(lab.engine, name);
    addUserNetwork(lab.engine, 'int1', { isInternal: true });
    addUserNetwork(lab.engine, 'net3', { subnet: '10.99.0.0/24' });
    for (const name of ['c1', 'c2']) lab.ok(`run -d --name ${name} --network net2 busybox sleep 1000`);
    lab.ok('run -d --name i1 --network int1 busybox sleep 1000');
    lab.ok('run -d --name b1 busybox sleep 1000');
    for (const line of [
      'connect net1 c1',
      'connect --ip 10.99.0.77 --link-local-ip 169.254.8.8 net3 c1',
      'connect int1 c2',
      'disconnect net2 c2',
      'connect net1 i1',
      'connect net1 b1',
      'disconnect bridge b1',
      'disconnect net1 b1',
      'connect net2 b1',
    ]) {
      lab.ok(`network ${line}`);
    }
    lab.ok('stop -t 0 i1');
    lab.ok('start i1');
    lab.ok('stop -t 0 c1');
    lab.ok('start c1');
    lab.ok('network disconnect net1 c1');
    compareWithReal(this, lab);
  });

  it('span the nodes of a swarm there, too', function () {
    const lab = new Lab();
    const swarm = new FakeSwarm();
    swarm.join(lab.engine, ip4('192.168.50.11'), true);
    lab.ok('network create -d overlay --attachable ov1');
    lab.ok('network create -d overlay --attachable --subnet 10.20.0.0/24 --subnet 10.21.0.0/24 ov2');
    lab.ok('run -d --name o1 --network ov1 busybox sleep 1000');
    lab.ok('run -d --name o2 --network ov2 --ip 10.21.0.9 busybox sleep 1000');
    const [ov1] = lab.ok('network ls -q --no-trunc --filter name=ov1').split('\n');
    swarm.tellPeer(ov1!, 'e1', '10.0.1.9/24', '192.168.50.12');
    swarm.tellPeer(ov1!, 'e2', '10.0.1.10/24', '192.168.50.13');
    swarm.tellPeer(ov1!, 'e1', '10.0.1.9/24', '192.168.50.12', 'delete');
    lab.ok('network connect ov1 o2');
    lab.ok('rm -f o1');
    compareWithReal(this, lab);
  });
});
