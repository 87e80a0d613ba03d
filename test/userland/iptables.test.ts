import assert from 'node:assert/strict';
import { hostPrograms } from '../../src/userland/registry.ts';
import { need, needTool } from '../machine.ts';
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

describe('userland: iptables', function () {
  this.timeout(30_000);
  let lab: RealLab | undefined;
  before(function () {
    need(this, 'netns');
    needTool(this, ['iptables', '-V'], 'v1.8.9 (nf_tables)');
    lab = new RealLab({ namespaces: ['a'], lines: [] }, 'iptables');
  });
  after(() => lab?.dispose());

  it('answers as the real tools do where there are no rules', async () => {
    for (const line of LINES) {
      const [actual] = new EmulatedLab(PAIR).run(hostPrograms(), [{ ns: 'a', line }]);
      assert.deepEqual(actual, await lab!.runOne({ ns: 'a', line }), line);
    }
  });

  it('answers as the real tools do while rules are made', async () => {
    const actual = new EmulatedLab(PAIR).run(
      hostPrograms(),
      STORY.map((line) => ({ ns: 'a', line })),
    );
    for (const [i, line] of STORY.entries()) {
      assert.deepEqual(actual[i], await lab!.runOne({ ns: 'a', line }), line);
    }
  });
});
