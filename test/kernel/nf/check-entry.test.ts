/** What the kernel refuses although the tool has taken it, beside a real one. */
import assert from 'node:assert/strict';
import { iptables } from '../../../src/kernel/nf/iptables.ts';
import { NfTables } from '../../../src/kernel/nf/table.ts';
import { RealIptables } from './real-iptables.ts';

const LINES: readonly string[] = [
  '-t nat -N X',
  '-t nat -A X -j MASQUERADE',
  '-t nat -A PREROUTING -j X',
  '-t nat -A POSTROUTING -j X',
  '-t nat -N Y',
  '-t nat -A OUTPUT -j Y',
  '-t nat -A Y -j X',
  '-t nat -A Y -j DNAT --to-destination 1.2.3.4',
  '-t nat -I Y -j SNAT --to-source 1.2.3.4',
  '-t nat -A INPUT -j Y',
  '-t nat -R OUTPUT 1 -j X',
  '-t nat -A PREROUTING -g X',
  '-t nat -A PREROUTING -j Y',
  '-t nat -A PREROUTING -j NETMAP --to 10.0.0.0/8',
  '-N Z',
  '-A Z -j REJECT',
  '-A INPUT -j Z',
  '-t mangle -N Z',
  '-t mangle -A Z -j REJECT',
  '-t mangle -A Z -j CLASSIFY --set-class 1:1',
  '-t mangle -A PREROUTING -j Z',
  '-t mangle -A FORWARD -j Z',
  '-N A',
  '-N B',
  '-A A -j B',
  '-A B -j A',
  '-A INPUT -j A',
  '-A OUTPUT -j NOWHERE',
];

describe('kernel/nf/check-entry', () => {
  it('keeps targets out of chains that packets enter from other hooks than theirs, and loops out of all', function () {
    const real = new RealIptables(this, 'entry');
    try {
      const tables = new NfTables();
      const [mine, theirs] = [
        LINES.map((line) => [line, iptables(tables, line.split(' '))]),
        LINES.map((line) => [line, real.run(['iptables', ...line.split(' ')])]),
      ];
      assert.deepEqual(mine, theirs);
    } finally {
      real.stop();
    }
  });
});
