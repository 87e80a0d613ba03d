import assert from 'node:assert/strict';
import type { Process } from '../../../src/kernel/proc/process.ts';
import { ProgramRegistry } from '../../../src/kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../../../src/kernel/proc/wait.ts';
import { TcpSocket } from '../../../src/kernel/socket/tcp/tcp-socket.ts';
import { parseIp4 } from '../../../src/base/addr.ts';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { connectTo, receiveSome, sendAll } from '../../../src/userland/stream.ts';
import { EmulatedLab, PAIR } from '../net-lab.ts';

const SECOND = 1_000_000_000;
const AT = 'psql -h 10.77.0.2 -U postgres';
const BUILD =
  'PostgreSQL 16.6 (Debian 16.6-1.pgdg120+1) on x86_64-pc-linux-gnu, compiled by gcc (Debian 12.2.0-14) 12.2.0, 64-bit';
const NOT_RUNNING = '\tIs the server running on that host and accepting TCP/IP connections?\n';

class Database {
  readonly lab = new EmulatedLab(PAIR);
  readonly server;

  constructor(line = 'postgres') {
    this.server = this.lab.start(hostPrograms(), { ns: 'b', line });
  }

  /** Output, complaints and exit code of a line typed at a. */
  type(line: string, stdin?: string): [string, string, number | null] {
    const typed = stdin === undefined ? { ns: 'a', line } : { ns: 'a', line, stdin };
    const [{ stdout, stderr, exit }] = this.lab.run(hostPrograms(), [typed], 200) as [never];
    return [stdout, stderr, exit];
  }

  /** Sends bytes as they are; what comes back, and how it ends. */
  raw(...pieces: Uint8Array[]): string {
    let heard = '';
    let end = 'open';
    const registry = new ProgramRegistry(hostPrograms());
    registry.add({
      name: 'raw',
      run: function* (proc: Process): Generator<Wait, number, WakeReason> {
        const socket = new TcpSocket(proc.ns);
        yield* connectTo(proc, socket, parseIp4('10.77.0.2')!, 5432);
        for (const piece of pieces) {
          yield* sendAll(proc, socket, piece);
          yield proc.sleep(SECOND / 100);
        }
        for (;;) {
          const got = yield* receiveSome(proc, socket, proc.now + SECOND);
          if (typeof got === 'string') break;
          if (got.length === 0) end = 'closed';
          if (got.length === 0) break;
          heard += Buffer.from(got).toString('latin1');
        }
        socket.close();
        return 0;
      },
    });
    this.lab.run(registry, [{ ns: 'a', line: 'raw' }], 5);
    const ready = heard.indexOf('Z\0\0\0\x05I');
    return `${ready < 0 ? heard : heard.slice(ready + 6)} ${end}`;
  }
}

function startup(version: number, ...words: string[]): Buffer {
  const said = Buffer.from(`${words.map((word) => `${word}\0`).join('')}\0`);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(said.length + 8);
  head.writeUInt32BE(version, 4);
  return Buffer.concat([head, said]);
}

function message(type: string, body: string): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), head, Buffer.from(body, 'latin1')]);
}

const HELLO = startup(0x30000, 'user', 'postgres', 'database', 'postgres');
const ready = 'Z\0\0\0\x05I';

