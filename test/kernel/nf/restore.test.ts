import assert from 'node:assert/strict';
import { iptablesSave } from '../../../src/kernel/nf/iptables.ts';
import { iptablesRestore } from '../../../src/kernel/nf/restore.ts';
import { NfTables } from '../../../src/kernel/nf/table.ts';
import { RealIptables } from './real-iptables.ts';

/** Words and standard input, in an order in which each finds something to do. */
const DUMPS: readonly (readonly [words: string, input: string])[] = [
  ['', '*filter\n:INPUT DROP [3:4]\n:U - [0:0]\n[1:2] -A INPUT -j U\nCOMMIT\n'],
  ['-c', '*filter\n:INPUT DROP [3:4]\n:U - [0:0]\n[1:2] -A INPUT -j U\nCOMMIT\n'],
  ['-n', '*filter\n:V - [0:0]\n-A INPUT -j V\n-I U -j ACCEPT\nCOMMIT\n'],
  ['-n', '*filter\n:U - [0:0]\nCOMMIT\n'],
  ['', '*filter\n-A INPUT -j NOPE\nCOMMIT\n'],
  ['', '*filter\n:U -\n-A NOPE -j ACCEPT\nCOMMIT\n'],
  ['', '*filter\n-A INPUT -p foo\nCOMMIT\n'],
  ['', '*filter\nfoo\nCOMMIT\n'],
  ['', '*foo\nCOMMIT\n'],
  ['', '*filter\n:INPUT FOO [0:0]\nCOMMIT\n'],
  ['', '*filter\n:INPUT\nCOMMIT\n'],
  ['-c', '*filter\n:INPUT ACCEPT [a:b]\nCOMMIT\n'],
  ['', '*filter\n-A INPUT -j ACCEPT\n'],
  ['', '-A INPUT\n'],
  ['', 'COMMIT\n'],
  ['', '\n# x\n\n'],
  ['', '*filter\n*nat\nCOMMIT\n'],
  ['', '*filter\n-P INPUT DROP\n-N X\n-A X -s 1.2.3.4\n-F U\nCOMMIT\n'],
  ['', '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -t nat -j ACCEPT\nCOMMIT\n'],
  ['', '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m comment --comment "a \\"b\\" -t c" -j ACCEPT\nCOMMIT\n'],
  ['--test', '*filter\n:INPUT DROP [0:0]\nCOMMIT\n'],
  ['-T nat', '*filter\n:INPUT DROP [0:0]\nCOMMIT\n*nat\n-A PREROUTING -j ACCEPT\nCOMMIT\n'],
  ['-v', '*filter\n:INPUT DROP [0:0]\n-A INPUT -j ACCEPT\nCOMMIT\n'],
  ['--foo', ''],
  ['', '*filter\n-L\nCOMMIT\n'],
  ['', '*filter\n-A INPUT -s 300.1.1.1\nCOMMIT\n'],
  ['', '*filter\n-D INPUT -s 30.1.1.1\nCOMMIT\n'],
  ['', '*filter\n-X NOO\nCOMMIT\n'],
  ['', '*filter\n-A INPUT -j MASQUERADE\nCOMMIT\n'],
  ['', '*filter\n:INPUT ACCEPT [0:0]\n:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa - [0:0]\nCOMMIT\n'],
  ['', '*filter\n:A - [0:0]\n:A - [0:0]\nCOMMIT\n'],
  ['', '*filter\nCOMMIT\n*filter\nCOMMIT\n'],
  ['', '*filter\n[1:2 -A INPUT\nCOMMIT\n'],
  ['', '*filter\n[1:2] -A INPUT\n[5:6] -A INPUT -c 3 4\nCOMMIT\n'],
  ['', '*filter\n:INPUT DROP [0:0]\nCOMMIT\n*nat\n-A FOO\nCOMMIT\n'],
  ['', '*raw\n-A PREROUTING -j CT --notrack\nCOMMIT\n*mangle\n-A INPUT -j MARK --set-mark 1\nCOMMIT\n'],
  ['-V', ''],
  ['', '*security\n-F\nCOMMIT\n'],
  ['-h', ''],
  ['--help', ''],
  ['a b', ''],
  ['-w', '*filter\nCOMMIT\n'],
  ['-w 5', '*filter\nCOMMIT\n'],
  ['-w5', '*filter\nCOMMIT\n'],
  ['--wait=5', '*filter\nCOMMIT\n'],
  ['-w x', '*filter\nCOMMIT\n'],
  ['-W 5', '*filter\nCOMMIT\n'],
  ['-wW 5', '*filter\nCOMMIT\n'],
  ['-M /sbin/modprobe', '*filter\nCOMMIT\n'],
  ['--modprobe=x', '*filter\nCOMMIT\n'],
  ['-4', '*filter\nCOMMIT\n'],
  ['-6', '*filter\n-A INPUT\nCOMMIT\n'],
  ['-cn', '*filter\n[5:6] -A INPUT\nCOMMIT\n'],
  ['-Tnat', '*filter\n-A INPUT\nCOMMIT\n*nat\n-A INPUT\nCOMMIT\n'],
  ['--table=nat', '*filter\n-A INPUT\nCOMMIT\n*nat\n-A INPUT\nCOMMIT\n'],
  ['-T', '*filter\nCOMMIT\n'],
  ['--counters --noflush', '*filter\nCOMMIT\n'],
  ['--nofl', '*filter\nCOMMIT\n'],
  ['-b', ''],
  ['-nq', ''],
  ['--ver', ''],
  ['--tes', '*filter\n-A INPUT\nCOMMIT\n'],
  ['--t', '*filter\n-A INPUT\nCOMMIT\n'],
  ['-vn', '*filter\n-A INPUT\n-N Q\nCOMMIT\n'],
  ['-v', '# hello\n*filter\n-A INPUT -s 9.9.9.9\nCOMMIT\n# bye\n'],
  ['', '*filter\n-4 -A INPUT -s 1.1.1.1\n-6 -A INPUT -s 2::2\n-A INPUT -4 -s 4.4.4.4\nCOMMIT\n'],
  ['', '*filter\n--ipv6 -A INPUT -s 2::2\nCOMMIT\n'],
  ['-V -q', ''],
  ['-q -h', ''],
  ['-T nope', ''],
  ['-b -q', ''],
  ['-v', '*filter\n:A - [0:0]\n:B - [0:0]\n-A A -j B\nCOMMIT\n*nat\n-A POSTROUTING -j ACCEPT\nCOMMIT\n'],
  ['-v', '*filter\nCOMMIT\n'],
  ['-v', '*mangle\n-h\nCOMMIT\n'],
  ['', '*mangle\n-V\nCOMMIT\n'],
  ['', '*mangle\n-A INPUT -p tcp -h\nCOMMIT\n'],
  ['', '*mangle\n-A INPUT -w -j ACCEPT\nCOMMIT\n'],
  ['', '*mangle\n-A INPUT -W 1 -j ACCEPT\nCOMMIT\n'],
];

