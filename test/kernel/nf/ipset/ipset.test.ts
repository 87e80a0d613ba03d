import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { Host } from '../../../../src/kernel/host.ts';
import { splitWords } from '../../../../src/kernel/nf/words.ts';
import { need, needTool } from '../../../machine.ts';
import { SECOND, World } from '../../kit.ts';

/** Typed one behind another, in an order in which each finds something to do. */
const LINES: readonly string[] = [
  'ipset version',
  'ipset list',
  'ipset create a hash:ip',
  'ipset add a 10.0.0.1',
  'ipset add a 10.0.0.1',
  'ipset add a 10.0.0.1 -exist',
  'ipset test a 10.0.0.1',
  'ipset test a 10.0.0.9',
  'ipset -q test a 10.0.0.9',
  'ipset del a 10.0.0.9',
  'ipset del a 10.0.0.9 -exist',
  'ipset list',
  'ipset list a -t',
  'ipset list -n',
  'ipset save',
  'ipset add a 10.1.0.1-10.1.0.3',
  'ipset add a x',
  'ipset add a 1.1.1.1 timeout 5',
  'ipset add a 1.1.1.1 comment x',
  'ipset add a 1.1.1.1 foo',
  'ipset create a hash:ip',
  'ipset create a hash:ip -exist',
  'ipset create b hash:net',
  'ipset add b 10.1.0.5/16',
  'ipset add b 10.1.2.3',
  'ipset add b 10.2.0.0/24 nomatch',
  'ipset add b 0.0.0.0/0',
  'ipset add b 10.0.0.1/33',
  'ipset add b 10.3.0.0-10.3.0.6',
  'ipset test b 10.1.9.9',
  'ipset test b 10.2.0.7',
  'ipset test b 11.2.0.7',
  'ipset test b 10.1.0.0/16',
  'ipset list b',
  'ipset del b 10.1.0.0/16',
  'ipset save b',
  'ipset create c hash:ip,port',
  'ipset add c 10.0.0.1,80',
  'ipset add c 10.0.0.1,udp:53',
  'ipset add c 10.0.0.1,tcp:80-82',
  'ipset add c 10.0.0.1,icmp:8/0',
  'ipset add c 10.0.0.1,icmp:ping',
  'ipset add c 10.0.0.1,47:0',
  'ipset add c 10.0.0.1,http -exist',
  'ipset add c 10.0.0.1',
  'ipset add c 10.0.0.1,x',
  'ipset add c 10.0.0.1,70000',
  'ipset add c 10.0.0.1,foo:80',
  'ipset add c 10.0.0.1,80,5',
  'ipset test c 10.0.0.1,80',
  'ipset test c 10.0.0.1,99',
  'ipset save c',
  'ipset create d bitmap:port range 1024-0',
  'ipset add d 80',
  'ipset add d 22-25',
  'ipset add d 2000',
  'ipset test d 23',
  'ipset list d',
  'ipset create e bitmap:ip range 10.0.0.0/24',
  'ipset add e 10.0.0.9',
  'ipset add e 10.0.0.5',
  'ipset add e 10.0.1.5',
  'ipset list e',
  'ipset create f hash:ip timeout 300 counters comment',
  'ipset add f 10.0.0.1 timeout 0 comment hello',
  'ipset add f 10.0.0.2 timeout 0',
  'ipset save f -t',
  'ipset create g hash:net,port hashsize 70 maxelem 2',
  'ipset add g 10.0.0.0/24,80',
  'ipset add g 10.0.0.0/25,udp:80',
  'ipset list g',
  'ipset create q hash:ip netmask 24',
  'ipset add q 10.0.0.1',
  'ipset add q 10.0.0.2',
  'ipset list q',
  'iptables -A INPUT -m set --match-set a src',
  'iptables -A INPUT -m set ! --match-set c dst,dst -j DROP',
  'iptables -A INPUT -m set --match-set b src,dst --return-nomatch',
  'iptables -A INPUT -m set --match-set a foo',
  'iptables -A INPUT -m set --match-set a src,',
  'iptables -A INPUT -m set --match-set a',
  'iptables -A INPUT -m set --match-set nope src',
  'iptables -D INPUT -m set --match-set nope src',
  'iptables -A INPUT -m set',
  'iptables -S',
  'iptables -L -n',
  'ipset list a -t',
  'ipset destroy a',
  'ipset destroy',
  'ipset rename a z',
  'iptables -D INPUT -m set --match-set a src',
  'ipset rename a z',
  'ipset rename z b',
  'ipset rename nope x',
  'ipset swap z q',
  'ipset swap z b',
  'ipset list z',
  'ipset destroy z',
  'ipset flush b',
  'ipset list b',
  'ipset list -n',
  'iptables -F',
  'ipset destroy',
  'ipset list',
  'ipset',
  'ipset foo',
  'ipset create',
  'ipset create x',
  'ipset create x foo:bar',
  'ipset create x hash:ip foo',
  'ipset create x hash:ip range 5',
  'ipset create x hash:ip netmask 33',
  'ipset create x hash:ip maxelem x',
  'ipset create x bitmap:port',
  'ipset create aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa hash:ip',
  'ipset add x',
  'ipset add nope 1.2.3.4',
  'ipset flush nope',
  'ipset list nope',
  'ipset save a b',
  'ipset destroy nope',
];

