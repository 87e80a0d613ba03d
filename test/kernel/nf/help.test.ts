import assert from 'node:assert/strict';
import { MATCH_HELP, TARGET_HELP } from '../../../src/kernel/nf/help-texts.ts';
import { iptables } from '../../../src/kernel/nf/iptables.ts';
import { MATCHES, TARGETS } from '../../../src/kernel/nf/registry.ts';
import { NfTables } from '../../../src/kernel/nf/table.ts';
import { RealIptables } from './real-iptables.ts';

const LINES: readonly string[] = [
  '-h',
  '--help',
  '--hel',
  '-h 5',
  '-hx',
  '-nh',
  '! -h',
  '-L -h',
  '-h -A',
  '-h -j LOG',
  '-A INPUT -h -p',
  '-A INPUT -foo -h',
  '-A INPUT foo -h',
  '-p tcp -h',
  '! -p tcp -h',
  '-p TCP -h',
  '-p 6 -h',
  '-p all -h',
  '-p foo -h',
  '-p gre -h',
  '-p 200 -h',
  '-p icmpv6 -h',
  '-p udplite -h',
  '-p tcp --dport 1 -h',
  '-p tcp --dport x -h',
  '-p tcp -m conntrack -h',
  '-m tcp -m tcp -h',
  '-m nope -h',
  '-m limit -j LOG -h',
  '-j LOG -m limit -p tcp -h',
  '-j NOPE -h',
  '-g NOPE -h',
  '-g ACCEPT -h',
  '-j LOG -j DNAT -h',
  '-i a/b -h',
  '-W 1 -h',
  ...['ACCEPT', 'DROP', 'RETURN', 'QUEUE'].map((name) => `-j ${name} -h`),
  // Without its kernel module the real tool warns of ipvs.
  ...MATCHES.filter(({ name }) => name !== 'ipvs').map(({ name }) => `-m ${name} -h`),
  ...TARGETS.map(({ name }) => `-j ${name} -h`),
];

describe('kernel/nf/help', () => {
  it('has words for each match and target', () => {
    assert.deepEqual(
      [...MATCHES.filter(({ name }) => !(name in MATCH_HELP)), ...TARGETS.filter(({ name }) => !(name in TARGET_HELP))],
      [],
    );
  });

  it('is what the real tool prints', function () {
    const real = new RealIptables(this, 'help');
    try {
      const tables = new NfTables();
      for (const line of LINES) {
        assert.deepEqual(iptables(tables, line.split(' ')), real.run(['iptables', ...line.split(' ')]), line);
      }
    } finally {
      real.stop();
    }
  }).timeout(30_000);
});
