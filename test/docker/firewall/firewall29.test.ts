/**
 * The rules of the newer layout, put into the tables by the emulated iptables and printed by its iptables-save: every
 * dump of moby's own tests comes out, and what they do not show is written down here.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ip4, parseCidr } from '../../../src/base/addr.ts';
import type { FirewalledNetwork, GatewayMode, PublishedPort } from '../../../src/docker/firewall/firewall.ts';
import { Firewall29 } from '../../../src/docker/firewall/firewall29.ts';
import { need, SHARED } from '../../machine.ts';
import { TablesDoor, withoutTimes } from './tables-door.ts';

const FOLDER = join(SHARED, 'truth', 'moby-iptables');
const TABLES = ['raw', 'filter', 'nat'] as const;
const CONTAINER = ip4('192.168.0.2');

const NETWORK: FirewalledNetwork = {
  bridge: 'br-dummy',
  subnet: parseCidr('192.168.0.0/24')!,
  isIccEnabled: true,
  isInternal: false,
  isMasqueraded: true,
  gatewayMode: 'nat',
  hostIp: null,
  trustedHostInterfaces: [],
};

const PORT: PublishedPort = {
  bridge: 'br-dummy',
  gatewayMode: 'nat',
  protocol: 'tcp',
  hostIp: ip4('0.0.0.0'),
  hostPort: 8080,
  containerIp: CONTAINER,
  containerPort: 80,
};

/** The options that the name of a dump spells: `hairpin=true,internal=false,icc=true`. */
function spelled(name: string): ReadonlyMap<string, string> {
  const words = name.replace(/__iptables\.golden$/, '').split(',');
  return new Map(words.map((word) => word.split('=') as [string, string?]).map(([key, value]) => [key, value ?? '']));
}

/** A network with one container and one published port, as the options say. */
function scene(options: ReadonlyMap<string, string>): { network: FirewalledNetwork; port: PublishedPort } {
  const isOn = (key: string): boolean => options.get(key) === 'true';
  const gatewayMode = (options.get('gwm') ?? 'nat') as GatewayMode;
  const network = {
    ...NETWORK,
    isIccEnabled: isOn('icc'),
    isInternal: isOn('internal'),
    isMasqueraded: isOn('masq'),
    hostIp: isOn('snat') ? ip4('192.168.123.0') : null,
    gatewayMode,
  };
  return { network, port: { ...PORT, gatewayMode, hostIp: ip4(isOn('bindlh') ? '127.0.0.1' : '0.0.0.0') } };
}

/** The tables after the driver has started, made this network and, if it is asked to, removed it again. */
function tablesOf(options: ReadonlyMap<string, string>): TablesDoor {
  const door = new TablesDoor();
  const firewall = new Firewall29(door);
  const { network, port } = scene(options);
  firewall.setUp({ hasUserlandProxy: options.get('hairpin') !== 'true' });
  firewall.addNetwork(network);
  firewall.addEndpoint(network, CONTAINER);
  if (!network.isInternal) firewall.publishPort(port);
  if (!options.has('cleaned')) return door;
  if (!network.isInternal) firewall.unpublishPort(port);
  firewall.removeEndpoint(network, CONTAINER);
  firewall.removeNetwork(network);
  return door;
}

/** The tables in the dumps' order. */
function saved(door: TablesDoor): string[] {
  return TABLES.flatMap((table) => door.save(['-t', table]).split('\n'));
}

