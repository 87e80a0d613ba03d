import assert from 'node:assert/strict';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { need, needTool, needTools } from '../../machine.ts';
import type { Result, Typed } from '../net-lab.ts';
import { EmulatedLab, PAIR, RealLab } from '../net-lab.ts';
import { controlMessages } from './control-messages.ts';

const run = (port: number, server: string, client: string): Typed[] => [
  { ns: 'b', line: `iperf3 -s -1 -p ${port} ${server}` },
  { ns: 'a', line: `iperf3 -p ${port} -c 10.77.0.2 ${client}`, atMs: 500 },
];

/** Tests that run at the same time, each at a port of its own. */
const CASES: readonly (readonly Typed[])[] = [
  run(5301, '', '-t 2 -b 8M'),
  run(5302, '-V', '-t 1 -b 8M -V -P 2 --get-server-output'),
  run(5303, '', '-t 1 -b 4M -R -P 2'),
  run(5304, '', '-t 2 --bidir -b 4M -P 2'),
  run(5305, '', '-n 3M -b 20M'),
  run(5306, '', '-k 20 -l 16K -b 5M -f M'),
  run(5307, '', '-u -t 1 -b 2M -P 3'),
  run(5308, '-V', '-u -t 2 -R -V -l 500'),
  run(5309, '', '-u -t 1 --get-server-output -f k'),
  run(5310, '', '-t 1 -b 4M -w 64K -M 1000 -N -C cubic -S 0x10 -T title'),
  run(5311, '', '-t 1 -b 1M -i 0.5 -P 4 -4 -B 10.77.0.1 --cport 45311'),
  run(5313, '-V', '-t 1 -b 2M -R -V'),
  run(5312, '-i 0', '-t 1 -b 1M -i 0'),
];

/** Reports in JSON. */
const JSON_CASES: readonly (readonly Typed[])[] = [
  run(5321, '-J', '-t 2 -b 8M -J'),
  run(5322, '-J', '-t 1 -b 8M -J -R --get-server-output'),
  run(5323, '-J', '-u -t 1 -J -P 2'),
  run(5324, '-J', '-u -t 1 -J -R'),
  run(5325, '-J', '-t 1 -b 4M --bidir -J'),
];

/** A last moment in which something still came makes one more interval: those alike count once. */
function withoutRepeats<T>(list: readonly T[]): T[] {
  return list.filter((each, i) => JSON.stringify(each) !== JSON.stringify(list[i - 1]));
}

/**
 * A report without what no two runs have in common: figures, the machine's name, time and congestion control. Blanks
 * before figures are one.
 */
function shape(text: string): string {
  const lines = text.split('\n').map((line) =>
    line
      .replace(/^Linux .*/, 'Linux')
      .replace(/Time: .*/, 'Time')
      .replace(/(Cookie: ).*/, '$1COOKIE')
      .replace(/(_tcp_congestion ).*/, '$1CC')
      .replace(/ +\d+\.\d\d-\d+\.\d\d +sec/, ' SPAN')
      .replace(/ +[\d.]+ [KMG]?(?:bits|Bytes)\/sec/g, ' RATE')
      .replace(/ +[\d.]+ [KMG]?Bytes/g, ' BYTES')
      .replace(/ +\d+\.\d+ ms/, ' JITTER')
      .replace(/\d+\/\d+ \([^)]*\)/, 'LOSS')
      .replace(/(RATE +)\d+( +BYTES| +sender| +$)/, '$1N$2')
      .replace(/port \d{5}/g, 'port PORT')
      .replace(/[\d.]+%/g, '0%')
      .replace(/[\d.]+%([us])/g, '0%$1'),
  );
  return lines.join('\n').replace(/((?:[^\n]+\n)+?)\1+/g, '$1');
}

/** The names of all members in their order, with the kinds of what they hold; what repeats counts once. */
function outline(value: unknown): unknown {
  if (Array.isArray(value)) return withoutRepeats(value.map(outline));
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.entries(value).map(([name, each]) => [name, outline(each)]);
}

function masked({ stdout, stderr, exit }: Result): unknown {
  const report = stdout.startsWith('{') ? outline(JSON.parse(stdout)) : shape(stdout);
  return { report, stderr, exit };
}

