import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostPrograms } from '../../src/userland/registry.ts';
import { need, needTool } from '../machine.ts';
import type { Result } from './net-lab.ts';
import { EmulatedLab, PAIR, RealLab } from './net-lab.ts';

/** Each in a machine that has no rules yet. */
const LINES = [
  'iptables-save -c',
  'iptables-save',
  'iptables -L',
  'iptables -L -n -v',
  'iptables --list INPUT',
  'iptables -nL FORWARD --line-numbers',
  'iptables -L FOO',
  'iptables -S',
  'iptables -vS INPUT',
  'iptables -t nat -S',
  'iptables -t nat -nvL',
  'iptables -t mangle -L',
  'iptables -t raw -S',
  'iptables -t security -L',
  'iptables -t foo -L',
  'iptables -V',
  'iptables',
  'iptables -w -F',
  'iptables -t nat -Z',
];

/** One after the other, each on what the ones before have made. */
const STORY = [
  'iptables -N REJ',
  'iptables -A INPUT -p tcp --dport 82 -j REJ',
  'iptables -A REJ -s 10.0.0.0/8,192.168.0.0/16 -j DROP',
  'iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE',
  'iptables -C INPUT -p tcp --dport 83 -j REJ',
  'iptables -X REJ',
  'iptables -S',
  'iptables -L -n -v --line-numbers',
  'iptables -P FORWARD DROP',
  'iptables -A INPUT -p tcp -j NOWHERE',
  'iptables -A INPUT -p tcp --sport 99999 -j DROP',
  'iptables -D REJ 7',
  'iptables -F REJ',
  'iptables -S',
];

const DUMP = '*filter\n:INPUT DROP [0:0]\n:U - [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -j U\nCOMMIT\n';
/** Lines with what they read; `@` stands for a folder. */
const FILES: readonly (readonly [line: string, stdin: string])[] = [
  ['iptables-restore', DUMP],
  ['iptables-save -f @/saved', ''],
  ['iptables -F', ''],
  ['iptables-restore -n @/saved', 'unread'],
  ['iptables-save -c', ''],
  ['iptables-restore @/dump', ''],
  ['iptables-nft-restore -w 5 -n', '*filter\n-A U -j RETURN\nCOMMIT\n'],
  ['iptables-save', ''],
  ['iptables-nft-save -t filter', ''],
  ['iptables-restore @/absent', DUMP],
  ['iptables-restore @/directory', DUMP],
  ['iptables-save -f @/directory', ''],
  ['iptables-restore -h', ''],
  ['iptables-nft-restore -q', ''],
  ['iptables-nft-save -q', ''],
  ['iptables-nft-restore', '*filter\nfoo\nCOMMIT\n'],
  ['iptables-nft -S U', ''],
  ['iptables-nft -L FOO', ''],
];
const IP6 = [
  'ip6tables -L',
  'ip6tables-save',
  'ip6tables -h',
  'ip6tables -V',
  'ip6tables',
  'ip6tables -f -L',
  'ip6tables -4 -L',
  'ip6tables -P FORWARD DROP',
  'ip6tables -6 -N U',
  'ip6tables -N U',
  'ip6tables -L -n -v',
  'ip6tables -S',
  'ip6tables-save -c',
  'ip6tables -F',
  'ip6tables -X',
  'ip6tables -t nat -S',
  'ip6tables-nft-save -t mangle',
  'ip6tables-restore -q',
  'ip6tables -L FOO',
];

function withoutDates({ stdout, ...rest }: Result): Result {
  return { ...rest, stdout: stdout.replace(/(?<= v1.8.9 .nf_tables. on |^# Completed on ).*$/gm, 'DATE') };
}

describe('userland: iptables', function () {
  this.timeout(30_000);
  let lab: RealLab | undefined;
  before(function () {
    need(this, 'netns');
    needTool(this, ['iptables', '-V'], 'v1.8.9 (nf_tables)');
    lab = new RealLab({ namespaces: ['a', 'b', 'c', 'd'], lines: [] }, 'iptables');
  });
  after(() => lab?.dispose());

  it('answers as the real tools do where there are no rules', async () => {
    for (const line of LINES) {
      const [actual] = new EmulatedLab(PAIR).run(hostPrograms(), [{ ns: 'a', line }]);
      assert.deepEqual(actual, await lab!.runOne({ ns: 'a', line }), line);
    }
  });

  it('reads dumps from files and standard input, and writes them to files', async () => {
    const emulated = new EmulatedLab(PAIR);
    const folder = mkdtempSync(join(tmpdir(), 'dockwire-iptables-'));
    const at = (line: string): string => line.replaceAll('@', folder);
    writeFileSync(join(folder, 'dump'), DUMP);
    emulated.files.write(`${folder}/dump`, DUMP);
    emulated.files.makeDirectory(`${folder}/directory`);
    mkdirSync(join(folder, 'directory'));
    try {
      for (const [line, stdin] of FILES) {
        const typed = { ns: 'a', line: at(line), stdin };
        const [actual] = emulated.run(hostPrograms(), [typed]);
        assert.deepEqual(withoutDates(actual!), withoutDates(await lab!.runOne({ ...typed, ns: 'b' })), line);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('keeps chains and policies of IPv6, and says that it has no rules', async () => {
    const emulated = new EmulatedLab(PAIR);
    for (const line of IP6) {
      const [actual] = emulated.run(hostPrograms(), [{ ns: 'a', line }]);
      assert.deepEqual(withoutDates(actual!), withoutDates(await lab!.runOne({ ns: 'c', line })), line);
    }
    const [refused] = emulated.run(hostPrograms(), [{ ns: 'a', line: 'ip6tables -A INPUT -j ACCEPT' }]);
    assert.equal(refused!.exit, 127);
    assert.match(refused!.stderr, /^ip6tables -A \(rules for IPv6\): not supported by Dockwire; /);
  });

  it('knows hosts by the names of /etc/hosts', () => {
    const emulated = new EmulatedLab(PAIR);
    emulated.files.write('/etc/hosts', '127.0.0.1 localhost\n10.9.9.1 web\n10.9.9.2 web www\n10.9.9.3 db\n');
    const lines = ['-A INPUT -s web -j DROP', '-A INPUT ! -d db', '-A INPUT -s www/24', '-L INPUT', '-S INPUT'];
    const answers = lines.map(
      (line) => emulated.run(hostPrograms(), [{ ns: 'a', line: `iptables ${line}` }])[0]!.stdout,
    );
    assert.deepEqual(answers.slice(3), [
      'Chain INPUT (policy ACCEPT)\n' +
        'target     prot opt source               destination         \n' +
        'DROP       all  --  web                  anywhere            \n' +
        'DROP       all  --  web                  anywhere            \n' +
        '           all  --  anywhere            !db                  \n' +
        '           all  --  10.9.9.0/24          anywhere            \n',
      '-P INPUT ACCEPT\n-A INPUT -s 10.9.9.1/32 -j DROP\n-A INPUT -s 10.9.9.2/32 -j DROP\n' +
        '-A INPUT ! -d 10.9.9.3/32\n-A INPUT -s 10.9.9.0/24\n',
    ]);
  });

  it('answers as the real tools do while rules are made', async () => {
    const actual = new EmulatedLab(PAIR).run(
      hostPrograms(),
      STORY.map((line) => ({ ns: 'a', line })),
    );
    for (const [i, line] of STORY.entries()) {
      assert.deepEqual(actual[i], await lab!.runOne({ ns: 'd', line }), line);
    }
  });
});