describe('docker/firewall/firewall29', () => {
  it('makes every recorded dump, line for line', function () {
    need(this, 'shared');
    const files = readdirSync(FOLDER).filter((name) => name.endsWith('__iptables.golden'));
    // The last one is of a machine on which nothing was started.
    const dumps = files.filter((name) => !name.startsWith('no__'));
    assert.ok(dumps.length >= 66, `${dumps.length} dumps`);
    for (const file of dumps) {
      const door = tablesOf(spelled(file));
      const recorded = withoutTimes(readFileSync(join(FOLDER, file), 'utf8'));
      assert.equal(
        saved(door)
          .filter((line) => line !== '')
          .join('\n'),
        recorded.trimEnd(),
        file,
      );
    }
  });

  it('leaves the same behind whatever the network was like', () => {
    const bare = tablesOf(spelled('cleaned,hairpin=false,icc=true,masq=true'));
    for (const mode of ['nat', 'nat-unprotected', 'routed', 'isolated']) {
      for (const flags of [
        'internal=true',
        'internal=false,snat=true',
        'masq=true,bindlh=true',
        'icc=true,masq=true',
      ]) {
        const door = tablesOf(spelled(`cleaned,hairpin=false,gwm=${mode},${flags}`));
        assert.deepEqual(saved(door), saved(bare), `${mode} ${flags}`);
      }
    }
  });

  it('asks the user first, then its own chains, and never touches FORWARD again', () => {
    const { door, firewall } = started();
    const chains = door.save(['-t', 'filter']).match(/^:DOCKER[^ ]*/gm);
    const names = ['', '-BRIDGE', '-CT', '-FORWARD', '-INTERNAL', '-USER'];
    assert.deepEqual(
      chains,
      names.map((name) => `:DOCKER${name}`),
    );
    assert.deepEqual(forward(door), ['-A FORWARD -j DOCKER-USER', '-A FORWARD -j DOCKER-FORWARD']);
    // A user goes past Docker, and it stays so.
    door.type('iptables -I FORWARD -j ACCEPT');
    firewall.addNetwork(BRIDGE_1);
    firewall.arrangeUserRules();
    assert.deepEqual(forward(door)[0], '-A FORWARD -j ACCEPT');
  });

  it('drops what nobody lets through once the daemon has switched forwarding on', () => {
    const { door, firewall } = started();
    firewall.dropForwarded();
    assert.match(door.save(), /^:FORWARD DROP /m);
  });

  it('appends what a network brings behind the others, and puts open ports before them', () => {
    const { door, firewall } = started();
    firewall.addNetwork(BRIDGE_1);
    firewall.addEndpoint(BRIDGE_1, ip4('192.0.2.2'));
    firewall.publishPort(portOf(BRIDGE_1, '192.0.2.2', 80, 8080));
    firewall.addEndpoint(DOCKER_0, ip4('172.17.0.2'));
    firewall.publishPort(portOf(DOCKER_0, '172.17.0.2', 53, 5353, 'udp'));
    assert.deepEqual(door.rules('filter').slice(2), [
      '-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p udp -m udp --dport 53 -j ACCEPT',
      '-A DOCKER -d 192.0.2.2/32 ! -i bridge1 -o bridge1 -p tcp -m tcp --dport 80 -j ACCEPT',
      '-A DOCKER ! -i docker0 -o docker0 -j DROP',
      '-A DOCKER ! -i bridge1 -o bridge1 -j DROP',
      '-A DOCKER-BRIDGE -o docker0 -j DOCKER',
      '-A DOCKER-BRIDGE -o bridge1 -j DOCKER',
      '-A DOCKER-CT -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      '-A DOCKER-CT -o bridge1 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      ...OWN_JUMPS,
      '-A DOCKER-FORWARD -i docker0 -j ACCEPT',
      '-A DOCKER-FORWARD -i bridge1 -j ACCEPT',
    ]);
    assert.deepEqual(door.rules('nat'), [
      '-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER',
      '-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER',
      '-A POSTROUTING -s 192.0.2.0/24 ! -o bridge1 -j MASQUERADE',
      '-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE',
      '-A DOCKER ! -i bridge1 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 192.0.2.2:80',
      '-A DOCKER ! -i docker0 -p udp -m udp --dport 5353 -j DNAT --to-destination 172.17.0.2:53',
    ]);
    assert.deepEqual(door.rules('raw'), [
      '-A PREROUTING -d 192.0.2.2/32 ! -i bridge1 -j DROP',
      '-A PREROUTING -d 172.17.0.2/32 ! -i docker0 -j DROP',
    ]);
  });

  it('keeps internal networks to themselves, the newest first', () => {
    const { door, firewall } = started();
    const internal = { ...BRIDGE_1, bridge: 'bridgeICC', isInternal: true };
    const [subnet, isIccEnabled] = [parseCidr('198.51.100.0/24')!, false];
    firewall.addNetwork(internal);
    firewall.addNetwork({ ...internal, bridge: 'bridgeNoICC', subnet, isIccEnabled });
    firewall.addEndpoint(internal, ip4('192.0.2.2'));
    assert.deepEqual(door.rules('filter').slice(2), [
      '-A DOCKER ! -i docker0 -o docker0 -j DROP',
      '-A DOCKER-BRIDGE -o docker0 -j DOCKER',
      '-A DOCKER-CT -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      ...OWN_JUMPS,
      '-A DOCKER-FORWARD -i docker0 -j ACCEPT',
      '-A DOCKER-FORWARD -i bridgeICC -o bridgeICC -j ACCEPT',
      '-A DOCKER-FORWARD -i bridgeNoICC -o bridgeNoICC -j DROP',
      '-A DOCKER-INTERNAL ! -s 198.51.100.0/24 -o bridgeNoICC -j DROP',
      '-A DOCKER-INTERNAL ! -d 198.51.100.0/24 -i bridgeNoICC -j DROP',
      '-A DOCKER-INTERNAL ! -s 192.0.2.0/24 -o bridgeICC -j DROP',
      '-A DOCKER-INTERNAL ! -d 192.0.2.0/24 -i bridgeICC -j DROP',
    ]);
    assert.deepEqual(door.rules('raw'), []);
  });

  it('routes to containers where the network is routed: no number on the host, no translation', () => {
    const { door, firewall } = started();
    const routed: FirewalledNetwork = { ...BRIDGE_1, gatewayMode: 'routed' };
    firewall.addNetwork(routed);
    firewall.addEndpoint(routed, ip4('192.0.2.2'));
    firewall.publishPort(portOf(routed, '192.0.2.2', 80, 0));
    assert.deepEqual(door.rules('filter').slice(2, 6), [
      '-A DOCKER -d 192.0.2.2/32 ! -i bridge1 -o bridge1 -p tcp -m tcp --dport 80 -j ACCEPT',
      '-A DOCKER ! -i docker0 -o docker0 -j DROP',
      '-A DOCKER -o bridge1 -p icmp -j ACCEPT',
      '-A DOCKER ! -i bridge1 -o bridge1 -j DROP',
    ]);
    assert.deepEqual(door.rules('nat').slice(2), ['-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE']);
    assert.deepEqual(door.rules('raw'), []);
  });

  it('lets in over interfaces that are trusted, before the others are dropped', () => {
    const { door, firewall } = started();
    const trusting = { ...BRIDGE_1, trustedHostInterfaces: ['eth0', 'vpn1'] };
    firewall.addEndpoint(trusting, ip4('192.0.2.2'));
    firewall.addEndpoint(trusting, ip4('192.0.2.3'));
    firewall.removeEndpoint(trusting, ip4('192.0.2.2'));
    assert.deepEqual(door.rules('raw'), [
      '-A PREROUTING -d 192.0.2.3/32 -i eth0 -j ACCEPT',
      '-A PREROUTING -d 192.0.2.3/32 -i vpn1 -j ACCEPT',
      '-A PREROUTING -d 192.0.2.3/32 ! -i bridge1 -j DROP',
    ]);
  });

  it('opens the ports of a link both ways', () => {
    const { door, firewall } = started();
    const [parentIp, childIp] = [ip4('172.17.0.3'), ip4('172.17.0.2')];
    const link = { bridge: 'docker0', parentIp, childIp, ports: [{ port: 80, protocol: 'tcp' }] };
    firewall.linkContainers(link);
    const within = '-i docker0 -o docker0 -p tcp -m tcp';
    assert.deepEqual(door.rules('filter').slice(2, 5), [
      '-A DOCKER ! -i docker0 -o docker0 -j DROP',
      `-A DOCKER -s 172.17.0.3/32 -d 172.17.0.2/32 ${within} --dport 80 -j ACCEPT`,
      `-A DOCKER -s 172.17.0.2/32 -d 172.17.0.3/32 ${within} --sport 80 -j ACCEPT`,
    ]);
    firewall.unlinkContainers(link);
    assert.equal(door.rules('filter').length, 2 + 7);
  });

  it('closes a port that two numbers of the host lead to with the first of them, as the real one does', () => {
    const { door, firewall } = started();
    for (const hostPort of [8080, 8081]) firewall.publishPort(portOf(DOCKER_0, '172.17.0.2', 80, hostPort));
    const open = '-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT';
    assert.equal(door.rules('filter').filter((rule) => rule === open).length, 1);
    firewall.unpublishPort(portOf(DOCKER_0, '172.17.0.2', 80, 8080));
    assert.ok(!door.rules('filter').includes(open));
    assert.equal(
      door.rules('nat').at(-1),
      '-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8081 -j DNAT --to-destination 172.17.0.2:80',
    );
  });

  it('makes its chains anew when the daemon starts again, and leaves the user alone', () => {
    const { door } = started();
    door.type('iptables -A DOCKER-USER -s 192.168.50.50 -j DROP');
    const before = door.save();
    start(door);
    assert.equal(door.save(), before);
    // The proxy was switched off in between: the jump of before would be in the way.
    start(door, false);
    const jumps = door.rules('nat').filter((rule) => rule.startsWith('-A OUTPUT'));
    assert.deepEqual(jumps, ['-A OUTPUT -m addrtype --dst-type LOCAL -j DOCKER']);
  });
});

