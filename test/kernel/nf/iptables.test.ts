import assert from 'node:assert/strict';
import { iptables, iptablesSave } from '../../../src/kernel/nf/iptables.ts';
import { NfTables } from '../../../src/kernel/nf/table.ts';
import { splitWords } from '../../../src/kernel/nf/words.ts';
import { CHAIN_LINES, RULE_LINES, TARGET_LINES, WRONG_LINES, WRONG_MATCH_LINES } from './iptables-lines.ts';
import { RealIptables } from './real-iptables.ts';
import { RULES } from './rule-text.ts';

function compare(real: RealIptables, lines: readonly string[]): void {
  real.reset();
  const tables = new NfTables();
  const different = lines.flatMap((line) => {
    const words = splitWords(line);
    const expected = real.run(['iptables', ...words]);
    const answered = iptables(tables, words);
    const isSame = JSON.stringify(answered) === JSON.stringify(expected);
    return isSame ? [] : [{ line, expected, answered }];
  });
  assert.deepEqual(different, []);
  const saved = iptablesSave(tables, ['-c'], 'DATE');
  assert.equal(saved.stdout, real.run(['iptables-save', '-c']).stdout.replace(/(?<= on ).*$/gm, 'DATE'));
}

describe('kernel/nf/iptables', () => {
  describe('beside the real tool', () => {
    let real: RealIptables | undefined;
    before(function () {
      real = new RealIptables(this, 'lines');
    });
    after(() => {
      real?.stop();
    });

    it('makes, fills, lists, renames and deletes chains in its words', () => {
      compare(real!, CHAIN_LINES);
    }).timeout(30_000);

    it('adds, finds and lists rules in its words', () => {
      compare(real!, RULE_LINES);
    }).timeout(30_000);

    it('refuses what is wrong in its words', () => {
      compare(real!, WRONG_LINES);
    }).timeout(60_000);

    it('takes and refuses what targets are to do in its words', () => {
      compare(real!, TARGET_LINES);
    }).timeout(30_000);

    it('refuses what is wrong with matches in its words', () => {
      compare(real!, WRONG_MATCH_LINES);
    }).timeout(30_000);

    it('lists rules of every kind as it does', () => {
      const lines = RULES.flatMap(([table, chain, pairs]) =>
        pairs.map(([typed]) => `-t ${table} -A ${chain} ${typed}`),
      );
      const lists = ['filter', 'mangle', 'raw', 'nat'].flatMap((table) =>
        ['-L -n', '-L', '-L -v -n --line-numbers', '-S'].map((list) => `-t ${table} ${list}`),
      );
      compare(real!, [...lines, ...lists]);
    }).timeout(60_000);
  });
});
