import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { iptablesRestore } from '../../../src/kernel/nf/restore.ts';
import { tableText } from '../../../src/kernel/nf/save.ts';
import { NfTables } from '../../../src/kernel/nf/table.ts';
import { need, SHARED } from '../../machine.ts';

/** Every table that stands somewhere in the recordings, from `*name` to `COMMIT`. */
function recordedTables(): { file: string; text: string }[] {
  const files = readdirSync(join(SHARED, 'truth'), { recursive: true, encoding: 'utf8' });
  // What ip6tables printed is another program's; IPv6 has no tables here.
  const wanted = files.filter((file) => /\.(iptables|golden|txt)$/.test(file) && !file.includes('ip6tables'));
  return wanted.flatMap((file) => {
    const text = readFileSync(join(SHARED, 'truth', file), 'utf8');
    const tables = text.match(/^\*(?:filter|nat|mangle|raw|security)\n(?:[:[-].*\n)*COMMIT\n/gm) ?? [];
    return tables
      .filter((table) => !/-[sd] [0-9a-f]*:|\[?[0-9a-f]+::/.test(table))
      .map((table) => ({ file, text: table }));
  });
}

describe('kernel/nf/save', () => {
  it('prints every recorded dump as it was read', function () {
    need(this, 'shared');
    const recorded = recordedTables();
    const seen = new Set<string>();
    for (const { file, text } of recorded) {
      if (seen.has(text)) continue;
      seen.add(text);
      const tables = new NfTables();
      const { stderr, exit } = iptablesRestore(tables, ['-c'], text);
      assert.equal(`${exit} ${stderr}`, '0 ', `${file}\n${text}`);
      const hasCounters = /^\[\d+:\d+\]/m.test(text);
      assert.equal(
        tables
          .existing()
          .map((table) => tableText(table, hasCounters))
          .join(''),
        text,
        file,
      );
    }
    assert.ok(seen.size > 100, `${seen.size} tables were read`);
  }).timeout(30_000);
});
