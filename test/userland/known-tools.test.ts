import assert from 'node:assert/strict';
import { isKnownTool } from '../../src/userland/known-tools.ts';

describe('userland/known-tools:', () => {
  it('knows what real hosts have, and no slip of the finger', () => {
    const later = 'vim ssh nmap strace systemctl less mtr iperf3';
    for (const name of later.split(' ')) assert.ok(isKnownTool(name), name);
    for (const name of ['', 'pign', 'nosuch', 'Ping']) assert.ok(!isKnownTool(name), name);
  });
});
