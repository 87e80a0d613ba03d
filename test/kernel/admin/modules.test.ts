import assert from 'node:assert/strict';
import { isModule } from '../../../src/kernel/admin/modules.ts';

const KNOWN =
  'br_netfilter br-netfilter ip_tables iptable_nat xt_MASQUERADE nf_conntrack ip_set ip_set_hash_ip sch_netem veth ' +
  '8021q';

describe('kernel/admin/modules', () => {
  it('knows modules by their names, with either dash', () => {
    for (const name of KNOWN.split(' ')) assert.ok(isModule(name), name);
    for (const name of ['', 'nosuch', 'ip_settings', 'xt', 'veths', 'iptable']) assert.ok(!isModule(name), name);
  });
});
