import assert from 'node:assert/strict';
import { ProgramRegistry } from '../../src/kernel/proc/program-registry.ts';
import { busyboxPrograms } from '../../src/userland/registry.ts';
import { isKnownTool } from '../../src/userland/known-tools.ts';

const host = new ProgramRegistry();

describe('userland/known-tools:', () => {
  it('knows what real hosts have, and no slip of the finger', () => {
    const later = 'vim ssh nmap strace systemctl less mtr iperf3';
    for (const name of later.split(' ')) assert.ok(isKnownTool(name, host), name);
    for (const name of ['', 'pign', 'nosuch', 'Ping']) assert.ok(!isKnownTool(name, host), name);
  });

  it('knows what images of busybox are without', () => {
    const busybox = new ProgramRegistry(busyboxPrograms());
    for (const name of ['iptables', 'ip6tables', 'conntrack']) {
      assert.ok(isKnownTool(name, host), name);
      assert.ok(!isKnownTool(name, busybox), name);
    }
    assert.ok(isKnownTool('vim', busybox));
  });
});
