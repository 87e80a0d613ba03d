import assert from 'node:assert/strict';
import { Lab } from '../lab.ts';

describe('docker/firewall/no-firewall', () => {
  it('types no line of iptables, whatever is made and published', () => {
    const lab = new Lab({ hasIptables: false });
    lab.ok('network create net1');
    lab.ok('network create --internal int1');
    lab.ok('run -d --name web --network net1 -p 8585:80 bb sleep 9');
    lab.ok('run -d --name db --expose 53/udp bb sleep 9');
    lab.ok('run -d --name other --link db:d bb sleep 9');
    lab.ok('rm -f web other db');
    lab.ok('network rm net1 int1');
    const { verbs } = lab.host.admin;
    assert.ok(verbs.length > 20);
    assert.deepEqual(
      verbs.filter((line) => /^(?:iptables|conntrack)/.test(line)),
      [],
    );
    assert.equal(lab.typed('iptables-save').stdout, '');
  });
});