describe('userland/postgres: as the real ones were seen to', () => {
  it('answers simple queries, and shows them as tables', () => {
    const database = new Database();
    const one = ' ?column? \n----------\n        1\n(1 row)\n\n';
    assert.deepEqual(database.type(`${AT} -c "select 1"`), [one, '', 0]);
    assert.deepEqual(database.type(`${AT} -t -A -c "select 1"`), ['1\n', '', 0]);
    assert.deepEqual(database.type(`${AT} -w -t -c "select 1"`), ['        1\n\n', '', 0]);
    assert.deepEqual(database.type(`${AT} -A -c "select 1"`), ['?column?\n1\n(1 row)\n', '', 0]);
    assert.deepEqual(database.type(`${AT} -tAc "select version()"`), [`${BUILD}\n`, '', 0]);
    const [shown] = database.type(`${AT} -c "show server_version"`);
    const dashes = '-'.repeat(32);
    assert.equal(shown, `         server_version         \n${dashes}\n 16.6 (Debian 16.6-1.pgdg120+1)\n(1 row)\n\n`);
    assert.deepEqual(database.type(`${AT} -c ";"`), ['', '', 0]);
    assert.deepEqual(database.type(`${AT} -c "select 1; select 1"`), [one + one, '', 0]);
    const slip = 'ERROR:  syntax error at or near "selec"\nLINE 1: selec 1\n        ^\n';
    assert.deepEqual(database.type(`${AT} -c "selec 1"`), ['', slip, 1]);
    assert.deepEqual(database.type(`${AT} -c "selec 1" -c "select 1"`), [one, slip, 0]);
    assert.deepEqual(database.type(AT, 'select 1; selec 1;\nselect 1;\n'), [
      one + one,
      slip.replace(' 1\n ', ' 1;\n '),
      0,
    ]);
    const unknown = 'ERROR:  unrecognized configuration parameter "x"\n';
    assert.deepEqual(database.type(`${AT} -c "show x"`), ['', unknown, 1]);
    assert.match(
      database.type(`${AT} -c "create table t (a int)"`)[1],
      /^ERROR: {2}this statement is not supported by/,
    );
    const uri = 'psql "postgresql://postgres@10.77.0.2:5432/postgres?connect_timeout=2" -tAc "select 1"';
    assert.deepEqual(database.type(uri), ['1\n', '', 0]);
    assert.deepEqual(database.type('psql "host=10.77.0.2 user=postgres" -tAc "select 1"'), ['1\n', '', 0]);
  });

  it('says why there is no connection', () => {
    const database = new Database();
    const error = (text: string): [string, string, number] => ['', `psql: error: ${text}`, 2];
    const to = (host: string): string => `connection to server at "${host}", port 5432 failed: `;
    assert.deepEqual(
      database.type('psql -h 10.77.0.1 -c "select 1"'),
      error(`${to('10.77.0.1')}Connection refused\n${NOT_RUNNING}`),
    );
    assert.deepEqual(
      database.type('psql -h 10.99.0.1 -c "select 1"'),
      error(`${to('10.99.0.1')}Network is unreachable\n${NOT_RUNNING}`),
    );
    assert.deepEqual(
      database.type('psql "host=10.77.0.50 connect_timeout=2" -c "select 1"'),
      error(`${to('10.77.0.50')}timeout expired\n`),
    );
    assert.deepEqual(
      database.type('psql -h nope -c "select 1"'),
      error('could not translate host name "nope" to address: Temporary failure in name resolution\n'),
    );
    assert.deepEqual(database.type('psql -h 10.77.0.2 -p 99999'), error('invalid port number: "99999"\n'));
    assert.deepEqual(
      database.type('psql -h 10.77.0.2 -p abc'),
      error('invalid integer value "abc" for connection option "port"\n'),
    );
    assert.deepEqual(
      database.type('psql -h 10.77.0.2 -U nobody'),
      error(`${to('10.77.0.2')}FATAL:  role "nobody" does not exist\n`),
    );
    assert.deepEqual(database.type(`${AT} -d x`), error(`${to('10.77.0.2')}FATAL:  database "x" does not exist\n`));
    assert.deepEqual(
      database.type('psql -c "select 1"'),
      error(
        'connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: No such file or directory\n' +
          '\tIs the server running locally and accepting connections on that socket?\n',
      ),
    );
    const usage =
      "/usr/lib/postgresql/15/bin/psql: unrecognized option '--nope'\n" +
      'psql: hint: Try "psql --help" for more information.\n';
    assert.deepEqual(database.type('psql --nope'), ['', usage, 1]);
  });

  it('is ready or not', () => {
    const database = new Database();
    const cases: readonly [string, string, number][] = [
      ['-h 10.77.0.2', '10.77.0.2:5432 - accepting connections\n', 0],
      ['-h 10.77.0.2 -U postgres -d postgres -p 5432', '10.77.0.2:5432 - accepting connections\n', 0],
      ['-h 10.77.0.1', '10.77.0.1:5432 - no response\n', 2],
      ['-h 10.77.0.50', '10.77.0.50:5432 - no response\n', 2],
      ['-h nope', 'nope:5432 - no response\n', 2],
      ['', '/var/run/postgresql:5432 - no response\n', 2],
      ['-q -h 10.77.0.1', '', 2],
      ['-h 10.77.0.2 -p abc', '10.77.0.2:abc - no response\n', 2],
    ];
    for (const [args, stdout, exit] of cases) {
      assert.deepEqual(database.type(`pg_isready ${args}`), [stdout, '', exit], args);
    }
    const hint = 'pg_isready: hint: Try "pg_isready --help" for more information.\n';
    const extra = `pg_isready: error: too many command-line arguments (first is "x")\n${hint}`;
    assert.deepEqual(database.type('pg_isready x'), ['', extra, 3]);
  });

  it('logs, and stops as it is told', () => {
    const { lab, server } = new Database();
    const line = (text: string): string => `TIME [1] LOG:  ${text}\n`;
    const log = (): string => server.output.stderr.replace(/^\S+ \S+ UTC \[\d+\]/gm, 'TIME [1]');
    const started = [`starting ${BUILD}`, 'listening on IPv4 address "0.0.0.0", port 5432'].map(line).join('');
    const accepting = started + line('database system is ready to accept connections');
    assert.equal(log(), accepting);
    const second = lab.start(hostPrograms(), { ns: 'b', line: 'postgres' });
    assert.equal(second.proc.exitCode, 1);
    assert.match(second.output.stderr, /could not bind IPv4 address "0.0.0.0": Address already in use\n/);
    server.proc.kill('SIGINT');
    lab.world.run(SECOND);
    const stopping = ['received fast shutdown request', 'aborting any active transactions', 'shutting down'];
    assert.equal(log(), accepting + [...stopping, 'database system is shut down'].map(line).join(''));
    assert.equal(server.proc.exitCode, 0);
  });

  it('asks strangers for the password', () => {
    const lab = new EmulatedLab(PAIR);
    const registry = new ProgramRegistry(hostPrograms());
    registry.add({
      name: 'image',
      run: function* (proc: Process): Generator<Wait, number, WakeReason> {
        const env = new Map([
          ['POSTGRES_PASSWORD', 'secret'],
          ['POSTGRES_USER', 'shop'],
        ]);
        return yield* proc.exec(registry.get('postgres')!.run, ['postgres', '-p', '7000'], env);
      },
    });
    lab.start(registry, { ns: 'b', line: 'image' });
    const uri = (user: string): string => `psql postgresql://${user}@10.77.0.2:7000/shop -tAc "select 7 as lucky"`;
    const results = lab.run(registry, [
      { ns: 'a', line: uri('shop:secret') },
      { ns: 'a', line: uri('shop:wrong'), atMs: 10 },
      { ns: 'a', line: uri('shop'), atMs: 20 },
      { ns: 'a', line: 'pg_isready -h 10.77.0.2 -p 7000', atMs: 30 },
      { ns: 'b', line: 'psql -p 7000 -U shop -tAc "select 1"', atMs: 40 },
    ]);
    const failed = 'psql: error: connection to server at "10.77.0.2", port 7000 failed: ';
    assert.deepEqual(
      results.map(({ stdout, stderr }) => stdout + stderr),
      [
        '7\n',
        `${failed}FATAL:  password authentication failed for user "shop"\n`,
        `${failed}fe_sendauth: no password supplied\n`,
        '10.77.0.2:7000 - accepting connections\n',
        '1\n',
      ],
    );
  });

  it('closes or answers what breaks the protocol', () => {
    const database = new Database();
    const ssl = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
    assert.equal(database.raw(Buffer.from('GET / HTTP/1.0\r\n\r\n')), ' closed');
    assert.equal(database.raw(Buffer.alloc(8)), ' closed');
    assert.equal(database.raw(Buffer.from([0, 1, 0, 0, 0, 3, 0, 0])), ' closed');
    assert.equal(database.raw(startup(80_877_102, 'x')), ' closed');
    assert.equal(database.raw(ssl), 'N open');
    assert.match(
      database.raw(Buffer.concat([ssl, HELLO])),
      /^NE.*Mreceived unencrypted data after SSL request\0.* closed$/s,
    );
    assert.match(
      database.raw(startup(0x40000, 'user', 'x')),
      /C0A000\0Munsupported frontend protocol 4\.0: .* closed$/,
    );
    assert.match(database.raw(startup(0x30000, 'database', 'x')), /C28000\0Mno PostgreSQL user name .* closed$/);
    const cut = Buffer.concat([Buffer.from([0, 0, 0, 13, 0, 3, 0, 0]), Buffer.from('user\0')]);
    assert.match(database.raw(cut), /C08P01\0Minvalid startup packet layout: .* closed$/);
    assert.equal(database.raw(HELLO), ' open');
    assert.match(database.raw(HELLO, message('@', '')), /^E.*C08P01\0Minvalid frontend message type 64\0\0 closed$/s);
    assert.equal(database.raw(HELLO, Buffer.from('Q\0\0\0\x02')), ' closed');
    assert.equal(database.raw(HELLO, Buffer.from('Q\x7f\xff\xff\xff', 'latin1')), ' closed');
    assert.match(database.raw(HELLO, message('Q', 'select 1')), /Minvalid string in message\0\0Z\0\0\0\x05I open$/);
    assert.match(database.raw(HELLO, message('Q', 'select 1\0x')), /Minvalid message format\0\0Z\0\0\0\x05I open$/);
    assert.equal(database.raw(HELLO, message('Q', '\0')), `I\0\0\0\x04${ready} open`);
    assert.equal(database.raw(HELLO, message('S', '')), `${ready} open`);
    assert.equal(database.raw(HELLO, message('X', '')), ' closed');
    const parse = Buffer.concat([message('P', '\0select 1\0\0\0'), message('E', '\0\0\0\0\0'), message('S', '')]);
    assert.match(database.raw(HELLO, parse), /^E[^]*C0A000\0Mthe extended query protocol[^]*Z\0\0\0\x05I open$/);
    const answer =
      'T\0\0\0!\0\x01?column?\0\0\0\0\0\0\0\0\0\0\x17\0\x04\xff\xff\xff\xff\0\0D\0\0\0\x0b\0\x01\0\0\0\x011';
    assert.equal(database.raw(HELLO, message('Q', 'select 1\0')), `${answer}C\0\0\0\rSELECT 1\0${ready} open`);
  });
});
