import assert from 'node:assert/strict';
import fc from 'fast-check';
import { iptables, iptablesSave } from '../../../src/kernel/nf/iptables.ts';
import { iptablesRestore } from '../../../src/kernel/nf/restore.ts';
import { NfTables } from '../../../src/kernel/nf/table.ts';
import { EFFORT } from '../kit.ts';
import { RealIptables } from './real-iptables.ts';

const RULES_PER_DUMP = 150;

const not = fc.constantFrom('', '', '! ');
const maybe = (arbitrary: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.option(arbitrary, { nil: '' });
const joined = (...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> => {
  return fc.tuple(...parts).map((words) => words.filter((word) => word !== '').join(' '));
};
const number = (max: number, min = 0): fc.Arbitrary<string> => fc.integer({ min, max }).map(String);
const octet = fc.integer({ min: 1, max: 223 });
const address = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.'));
const network = fc.tuple(address, number(32, 1)).map(([host, bits]) => `${host}/${bits}`);
const value = (name: string, arbitrary: fc.Arbitrary<string>): fc.Arbitrary<string> => {
  return fc.tuple(not, arbitrary).map(([mark, text]) => `${mark}${name} ${text}`);
};
const subset = (...words: string[]): fc.Arbitrary<string> => {
  return fc.subarray(words, { minLength: 1 }).map((chosen) => chosen.join(','));
};
const port = number(65_535);
const range = fc.tuple(number(30_000), number(65_535, 30_000)).map(([low, high]) => `${low}:${high}`);
const ports = fc.oneof(port, range);
const interfaceName = fc.constantFrom('eth0', 'br-1a2b3c', 'veth+', 'docker0');
const flagList = fc.oneof(subset('SYN', 'ACK', 'FIN', 'RST', 'URG', 'PSH'), fc.constantFrom('ALL', 'NONE'));

const header = joined(
  maybe(value('-s', fc.oneof(address, network))),
  maybe(value('-d', fc.oneof(address, network))),
  maybe(value('-i', interfaceName)),
  maybe(value('-o', interfaceName)),
);
const transport = fc.oneof(
  fc.constant(''),
  joined(fc.constant('-p tcp'), maybe(value('--sport', ports)), maybe(value('--dport', ports))),
  joined(
    fc.constant('-p tcp'),
    fc.tuple(not, flagList, flagList).map(([mark, mask, set]) => `${mark}--tcp-flags ${mask} ${set}`),
  ),
  joined(fc.constant('-p udp -m udp'), maybe(value('--sport', ports)), maybe(value('--dport', ports))),
  joined(
    fc.constant('-p udp -m multiport'),
    value('--dports', fc.array(ports, { minLength: 1, maxLength: 7 }).map(String)),
  ),
  joined(
    fc.constant('-p icmp'),
    value('--icmp-type', fc.oneof(number(254), fc.constantFrom('echo-reply', '3/3', 'any'))),
  ),
);
const types = subset('LOCAL', 'UNICAST', 'BROADCAST', 'MULTICAST', 'BLACKHOLE');
const match = fc.oneof(
  fc.constant(''),
  joined(fc.constant('-m addrtype'), value('--dst-type', types), maybe(value('--src-type', types))),
  joined(fc.constant('-m conntrack'), value('--ctstate', subset('DNAT', 'NEW', 'ESTABLISHED', 'RELATED', 'INVALID'))),
  joined(
    fc.constant('-m conntrack'),
    value('--ctorigdst', fc.oneof(address, network)),
    maybe(value('--ctorigdstport', ports)),
    maybe(fc.constant('--ctdir reply')),
  ),
  joined(fc.constant('-m state'), value('--state', subset('NEW', 'ESTABLISHED', 'UNTRACKED'))),
  joined(
    fc.constant('-m mark'),
    value(
      '--mark',
      fc.tuple(port, port).map(([mark, mask]) => `${mark}/${mask}`),
    ),
  ),
  joined(
    fc.constant('-m limit'),
    fc
      .tuple(number(3000, 1), fc.constantFrom('s', 'min', 'hour', 'day'))
      .map(([count, unit]) => `--limit ${count}/${unit}`),
  ),
  joined(
    fc.constant('-m comment --comment'),
    fc.stringMatching(/^[ -~]{0,20}$/).map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`),
  ),
  joined(fc.constant('-m physdev'), value('--physdev-in', interfaceName)),
);
const target = fc.oneof(
  fc.constantFrom('', '-j ACCEPT', '-j DROP', '-j RETURN', '-j U', '-g U', '-j LOG'),
  fc
    .constantFrom('net-unreach', 'host-unreach', 'port-unreach', 'admin-prohib')
    .map((kind) => `-j REJECT --reject-with ${kind}`),
  fc.tuple(fc.constantFrom('set', 'or', 'and', 'xor'), port).map(([how, mark]) => `-j MARK --${how}-mark ${mark}`),
  fc.tuple(port, port).map(([mark, mask]) => `-j CONNMARK --set-xmark ${mark}/${mask}`),
);
const rule = joined(header, transport, match, target);

/** Tells the lines that differ, not all of them. */
function sameLines(ours: string, theirs: string, what: string): void {
  const expected = theirs.split('\n');
  const lines = ours.split('\n');
  assert.deepEqual(
    lines.filter((line, i) => line !== expected[i]),
    expected.filter((line, i) => line !== lines[i]),
    what,
  );
}

describe('kernel/nf: random rules beside the real tool', () => {
  let real: RealIptables | undefined;
  before(function () {
    real = new RealIptables(this, 'random');
  });
  after(() => {
    real?.stop();
  });

  it('are printed and listed as it does', () => {
    for (let seed = 1; seed <= EFFORT; seed++) {
      const rules = fc.sample(rule, { seed, numRuns: RULES_PER_DUMP });
      const dump = `*filter\n:U - [0:0]\n${rules.map((text) => `-A FORWARD ${text}\n`).join('')}COMMIT\n`;
      const tables = new NfTables();
      assert.deepEqual(iptablesRestore(tables, [], dump), real!.run(['iptables-restore'], dump), `seed ${seed}`);
      const saved = real!.run(['iptables-save']).stdout.replace(/(?<= on ).*$/gm, 'DATE');
      sameLines(iptablesSave(tables, [], 'DATE').stdout, saved, `seed ${seed}`);
      for (const list of ['-L -n -v', '-L FORWARD --line-numbers -n', '-S']) {
        const words = list.split(' ');
        sameLines(iptables(tables, words).stdout, real!.run(['iptables', ...words]).stdout, `seed ${seed}`);
      }
    }
  }).timeout(30_000 + 5_000 * EFFORT);
});
