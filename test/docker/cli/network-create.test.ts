import assert from 'node:assert/strict';
import { checkDockerArguments } from '../../../src/docker/cli/docker.ts';
import { Lab } from '../lab.ts';

function lackOf(line: string): string {
  const mistake = checkDockerArguments(line.split(' '));
  return mistake === undefined ? 'fine' : `${mistake.argIndex}: ${mistake.message}`;
}

describe('docker network create', () => {
  it('is refused before the run where Dockwire lacks the driver or IPv6', () => {
    const drivers = 'not supported by Dockwire; supported: bridge, host, null, overlay';
    assert.equal(lackOf('network create -d macvlan n'), `3: docker network create --driver macvlan: ${drivers}`);
    assert.equal(lackOf('network create --driver=ipvlan n'), `2: docker network create --driver ipvlan: ${drivers}`);
    const ip6 = 'docker network create --ipv6 with an IPv6 subnet: not supported by Dockwire; supported: IPv4 subnets';
    assert.equal(lackOf('network create --ipv6 --subnet 2001:db8::/64 n'), `4: ${ip6}`);
    // What keeps a configuration only has no driver; what the engine refuses, it refuses in the run.
    const fine = ['--config-only -d macvlan', '-d overlay', '-d bogus', '--ipv6', '--subnet 2001:db8::/64'];
    for (const words of fine) assert.equal(lackOf(`network create ${words} n`), 'fine');
  });

  it('prints the id, by which the network goes', () => {
    const lab = new Lab();
    const id = lab.ok('network create net1');
    assert.match(id, /^[0-9a-f]{64}$/);
    assert.equal(lab.ok(`network rm ${id.slice(0, 7)}`), id.slice(0, 7));
    assert.equal(lab.engine.networks.size, 3);
  });
});
