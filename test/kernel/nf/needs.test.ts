import assert from 'node:assert/strict';
import { iptables } from '../../../src/kernel/nf/iptables.ts';
import { tracksConnections } from '../../../src/kernel/nf/needs.ts';
import { NfTables } from '../../../src/kernel/nf/table.ts';

function tracks(line: string): boolean {
  const tables = new NfTables();
  assert.equal(iptables(tables, line.split(' ')).exit, 0);
  return tracksConnections(tables);
}

describe('what rules need', () => {
  for (const line of [
    '-A INPUT -p icmp -j DROP',
    '-t mangle -A INPUT -j MARK --set-mark 1',
    '-t raw -N a',
    '-t raw -A OUTPUT -j CT --notrack',
    '-t raw -A OUTPUT -j NOTRACK',
    '-t nat -N a',
  ]) {
    it(`tracks nothing for ${line}`, () => {
      assert.equal(tracks(line), false);
    });
  }
  for (const line of [
    '-A INPUT -m conntrack --ctstate NEW',
    '-A INPUT -m state --state NEW',
    '-t mangle -A INPUT -m connmark --mark 1',
    '-t mangle -A INPUT -j CONNMARK --save-mark',
    '-t raw -A OUTPUT -j CT --zone 1',
    '-t nat -A POSTROUTING -j MASQUERADE',
  ]) {
    it(`tracks connections for ${line}`, () => {
      assert.equal(tracks(line), true);
    });
  }
});
