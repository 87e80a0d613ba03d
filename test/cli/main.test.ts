import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { main } from '../../src/cli/main.ts';
import { readCapture } from '../../src/pcap-writer/index.ts';
import type { TestEnvironment } from './test-environment.ts';
import { testEnvironment } from './test-environment.ts';

const TWO_HOSTS = `hosts:
  a: { address: 10.0.0.1/24, docker: false }
  b: { address: 10.0.0.2/24, docker: false }
steps:
  - on: a
    run: ping -c 1 b
`;

describe('the command line', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'dockwire-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  async function dockwire(...argv: string[]): Promise<TestEnvironment & { exit: number }> {
    const env = testEnvironment(argv);
    const exit = await main(env);
    return Object.assign(env, { exit });
  }

  function file(text: string | Uint8Array, name = 'x.yaml'): string {
    const target = path.join(folder, name);
    writeFileSync(target, text);
    return target;
  }

  const out = (): string => path.join(folder, 'out');

  it('runs a scenario, tells its story and writes both kinds of captures', async () => {
    const run = await dockwire('run', file(TWO_HOSTS), '--out', out());
    assert.equal(run.exit, 0, run.stderr);
    assert.match(run.stdout, /a> ping -c 1 b\nPING b \(10\.0\.0\.2\)/);
    assert.match(run.stdout, /x: all met\n$/);
    const names = readdirSync(out()).sort((a, b) => (a < b ? -1 : 1));
    assert.deepEqual(names, ['a.eth0.pcap', 'b.eth0.pcap', 'capture.pcapng', 'run.json']);
    assert.equal(readCapture(readFileSync(path.join(out(), 'a.eth0.pcap'))).packets.length, 4);
  });

  it('prints one JSON document with the keys of the contract in their order', async () => {
    const run = await dockwire('run', file(TWO_HOSTS), '--json', '--hash', '--seed', '5', '--out', out());
    const document = JSON.parse(run.stdout) as Record<string, unknown>;
    const keys = 'scenario engine seed ok exit ended virtualNs wallMs events frames steps captures traceHash';
    assert.deepEqual(Object.keys(document), keys.split(' '));
    assert.equal(document['seed'], 5);
    assert.equal(document['ended'], 'steps done');
    assert.match(String(document['traceHash']), /^[0-9a-f]{16}$/);
    const frames = document['frames'] as Record<string, number> & { dropped: Record<string, number> };
    assert.deepEqual(Object.keys(frames), ['sent', 'delivered', 'dropped', 'inFlight', 'refused', 'hops']);
    const [step] = document['steps'] as Record<string, unknown>[];
    assert.deepEqual(
      { ...step, stdout: '', endNs: 0 },
      { line: 5, atNs: 0, endNs: 0, on: 'a', run: 'ping -c 1 b', exit: 0, stdout: '', stderr: '', ok: true },
    );
  });

  it('a failed expectation gives exit 1 and says why', async () => {
    const run = await dockwire('run', file(`${TWO_HOSTS}    expect: { stdout: nonsense }\n`), '--out', out());
    assert.equal(run.exit, 1);
    assert.match(run.stdout, /line 5: expected "nonsense" in its output/);
  });

  it('stops at the first failed step unless told to keep going', async () => {
    const text = `${TWO_HOSTS}  - { on: a, run: "ping -c 1 -W 1 10.0.0.9" }\n  - { on: a, run: echo later }\n`;
    const stopped = await dockwire('run', file(text), '--json', '--out', out());
    assert.equal((JSON.parse(stopped.stdout) as { steps: unknown[] }).steps.length, 2);
    const kept = await dockwire('run', file(text), '--json', '--keep-going', '--out', out());
    assert.equal((JSON.parse(kept.stdout) as { steps: unknown[] }).steps.length, 3);
    assert.deepEqual([stopped.exit, kept.exit], [1, 1]);
  });

  it('removes what the previous run has written, and nothing else', async () => {
    await dockwire('run', file(TWO_HOSTS), '--out', out());
    writeFileSync(path.join(out(), 'mine.txt'), 'kept');
    await dockwire('run', file(TWO_HOSTS), '--out', out(), '--captures', 'pcapng', '--capture', 'b/*');
    assert.deepEqual(
      readdirSync(out()).sort((a, b) => (a < b ? -1 : 1)),
      ['capture.pcapng', 'mine.txt', 'run.json'],
    );
  });

  it('runs several files into folders of their own and answers the largest exit code', async () => {
    const good = file(TWO_HOSTS, 'good.yaml');
    const bad = file('hosts: 3\n', 'bad.yaml');
    const run = await dockwire('run', good, bad, '--json', '--out', out());
    assert.equal(run.exit, 2);
    assert.deepEqual(readdirSync(out()), ['good']);
    const lines = run.stdout.trimEnd().split('\n');
    assert.equal(lines.length, 2);
    assert.equal((JSON.parse(lines[1]!) as { errors: { line: number }[] }).errors[0]!.line, 1);
  });

  it('reads a scenario from standard input', async () => {
    const env = testEnvironment(['check', '-'], TWO_HOSTS);
    assert.equal(await main(env), 0);
    assert.equal(env.stdout, '-: ok\n');
    const bad = testEnvironment(['run', '-', '--out', out()], 'hosts: 5\n');
    assert.equal(await main(bad), 2);
    assert.match(bad.stderr, /^-:1:8: /);
  });

  it('tells the story of the frames that a filter matches', async () => {
    const run = await dockwire(
      'run',
      file(TWO_HOSTS),
      '--captures',
      'none',
      '--explain',
      'icmp[icmptype] == icmp-echo',
    );
    assert.match(run.stdout, /frame 1: IP 10\.0\.0\.1 > 10\.0\.0\.2: ICMP echo request/);
    assert.match(run.stdout, /ip route: output unicast dev a\/eth0/);
    assert.match(run.stdout, /neighbour 10\.0\.0\.2 on a\/eth0: parked, asking/);
    assert.match(run.stdout, /received by lan\/a\.eth0/);
    assert.match(run.stdout, /the table says lan\/b\.eth0/);
    assert.match(run.stdout, /delivered at b\/eth0/);
    assert.equal(existsSync('out/x'), false);
  });

  it('ends an interrupted run with 130 and complete captures', async () => {
    const env = testEnvironment(['run', file(TWO_HOSTS.replace('-c 1 ', '-c 100000 ')), '--json', '--out', out()]);
    let yields = 0;
    const impatient = {
      ...env,
      yieldToSystem: () => {
        yields++;
        return Promise.resolve();
      },
      interruptCount: () => yields,
    };
    assert.equal(await main(impatient), 130);
    const { packets, damage } = readCapture(readFileSync(path.join(out(), 'a.eth0.pcap')));
    assert.ok(packets.length > 10);
    assert.equal(damage, undefined);
  });

  const bad: [string, string, RegExp][] = [
    ['an unknown key', TWO_HOSTS.replace('address: 10.0.0.1/24', 'adress: 10.0.0.1/24'), /:2:8: .*did you mean/],
    ['a wrong type', 'hosts: { a: { docker: 3 } }\n', /:1:23: /],
    ['an address with a leading zero', TWO_HOSTS.replace('10.0.0.1', '010.0.0.1'), /:2:17: .*010\.0\.0\.1/],
    ['a prefix of 33', TWO_HOSTS.replace('1/24', '1/33'), /:2:17: /],
    ['a duplicate name', TWO_HOSTS.replace('  b:', '  a:'), /:3:3: /],
    ['a duplicate address', TWO_HOSTS.replace('10.0.0.2', '10.0.0.1'), /:3:17: /],
    ['an unknown host', TWO_HOSTS.replace('on: a', 'on: c'), /:5:9: /],
    ['an unknown command', TWO_HOSTS.replace('ping -c', 'pong -c'), /:6:10: .*pong.*did you mean "ping"/],
    ['an unknown option', TWO_HOSTS.replace('-c 1', '-c 1 --nonsense'), /:6:\d+: /],
    ['an unterminated quote', TWO_HOSTS.replace('-c 1 b', "-c 1 'b"), /:6:\d+: .*unterminated|:6:\d+: .*quot/i],
    ['an empty file', '', /:1:1: /],
    ['binary junk', '\u0000\u0001\u0002\ufffd', /:1:1: /],
    [
      'an alias bomb',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
        .split('')
        .map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefgh'[i]!}`).join(',')}]`)
        .join('\n')}\n`,
      /:\d+:\d+: /,
    ],
  ];
  for (const [what, text, message] of bad) {
    it(`${what} is bad input: exit 2, a place, nothing written`, async () => {
      for (const command of ['check', 'run']) {
        const args = command === 'run' ? ['--out', out()] : [];
        const run = await dockwire(command, file(text), ...args);
        assert.equal(run.exit, 2, run.stdout);
        assert.match(run.stderr, message);
        assert.equal(run.stdout, '');
      }
      assert.equal(existsSync(out()), false);
    });
  }

  it('a file of 10 MB, a directory and a missing file are bad input', async () => {
    const large = await dockwire('check', file(`# ${'x'.repeat(10_000_000)}\n`));
    assert.equal(large.exit, 2);
    assert.match(large.stderr, /at most 8 MiB/);
    mkdirSync(path.join(folder, 'dir'));
    const directory = await dockwire('run', path.join(folder, 'dir'));
    assert.match(directory.stderr, /is a directory/);
    const missing = await dockwire('run', path.join(folder, 'none.yaml'));
    assert.match(missing.stderr, /none\.yaml:1:1: no such file/);
    assert.deepEqual([directory.exit, missing.exit], [2, 2]);
  });

  it('wrong usage is exit 2 with a hint', async () => {
    for (const argv of [
      [],
      ['rum'],
      ['run'],
      ['run', 'x.yaml', '--quue', 'heap'],
      ['run', 'x.yaml', '--queue', 'pile'],
    ]) {
      const run = await dockwire(...argv);
      assert.equal(run.exit, 2, argv.join(' '));
      assert.match(run.stderr, /dockwire --help/);
    }
  });

  it('prints the JSON Schema and help', async () => {
    const schema = await dockwire('schema');
    assert.equal((JSON.parse(schema.stdout) as { type: string }).type, 'object');
    const help = await dockwire('--help');
    assert.equal(help.exit, 0);
    assert.match(help.stdout, /dockwire run <files\.\.>/);
  });
});
