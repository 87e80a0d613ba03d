import assert from 'node:assert/strict';
import { isKnownTool } from '../../src/userland/known-tools.ts';
import { hostPrograms } from '../../src/userland/registry.ts';

describe('userland/known-tools:', () => {
  it('knows what real hosts have, and no slip of the finger', () => {
    const later = 'vim ssh nmap strace systemctl less mtr iperf3';
    for (const name of later.split(' ')) assert.ok(isKnownTool(name), name);
    for (const name of ['', 'pign', 'nosuch', 'Ping']) assert.ok(!isKnownTool(name), name);
  });

  it('does not list what is there already', () => {
    for (const name of hostPrograms().names()) assert.ok(name === 'hostname' || !isKnownTool(name), name);
  });
});