interface Answer {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

function makeHost(): { world: World; run: (line: string) => Answer; host: Host } {
  const world = new World();
  const host = world.host('h', { eth0: '10.0.0.1/24' });
  return {
    world,
    host,
    run: (line) => {
      const { exit, stdout, stderr } = host.admin.run(host.rootNs, splitWords(line));
      return { exit, stdout, stderr };
    },
  };
}

/**
 * Without what a real kernel draws by chance: the order of members, where a hash begins, and with it how many of
 * several members share a bucket, which takes less memory.
 */
function tidied({ exit, stdout, stderr }: Answer): unknown {
  const lines = stdout
    .replace(/initval 0x[0-9a-f]{8}/g, 'initval 0x')
    .replace(/(Type: hash[^]*?Size in memory: )\d+(\nReferences: \d+\nNumber of entries: (?![01]\n))/g, '$1$2')
    .split('\n');
  const isMember = (line: string): boolean => /^(?:add \S+ )?\d/.test(line);
  const members = lines.filter(isMember).sort((a, b) => (a < b ? -1 : 1));
  return { exit, lines: lines.filter((line) => !isMember(line)), members, stderr };
}

describe('kernel/nf/ipset', () => {
  it('answers as the real tool does', function () {
    need(this, 'netns');
    needTool(this, ['ipset', 'version'], 'ipset v7.17');
    const namespace = `ipset-${process.pid}`;
    assert.equal(spawnSync('ip', ['netns', 'add', namespace]).status, 0);
    try {
      const { run } = makeHost();
      const different = LINES.flatMap((line) => {
        const words = ['netns', 'exec', namespace, ...splitWords(line)];
        const { status, stdout, stderr } = spawnSync('ip', words, { encoding: 'utf8' });
        const expected = tidied({ exit: status ?? -1, stdout, stderr });
        const answered = tidied(run(line));
        return JSON.stringify(answered) === JSON.stringify(expected) ? [] : [{ line, expected, answered }];
      });
      assert.deepEqual(different, []);
    } finally {
      spawnSync('ip', ['netns', 'del', namespace]);
    }
  }).timeout(30_000);

  it('makes, fills, lists and saves sets', () => {
    const { run } = makeHost();
    for (const line of ['create a hash:ip,port', 'add a 10.0.0.1,80', 'add a 10.0.0.1,udp:53']) {
      assert.deepEqual(run(`ipset ${line}`), { exit: 0, stdout: '', stderr: '' }, line);
    }
    const list = [
      'Name: a',
      'Type: hash:ip,port',
      'Revision: 7',
      'Header: family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x',
      'Size in memory: 312',
      'References: 0',
      'Number of entries: 2',
      'Members:',
      '10.0.0.1,tcp:80',
      '10.0.0.1,udp:53',
      '',
    ];
    assert.equal(run('ipset list').stdout.replace(/0x[0-9a-f]+/, '0x'), list.join('\n'));
    const [create, ...adds] = run('ipset save').stdout.split('\n');
    assert.match(create!, /^create a hash:ip,port family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x/);
    assert.deepEqual(adds, ['add a 10.0.0.1,tcp:80', 'add a 10.0.0.1,udp:53', '']);
    assert.deepEqual(run('ipset test a 10.0.0.1,81'), {
      exit: 1,
      stdout: '',
      stderr: '10.0.0.1,tcp:81 is NOT in set a.\n',
    });
  });

  it('keeps a set that rules ask for', () => {
    const { run } = makeHost();
    const refusal = "iptables v1.8.9 (nf_tables): Set a doesn't exist.\n\n";
    assert.ok(run('iptables -A INPUT -m set --match-set a src').stderr.startsWith(refusal));
    run('ipset create a hash:ip');
    assert.equal(run('iptables -A INPUT -m set --match-set a src').exit, 0);
    assert.deepEqual(run('ipset destroy a'), {
      exit: 1,
      stdout: '',
      stderr: 'ipset v7.17: Set cannot be destroyed: it is in use by a kernel component\n',
    });
    run('iptables -F');
    assert.equal(run('ipset destroy a').exit, 0);
  });

  it('forgets elements when their time is over', () => {
    const { run, world } = makeHost();
    run('ipset create a hash:ip timeout 5');
    run('ipset add a 10.0.0.1');
    run('ipset add a 10.0.0.2 timeout 0');
    world.run(2.5 * SECOND);
    assert.match(run('ipset list a').stdout, /^10\.0\.0\.1 timeout 2\n10\.0\.0\.2 timeout 0\n$/m);
    world.run(3 * SECOND);
    assert.match(run('ipset list a').stdout, /Members:\n10\.0\.0\.2 timeout 0\n$/);
    assert.equal(run('ipset test a 10.0.0.1').exit, 1);
  });

  it('says what it does not have', () => {
    const { run } = makeHost();
    for (const line of ['create a hash:mac', 'create a list:set', 'create a hash:ip family inet6', 'restore']) {
      const { exit, stderr } = run(`ipset ${line}`);
      assert.equal(exit, 127, line);
      assert.match(stderr, /not supported by Dockwire; supported: /);
    }
  });
});
