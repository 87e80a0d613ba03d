import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { buildRules } from '../../../src/kernel/nf/build-rule.ts';
import { parseCommand } from '../../../src/kernel/nf/command-parser.ts';
import { ruleText } from '../../../src/kernel/nf/rule-save.ts';
import { NfTable } from '../../../src/kernel/nf/table.ts';
import { splitWords } from '../../../src/kernel/nf/words.ts';
import { need, needTool } from '../../machine.ts';
import { RULES } from './rule-text.ts';

const NAMESPACE = `iptables-save-${process.pid}`;

function saved(tableName: string, chain: string, typed: string): string {
  const table = new NfTable(tableName);
  const line = parseCommand(splitWords(`-t ${tableName} -A ${chain} ${typed}`));
  return buildRules(line.rule, table)
    .map((rule) => ruleText(rule).slice(1))
    .join('\n');
}

function inNamespace(command: readonly string[], input = ''): string {
  const { status, stdout, stderr } = spawnSync('ip', ['netns', 'exec', NAMESPACE, ...command], {
    encoding: 'utf8',
    input,
  });
  assert.equal(status, 0, `${command.join(' ')}: ${stderr}`);
  return stdout;
}

describe('kernel/nf/rule-save', () => {
  for (const [table, chain, pairs] of RULES) {
    it(`prints rules of ${table} ${chain} as iptables-save does, and what is printed means the same`, () => {
      for (const [typed, expected = typed] of pairs) {
        assert.equal(saved(table, chain, typed), expected, typed);
        assert.equal(saved(table, chain, expected), expected, 'read again');
      }
    });
  }

  it('makes a rule of each pair of addresses', () => {
    assert.equal(
      saved('filter', 'INPUT', '-s 1.1.1.1,2.2.2.2 -d 3.3.3.3,4.4.4.4 -j DROP'),
      ['1.1.1.1/32 -d 3.3.3.3', '1.1.1.1/32 -d 4.4.4.4', '2.2.2.2/32 -d 3.3.3.3', '2.2.2.2/32 -d 4.4.4.4']
        .map((pair) => `-s ${pair}/32 -j DROP`)
        .join('\n'),
    );
  });

  describe('beside the real tool', () => {
    before(function () {
      need(this, 'netns');
      needTool(this, ['iptables-save', '--version'], 'iptables-save v1.8.9 (nf_tables)');
      assert.equal(spawnSync('ip', ['netns', 'add', NAMESPACE]).status, 0);
    });
    after(() => {
      spawnSync('ip', ['netns', 'del', NAMESPACE]);
    });

    it('prints what the real tool prints', () => {
      for (const table of ['filter', 'mangle', 'raw', 'nat']) {
        const of = RULES.filter(([name]) => name === table);
        const lines = of.flatMap(([, chain, pairs]) => pairs.map(([typed]) => `-A ${chain} ${typed}\n`));
        inNamespace(['iptables-restore'], `*${table}\n${lines.join('')}COMMIT\n`);
        const real = inNamespace(['iptables-save', '-t', table])
          .split('\n')
          .filter((line) => line.startsWith('-A'));
        const ours = of.flatMap(([, chain, pairs]) =>
          pairs.map(([typed]) => `-A ${chain} ${saved(table, chain, typed)}`.trimEnd()),
        );
        const byChain = (all: readonly string[]): string[] =>
          of.flatMap(([, chain]) => all.filter((line) => line.startsWith(`-A ${chain}`)));
        assert.deepEqual(byChain(ours), byChain(real));
      }
    }).timeout(20_000);
  });
});