const DOCKER_0: FirewalledNetwork = { ...NETWORK, bridge: 'docker0', subnet: parseCidr('172.17.0.0/16')! };
const BRIDGE_1: FirewalledNetwork = { ...NETWORK, bridge: 'bridge1', subnet: parseCidr('192.0.2.0/24')! };
const OWN_JUMPS = ['DOCKER-CT', 'DOCKER-INTERNAL', 'DOCKER-BRIDGE'].map((chain) => `-A DOCKER-FORWARD -j ${chain}`);

/** What a daemon does when it starts: its chains, then docker0. */
function start(door: TablesDoor, hasUserlandProxy = true): Firewall29 {
  const firewall = new Firewall29(door);
  firewall.setUp({ hasUserlandProxy });
  firewall.addNetwork(DOCKER_0);
  firewall.arrangeUserRules();
  return firewall;
}

function started(): { door: TablesDoor; firewall: Firewall29 } {
  const door = new TablesDoor();
  return { door, firewall: start(door) };
}

function forward(door: TablesDoor): string[] {
  return door.rules('filter').filter((rule) => rule.startsWith('-A FORWARD'));
}

function portOf(
  { bridge, gatewayMode }: FirewalledNetwork,
  container: string,
  containerPort: number,
  hostPort: number,
  protocol: 'tcp' | 'udp' = 'tcp',
): PublishedPort {
  return { ...PORT, bridge, gatewayMode, protocol, containerIp: ip4(container), containerPort, hostPort };
}