function masked(text: string): string {
  return text.replace(/(?<= v1.8.9 .nf_tables. on |^# Completed on ).*$/gm, 'DATE');
}

describe('kernel/nf/restore', () => {
  it('changes nothing of a table in which a line fails', () => {
    const tables = new NfTables();
    assert.equal(iptablesRestore(tables, [], '*filter\n:U - [0:0]\n-A U -j DROP\nCOMMIT\n').exit, 0);
    const before = iptablesSave(tables, [], 'DATE').stdout;
    assert.equal(iptablesRestore(tables, ['-n'], '*filter\n-F U\n-A U -j NOPE\nCOMMIT\n').exit, 2);
    assert.equal(iptablesSave(tables, [], 'DATE').stdout, before);
  });

  describe('beside the real tool', () => {
    let real: RealIptables | undefined;
    before(function () {
      real = new RealIptables(this, 'restore');
    });
    after(() => {
      real?.stop();
    });

    it('takes and refuses dumps in its words', () => {
      const tables = new NfTables();
      const different = DUMPS.flatMap(([line, input]) => {
        const words = line === '' ? [] : line.split(' ');
        const expected = [
          real!.run(['iptables-restore', ...words], input),
          masked(real!.run(['iptables-save', '-c']).stdout),
        ];
        const answered = [iptablesRestore(tables, words, input), iptablesSave(tables, ['-c'], 'DATE').stdout];
        return JSON.stringify(answered) === JSON.stringify(expected) ? [] : [{ line, input, expected, answered }];
      });
      assert.deepEqual(different, []);
    }).timeout(30_000);
  });
});
