import assert from 'node:assert/strict';
import { formatCidr } from '../../../src/base/addr.ts';
import { hostLinksOf } from '../../../src/docker/drivers/host-links.ts';
import { Lab } from '../lab.ts';

describe("a host's interfaces", () => {
  it('are found by name and by number, with their kind', () => {
    const lab = new Lab();
    const links = hostLinksOf(lab.host.rootNs);
    lab.typed('ip link add br7 type bridge');
    lab.typed('ip link add v0 type veth peer name v1');
    assert.deepEqual(
      ['lo', 'eth0', 'docker0', 'br7', 'v0'].map((name) => links.byName(name)?.kind),
      ['', '', 'bridge', 'bridge', 'veth'],
    );
    const { index } = links.byName('br7')!;
    lab.typed('ip link set br7 name br8');
    assert.deepEqual(links.byIndex(index), { index, name: 'br8', kind: 'bridge', isUp: false });
    assert.deepEqual([links.byName('br7'), links.byIndex(99)], [undefined, undefined]);
  });

  it('have addresses in the order of the kernel', () => {
    const lab = new Lab();
    lab.typed('ip link add br7 type bridge');
    for (const address of ['10.1.0.1/16', '10.2.0.1/24', '10.1.0.2/16']) lab.typed(`ip addr add ${address} dev br7`);
    const links = hostLinksOf(lab.host.rootNs);
    assert.deepEqual(links.addresses('br7').map(formatCidr), ['10.1.0.1/16', '10.2.0.1/24', '10.1.0.2/16']);
    assert.deepEqual([links.addresses('nosuch'), links.addresses('eth0').map(formatCidr)], [[], ['192.168.50.11/24']]);
  });
});
