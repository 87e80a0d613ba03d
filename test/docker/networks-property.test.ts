import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatCidr } from '../../src/base/addr.ts';
import { bridgeNameOf } from '../../src/docker/drivers/bridge-config.ts';
import { hostLinksOf } from '../../src/docker/drivers/host-links.ts';
import { Lab } from './lab.ts';

const RUNS = 40 * Number(process.env['DOCKWIRE_EFFORT'] ?? 1);
const SUBNETS = ['10.1.0.0/16', '10.1.2.0/24', '10.2.0.0/24', '10.3.0.0/30', '172.18.0.0/16', '10.4.0.0/31'];
const BRIDGE = 'com.docker.network.bridge';

const name = fc.constantFrom('n1', 'n2', 'n3', 'n4', 'host', '" "', '""');
const option = fc.oneof(
  fc.constantFrom(...SUBNETS.map((subnet) => `--subnet ${subnet}`), '--subnet foo', '--subnet 10.5.0.0/24,10.6.0.0/24'),
  fc.constantFrom(`--subnet 10.1.0.0/16 --gateway 10.1.0.7`, '--gateway 10.1.0.7', '--aux-address a=10.2.0.9'),
  fc.constantFrom(`-o ${BRIDGE}.name=b0`, `-o ${BRIDGE}.name=b1`, `-o ${BRIDGE}.name=eth0`, `-o ${BRIDGE}.name=a/b`),
  fc.constantFrom(`-o ${BRIDGE}.enable_icc=maybe`, '-o com.docker.network.driver.mtu=20', '-o x=y'),
  fc.constantFrom('--internal', '--config-only', '--config-from n1', '--scope bogus', '--scope global', '--ipv6'),
  fc.constantFrom('-d host', '-d null', '-d bogus', '-d overlay', '--ipam-driver null', '--ipam-driver bogus'),
);
const command = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.array(option, { maxLength: 2 }), name)
      .map(([options, word]) => `network create ${options.join(' ')} ${word}`),
  },
  { weight: 2, arbitrary: name.map((word) => `network rm ${word}`) },
  { weight: 1, arbitrary: fc.constantFrom('network prune -f', 'network ls -f type=bogus', 'rm -f c1', 'rm -f c2') },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('c1', 'c2'), fc.constantFrom('n1', 'n2', 'n3'))
      .map(([container, network]) => `run -d --name ${container} --network ${network} busybox sleep 1000`),
  },
);

/** Interfaces with their addresses, and what the engine says of its networks. */
function look(lab: Lab): string {
  const devices = lab.host.rootNs.listDevices().map((dev) => {
    const addresses = dev.addresses.map((each) => `${each.address}/${each.prefixLen}`);
    return `${dev.name} ${dev.mtu} ${dev.isUp} ${addresses.join(' ')}`;
  });
  const ids = [...lab.engine.networks.keys()].join(' ');
  return [...devices, lab.ok(`network inspect ${ids}`)].join('\n');
}

/** Each network of the driver has its bridge, up and with its address; there is no bridge and no veth besides. */
function assertAgreement(lab: Lab): void {
  const links = hostLinksOf(lab.host.rootNs);
  const bridges: string[] = [];
  for (const network of lab.engine.networks.values()) {
    if (network.driver !== 'bridge') continue;
    const bridge = bridgeNameOf(network);
    bridges.push(bridge);
    assert.equal(links.byName(bridge)?.kind, 'bridge');
    assert.ok(lab.host.rootNs.deviceByName(bridge)!.isUp);
    const own = formatCidr({ address: network.gateway!, prefixLen: network.pool!.subnet.prefixLen });
    assert.deepEqual(links.addresses(bridge).map(formatCidr), [own]);
  }
  const endpoints = [...lab.engine.networks.values()].flatMap((network) => [...network.endpoints]);
  const hostLinks = endpoints.map((endpoint) => endpoint.hostLink).filter((link) => link !== '');
  const present = lab.host.rootNs.listDevices().map((dev) => dev.name);
  assert.deepEqual(new Set(present), new Set(['lo', 'eth0', ...bridges, ...hostLinks]));
}

describe('random commands about networks', () => {
  it('property: kernel and engine agree, and what fails changes nothing', () => {
    fc.assert(
      fc.property(fc.array(command, { minLength: 1, maxLength: 12 }), (lines) => {
        const lab = new Lab();
        let before = look(lab);
        for (const line of lines) {
          const { exit, stderr } = lab.docker(line);
          assert.ok(exit !== 127, stderr);
          const after = look(lab);
          if (exit !== 0) assert.equal(after, before, `${line}: ${stderr}`);
          before = after;
          assertAgreement(lab);
        }
        // Whatever was taken comes back.
        lab.docker('rm -f c1 c2');
        lab.ok('network prune -f');
        for (const network of [...lab.engine.networks.values()].filter((each) => each.isConfigOnly)) {
          lab.ok(`network rm ${network.id}`);
        }
        for (const [index, subnet] of ['10.1.0.0/16', '10.2.0.0/16', '172.18.0.0/16'].entries()) {
          lab.ok(`network create --subnet ${subnet} again${index}`);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
