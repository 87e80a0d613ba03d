import assert from 'node:assert/strict';
import { Keyspace } from '../../../src/userland/redis/keyspace.ts';
import { REDIS_PROGRAMS } from '../../../src/userland/redis/redis.ts';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { need, needTool } from '../../machine.ts';
import type { Result, Typed } from '../net-lab.ts';
import { EmulatedLab, PAIR, RealLab } from '../net-lab.ts';

/** What is typed one after the other at one server. */
const COMMANDS: readonly string[] = [
  ...['ping', 'ping hello', 'echo x', 'set a 1', 'get a', 'get nope', 'incr a', 'incrby a 41', 'decr a', 'append a z'],
  ...['incr a', 'strlen a', 'foo bar baz', 'foo', 'get', 'get a b', 'exists a b', 'type a', 'del a b', 'type a'],
  ...['rpush l 1 2 3', 'lpush l 0', 'lrange l 0 -1', 'lrange l -2 5', 'llen l', 'lpop l', 'incr l', 'get l', 'rpop no'],
  ...['hset h a 1 b 2', 'hget h a', 'hgetall h', 'hlen h', 'hdel h a b', 'hgetall h', 'sadd s x x', 'scard s'],
  ...['set k v EX 100', 'ttl k', 'persist k', 'ttl k', 'ttl nope', 'set k w NX', 'set k w XX GET', 'set k w FOO'],
  ...['mset x 1 y 2', 'mget x nope y', 'setnx x 5', 'getset x 6', 'select 99', 'select 1', 'auth x', 'dbsize'],
  ...['config get port', 'keys l*', 'flushall', 'keys zz*', 'quit'],
];

const RAW_AND_SHOWN: readonly string[] = COMMANDS.flatMap((words) => [
  `redis-cli -p 6401 ${words}`,
  `redis-cli -p 6401 --no-raw ${words}`,
]);

const masked = ({ stdout, stderr, exit }: Result): Result => ({
  stdout: stdout.replace(/^\d+:(\w) .*?\.\d\d\d /gm, 'PID:$1 TIME ').replace(/pid=\d+/, 'pid=PID'),
  stderr,
  exit,
});

describe('userland/redis:', function () {
  this.timeout(60_000);

  it('answers and shows what the real ones do', async function () {
    need(this, 'netns');
    needTool(this, ['redis-server', '--version'], 'v=7.0.15');
    const real = new RealLab(PAIR, 'redis');
    try {
      const server = { ns: 'b', line: 'timeout 30 redis-server --port 6401 --save ""' };
      const serving = real.runOne(server);
      const emulated = new EmulatedLab(PAIR);
      const own = emulated.start(hostPrograms(), { ns: 'b', line: 'redis-server --port 6401 --save ""' });
      await real.runOne({ ns: 'b', line: 'sleep 0.7' });
      // All of them at once would race.
      const script = RAW_AND_SHOWN.map((line) => `${line}; echo "= $?"`).join('\n');
      const expected = await real.runOne({ ns: 'b', line: script });
      const outputs = RAW_AND_SHOWN.map((line) => emulated.run(hostPrograms(), [{ ns: 'b', line }], 2)[0]!);
      const texts = outputs.map(({ stdout, exit }) => `${stdout}= ${String(exit)}\n`);
      assert.deepEqual(texts, expected.stdout.match(/[^]*?= \d+\n/g));

      const others: readonly Typed[] = [
        { ns: 'a', line: 'redis-cli -h 10.77.0.2 -p 6401 ping' },
        { ns: 'a', line: 'redis-cli -h 10.77.0.2 -p 6402 ping' },
        { ns: 'b', line: 'nc -N 127.0.0.1 6401', stdin: 'PING\r\nset k v\r\n\r\nget k\r\n' },
        { ns: 'b', line: 'nc -N 127.0.0.1 6401', stdin: '*1\r\n$x\r\n' },
        { ns: 'b', line: 'redis-cli -p 6401', stdin: 'set "a b" c\nget "a b"\n\nfoo\n' },
        { ns: 'b', line: 'redis-cli -p 6401 -r 2 -i 0.1 incr cnt' },
        { ns: 'b', line: 'redis-cli -p 6401 -x set in', stdin: 'text' },
        { ns: 'b', line: 'redis-cli -e -p 6401 foo' },
        { ns: 'b', line: 'redis-cli --foo' },
        { ns: 'b', line: 'redis-cli -p 6401 shutdown' },
      ];
      for (const each of others) {
        const [actual] = emulated.run(hostPrograms(), [each], 5);
        assert.deepEqual(actual, await real.runOne(each), each.line);
      }
      const log = masked(await serving);
      const withoutWarnings = log.stdout.replace(/^.*WARNING.*\n/gm, '');
      assert.deepEqual(masked({ ...own.output, exit: own.proc.exitCode }), { ...log, stdout: withoutWarnings });
    } finally {
      real.dispose();
    }
  });

  it('ends on SIGTERM, keeps a password, and reads a configuration', () => {
    const emulated = new EmulatedLab(PAIR);
    emulated.files.write('/etc/redis.conf', '# mine\nport 7000\nrequirepass "secret"\nbind 10.77.0.2\n');
    const { proc, output } = emulated.start(hostPrograms(), { ns: 'b', line: 'redis-server /etc/redis.conf' });
    const [refused, wrong, taken] = emulated.run(hostPrograms(), [
      { ns: 'a', line: 'redis-cli -h 10.77.0.2 -p 7000 ping' },
      { ns: 'a', line: 'redis-cli -h 10.77.0.2 -p 7000 auth x', atMs: 10 },
      { ns: 'a', line: 'redis-cli -h 10.77.0.2 -p 7000 -a secret ping', atMs: 20 },
    ]);
    assert.equal(refused!.stdout, 'NOAUTH Authentication required.\n\n');
    assert.match(wrong!.stdout, /^WRONGPASS /);
    assert.equal(taken!.stdout, 'PONG\n');
    proc.kill('SIGTERM');
    emulated.world.run(1_000_000);
    assert.match(output.stdout, /Received SIGTERM scheduling shutdown[^]*bye bye\.\.\.\n$/);
    assert.equal(proc.exitCode, 0);
  });

  it('forgets keys when their time has come', () => {
    let nowMs = 0;
    const keys = new Keyspace(() => nowMs);
    keys.set('a', { type: 'string', text: 'x' }, 100);
    assert.equal(keys.expiring, 1);
    nowMs = 100;
    assert.equal(keys.get('a'), undefined);
    assert.deepEqual(keys.keys(), []);
    assert.equal(keys.expireAt('a', 200), false);
  });

  it('is a list of programs for images', () => {
    assert.deepEqual(
      REDIS_PROGRAMS.map(({ name }) => name),
      ['redis-server', 'redis-cli'],
    );
    assert.match(REDIS_PROGRAMS[1]!.check!(['--tls', 'ping'])!.message, /not supported/);
  });
});
