import assert from 'node:assert/strict';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { need, needTool, needTools } from '../../machine.ts';
import type { Result, Typed } from '../net-lab.ts';
import { EmulatedLab, PAIR, RealLab } from '../net-lab.ts';

const at = (ns: string, line: string, stdin = 'hi\n', atMs = 0): Typed => ({ ns, line, stdin, atMs });
/** A server that is ended when the client is done. */
const served = (server: string, client: string, stdin = 'hi\n'): Typed[] => [
  at('b', `timeout 3 ${server}`, 'srv\n'),
  at('a', client, stdin, 400),
];

/** What is typed at the same time. */
const CASES: readonly (readonly Typed[])[] = [
  served('nc -l -u 9001', 'nc -u -w 1 10.77.0.2 9001'),
  served('nc -luvn 9002', 'nc -u -p 4402 -w 1 10.77.0.2 9002'),
  served('nc -lukvn -p 9003', 'nc -u -N -w 1 10.77.0.2 9003'),
  served('nc -lu -W 1 9004', 'nc -u -W 1 10.77.0.2 9004'),
  served('nc -lu -w 1 10.77.0.2 9005', 'nc -u -d -w 1 10.77.0.2 9005'),
  served('nc -lu -q 0 9006', 'nc -u -w 1 10.77.0.2 9006'),
  served('nc -lund 9007', 'nc -u -M 5 -T lowdelay -C -w 1 10.77.0.2 9007'),
  served('nc -lu 9008', 'nc -u -n -v -w 1 10.77.0.2 9008'),
  served('nc -lu -s 10.77.0.2 -p 9009', 'nc -u -s 10.77.0.1 -i 1 -w 1 10.77.0.2 9009'),
  [at('a', 'nc -u -q 0 10.77.0.50 9')],
  [at('a', 'nc -u 10.77.0.2 9')],
  [at('a', 'nc -u -z -v -w 1 10.77.0.2 9')],
  [at('a', 'nc -u -z 10.77.0.2 9-11')],
  [at('a', 'nc -u -v -n -w 1 10.9.9.9 9')],
  [at('a', 'nc -u 10.9.9.9 9')],
  [at('a', 'nc -u 10.77.0.255 9')],
  [at('a', 'nc -u -b -w 1 10.77.0.255 9')],
  [at('a', 'nc -u -w 1 10.77.0.50 9')],
  [at('a', 'nc -u -s 10.9.9.9 10.77.0.2 9')],
  [at('a', 'nc -lu -s 10.9.9.9 -p 9')],
  ...[
    '',
    '-u',
    '-l',
    '-h',
    '-u 10.77.0.2',
    '-u 10.77.0.2 x',
    '-u 10.77.0.2 70000',
    '-u 10.77.0.2 0',
    '-u 10.77.0.2 11-9x',
    '-u 10.77.0.2 9-',
    '-l -u x',
    '-l -u 1 2 3',
    '-lup 9 10.77.0.2 8',
    '-k -u 10.77.0.2 9',
    '-l -z 9',
    '-u -p x 10.77.0.2 9',
    '-u -w x 10.77.0.2 9',
    '-u -w -1 10.77.0.2 9',
    '-u -q x 10.77.0.2 9',
    '-u -i x 10.77.0.2 9',
    '-u -W 0 10.77.0.2 9',
    '-u -M 300 10.77.0.2 9',
    '-u -T x 10.77.0.2 9',
    '-u -I x 10.77.0.2 9',
    '-u -O 0 10.77.0.2 9',
    '-y',
    '-p',
  ].map((args) => [at('a', `nc ${args}`.trim())]),
];

/** A server at b whose input stays open for so long, and a client whose does. */
const piped = (server: string, client: string, seconds = 1): Typed[] => [
  { ns: 'b', line: `timeout 5 ${server}`, stdin: 'srv\n' },
  { ns: 'a', line: client, stdin: 'hi\n', atMs: 400 + seconds },
];

/** The same over TCP. */
const TCP_CASES: readonly (readonly Typed[])[] = [
  piped('nc -l -n 9101', 'nc -n -N 10.77.0.2 9101'),
  piped('nc -lvnN 9102', 'nc -n -p 4502 10.77.0.2 9102'),
  piped('nc -lvnk 9103', 'nc -vn -q 1 10.77.0.2 9103'),
  piped('nc -lvn -p 9104', 'nc -vnN -s 10.77.0.1 -p 4504 10.77.0.2 9104'),
  piped('nc -ln 10.77.0.2 9105', 'nc -n -w 1 10.77.0.2 9105'),
  piped('nc -ln -w 1 9106', 'nc -n -w 2 10.77.0.2 9106'),
  piped('nc -ln -W 1 9107', 'nc -n -W 1 10.77.0.2 9107'),
  piped('nc -lnd 9108', 'nc -n -N -C 10.77.0.2 9108'),
  piped('nc -ln -s 10.77.0.2 -p 9109', 'nc -n -N -i 1 -T lowdelay -M 5 -I 5000 -O 5000 10.77.0.2 9109'),
  piped('nc -lknv 9131', 'nc -z -v -n 10.77.0.2 9130-9132'),
  piped('nc -lkn 9111', 'nc -z -n 10.77.0.2 9111'),
  piped('nc -lkn 9112', 'nc -z -v 10.77.0.2 9112'),
  [at('a', 'nc -z 10.77.0.2 9')],
  [at('a', 'nc -zvn 10.77.0.2 78-80')],
  [at('a', 'nc -zv 10.77.0.2 80')],
  [at('a', 'nc -vn -w 1 10.77.0.50 80')],
  [at('a', 'nc -vn 10.9.9.9 80')],
  [at('a', 'nc -vn -s 10.9.9.9 10.77.0.2 80')],
  [at('a', 'nc -ln -s 10.9.9.9 -p 80')],
  [at('a', 'nc -n -W 0 10.77.0.2 80')],
];