/** Of what goes over the control connection, what chance and the clock have put there. */
function maskedMessage(message: string): string {
  return message
    .replace(/[a-z2-7]{36}\0/, 'COOKIE')
    .replace(/"(cpu_util_\w+|bytes|jitter|packets|end_time|retransmits)":[\d.e+-]+/g, '"$1":N')
    .replace(/"congestion_used":"\w+"/, '"congestion_used":"CC"')
    .replace(/^(.*)(\0\0[^]{2})(?=\{"cpu)/, '$1LENGTH');
}

describe('userland/iperf3:', function () {
  this.timeout(60_000);

  it('reports what the real one reports, at both ends', async function () {
    need(this, 'netns');
    needTool(this, ['iperf3', '-v'], 'iperf 3.12 ');
    const real = new RealLab(PAIR, 'iperf');
    try {
      const cases = [...CASES, ...JSON_CASES];
      const expected = await Promise.all(cases.map(async (lines) => real.run(lines)));
      for (const [i, lines] of cases.entries()) {
        const actual = new EmulatedLab(PAIR).run(hostPrograms(), lines);
        assert.deepEqual(actual.map(masked), expected[i]!.map(masked), lines[1]!.line);
      }
    } finally {
      real.dispose();
    }
  });

  it('says the same bytes over its control connection', async function () {
    need(this, 'netns');
    need(this, 'shared');
    needTools(this, ['tcpdump']);
    needTool(this, ['iperf3', '-v'], 'iperf 3.12 ');
    const real = new RealLab(PAIR, 'iperfc');
    try {
      for (const client of ['-t 1 -b 1M -P 2', '-u -t 1 -R', '-t 1 -b 4M --bidir']) {
        const lines = run(5331, '', client);
        const frames = await real.captureFrames('a', 'eth0', async () => real.run(lines));
        const emulated = new EmulatedLab(PAIR);
        emulated.run(hostPrograms(), lines);
        const actual = controlMessages(emulated.world.seenAt('h/a/eth0').map(({ bytes }) => bytes));
        assert.deepEqual(actual.map(maskedMessage), controlMessages(frames).map(maskedMessage), client);
        assert.ok(actual.length >= 8, `${client}: ${actual.length} pieces`);
      }
    } finally {
      real.dispose();
    }
  });

  it('names what keeps a client from a test, as the real one does', async function () {
    need(this, 'netns');
    needTool(this, ['iperf3', '-v'], 'iperf 3.12 ');
    const real = new RealLab(PAIR, 'iperfe');
    const busy: Typed[] = [
      { ns: 'b', line: 'iperf3 -s -1' },
      { ns: 'a', line: 'iperf3 -c 10.77.0.2 -t 2 -b 1M', atMs: 400 },
      { ns: 'a', line: 'iperf3 -c 10.77.0.2 -t 2', atMs: 900 },
    ];
    const cases: readonly (readonly Typed[])[] = [
      busy,
      [{ ns: 'a', line: 'iperf3 -c 10.77.0.2 -p 5340' }],
      [{ ns: 'a', line: 'iperf3 -c 10.77.0.2 -p 5340 -J' }],
      [{ ns: 'a', line: 'iperf3 -c 10.77.0.50 --connect-timeout 500' }],
      [{ ns: 'a', line: 'iperf3 -c 10.9.9.9' }],
    ];
    try {
      for (const lines of cases) {
        const expected = await real.run(lines);
        const actual = new EmulatedLab(PAIR).run(hostPrograms(), lines);
        assert.deepEqual(actual.map(masked), expected.map(masked), lines.at(-1)!.line);
      }
    } finally {
      real.dispose();
    }
  });

  it('reports when it is told to end, and the other end hears of it', () => {
    const emulated = new EmulatedLab(PAIR);
    const server = emulated.start(hostPrograms(), { ns: 'b', line: 'iperf3 -s' });
    const client = emulated.start(hostPrograms(), { ns: 'a', line: 'iperf3 -c 10.77.0.2 -b 1M' });
    emulated.world.run(1_500_000_000);
    client.proc.kill('SIGINT');
    emulated.world.run(100_000_000);
    assert.equal(client.output.stderr, 'iperf3: interrupt - the client has terminated\n');
    assert.match(client.output.stdout, /1\.00-1\.50 .*\n- - .*\n.*\n.* sender\n$/);
    assert.equal(client.proc.exitCode, 1);
    assert.equal(server.output.stderr, 'iperf3: error - the client has terminated\n');
    assert.match(server.output.stdout, /Server listening on 5201 \(test #2\)\n-+\n$/);
    server.proc.kill('SIGTERM');
    emulated.world.run(100_000_000);
    assert.match(server.output.stderr, /\niperf3: interrupt - the server has terminated\n$/);
    assert.equal(server.proc.exitCode, 1);
  });

  it('runs in the background, writes logs and says what Dockwire lacks', () => {
    const emulated = new EmulatedLab(PAIR);
    const [daemon, client, lacking] = emulated.run(hostPrograms(), [
      { ns: 'b', line: 'iperf3 -s -D --logfile /var/log/iperf3 -I /run/iperf3.pid' },
      { ns: 'a', line: 'iperf3 -c 10.77.0.2 -t 1 -b 1M', atMs: 100 },
      { ns: 'a', line: 'iperf3 -c 10.77.0.2 -u -b 0', atMs: 2000 },
    ]);
    assert.deepEqual(daemon, { stdout: '', stderr: '', exit: 0 });
    assert.match(client!.stdout, /iperf Done\.\n$/);
    assert.match(emulated.files.read('/var/log/iperf3')!, /Accepted connection[^]*receiver\n-+\nServer listening/);
    assert.match(emulated.files.read('/run/iperf3.pid')!, /^\d+\0$/);
    assert.equal(lacking!.exit, 127);
  });
});