/** A program that `timeout` has ended is one that would go on. */
function masked({ stdout, stderr, exit }: Result): Result {
  return { stdout, stderr: stderr.replace(/10\.77\.0\.1 \d{5}\b/, '10.77.0.1 PORT'), exit: exit === 124 ? null : exit };
}

/** `served`, whose server is alone on its port: real ones share it with those of other lines. */
const untimed = (line: string): string => line.replace(/^timeout \d+ /, '');

describe('userland/nc:', function () {
  this.timeout(60_000);
  let lab: RealLab | undefined;
  after(() => lab?.dispose());

  it('says, sends and shows what the real one does, in UDP mode', async function () {
    need(this, 'netns');
    needTool(this, ['nc', '-h'], 'Debian patchlevel 1.219-1');
    lab = new RealLab(PAIR, 'nc');
    const expected = await Promise.all(CASES.map(async (lines) => lab!.run(lines)));
    for (const [i, lines] of CASES.entries()) {
      const emulated = new EmulatedLab(PAIR);
      const typed = lines.map((each) => ({ ...each, line: each.line.replace('timeout 3 ', '') }));
      const actual = emulated.run(hostPrograms(), typed, 4);
      assert.deepEqual(actual.map(masked), expected[i]!.map(masked), lines.map(({ line }) => line).join(' | '));
    }
  });

  it('says, sends and shows what the real one does, over TCP', async function () {
    need(this, 'netns');
    needTool(this, ['nc', '-h'], 'Debian patchlevel 1.219-1');
    const real = new RealLab(PAIR, 'nct');
    try {
      const expected = await Promise.all(TCP_CASES.map(async (lines) => real.run(lines)));
      for (const [i, lines] of TCP_CASES.entries()) {
        const emulated = new EmulatedLab(PAIR);
        const typed = lines.map((each) => ({ ...each, line: untimed(each.line) }));
        const actual = emulated.run(hostPrograms(), typed, 5);
        assert.deepEqual(actual.map(masked), expected[i]!.map(masked), lines.map(({ line }) => line).join(' | '));
      }
    } finally {
      real.dispose();
    }
  });

  it('puts the frames of the real one on the wire', async function () {
    needTools(this, ['nc', 'tcpdump']);
    need(this, 'netns');
    need(this, 'shared');
    const real = new RealLab(PAIR, 'ncf');
    try {
      const lines = served('nc -lu 9010', 'nc -u -p 4410 -M 5 -T 0x10 -w 1 10.77.0.2 9010', 'some text\n');
      const frames = await real.capture('a', 'eth0', async () => real.run(lines));
      const emulated = new EmulatedLab(PAIR);
      emulated.run(
        hostPrograms(),
        lines.map((each) => ({ ...each, line: each.line.replace('timeout 3 ', '') })),
        4,
      );
      assert.deepEqual(emulated.canonical('a', 'eth0'), frames);
    } finally {
      real.dispose();
    }
  });

  it('names hosts and services', () => {
    const emulated = new EmulatedLab(PAIR);
    emulated.files.write('/etc/hosts', '10.77.0.2 b.lan b\n10.77.0.1 a\n0.0.0.0 any\n');
    const [server, client] = emulated.run(
      hostPrograms(),
      [at('b', 'nc -luv -W 1 domain'), at('a', 'nc -uv -w 1 -p 4400 b domain', 'x', 100)],
      5,
    );
    assert.equal(client!.stderr, 'Connection to b (10.77.0.2) 53 port [udp/domain] succeeded!\n');
    assert.equal(server!.stderr, 'Bound on any 53\nConnection received on a 4400\n');
  });

  it('says before the run what is not there, and what never was', () => {
    const { check, refusal } = hostPrograms().get('nc')!;
    assert.equal(check!(['-u', '-x', 'proxy', 'b', '9'])?.argIndex, 1);
    assert.equal(check!(['-l', '80']), undefined);
    assert.equal(refusal!(['-y'])?.message, "invalid option -- 'y'");
  });
});
