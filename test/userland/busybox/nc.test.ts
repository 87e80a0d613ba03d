import assert from 'node:assert/strict';
import { busyboxPrograms } from '../../../src/userland/registry.ts';
import { need, needTool } from '../../machine.ts';
import type { Result, Typed } from '../net-lab.ts';
import { EmulatedLab, PAIR, RealLab } from '../net-lab.ts';

/** A server at b, ended when the client at a is done. */
const served = (server: string, ...clients: string[]): Typed[] => [
  { ns: 'b', line: `timeout 4 ${server}`, stdin: 'srv\n' },
  ...clients.map((line, order) => ({ ns: 'a', line, stdin: 'hi\n', atMs: 800 + 300 * order })),
];
/** With an input that comes in time. */
const piped = (input: string, args: string): string => `sh -c "${input} | nc ${args}"`;
/** With one that stays open, so that the peer has time to send before it hears of an end. */
const open = (args: string): string => piped('(echo srv; sleep 3)', args);
const alone = (args: string): Typed[] => [{ ns: 'a', line: `nc ${args}`.trim() }];

/** What is typed at the same time. */
const CASES: readonly (readonly Typed[])[] = [
  served(open('-l -p 9101'), 'nc 10.77.0.2 9101'),
  served(open('-l -p 9102 10.77.0.2'), 'nc 10.77.0.2:9102 1'),
  served(open('-l 10.77.0.2:9103'), 'nc -w 2 10.77.0.2 9103'),
  // The second comes to a closed door.
  served(open('-l -p 9104'), 'nc 10.77.0.2 9104', 'nc 10.77.0.2 9104'),
  served(open('-l -p 9105'), 'nc -i 1 10.77.0.2 9105'),
  served('nc -l -p 9106 -e cat', 'nc 10.77.0.2 9106'),
  served('nc -ll -p 9107 -e echo hello', 'nc 10.77.0.2 9107', 'nc 10.77.0.2 9107', 'nc 10.77.0.2 9107'),
  served('nc -ll -p 9108 -e sh -c "read a; echo got $a"', 'nc 10.77.0.2 9108', 'nc 10.77.0.2 9108'),
  served('nc -ll -p 9109 -e nosuch -l', 'nc 10.77.0.2 9109', 'nc 10.77.0.2 9109'),
  served('nc -lp 9110', 'nc 10.77.0.2 9110 -e sh -c "echo one; echo two >&2; cat; exit 3"'),
  served('nc -l -p 9111 -e head -n 1', 'nc 10.77.0.2 9111'),
  served('nc -l -p 9112', 'nc 10.77.0.2 9112 -e nosuch'),
  served('nc -l -w 1 -p 9113'),
  // The client's input is open when the server's ends, and the other way round.
  served(piped('(sleep 2; echo s)', '-l -p 9116'), piped('(echo a; sleep 3)', '10.77.0.2 9116')),
  served(open('-l -p 9117'), piped('(sleep 1; echo a)', '10.77.0.2 9117')),
  served('nc -ll -p 9118 -e true', piped('(echo a; sleep 1; echo b)', '10.77.0.2 9118')),
  alone('10.77.0.2 9'),
  alone('10.77.0.2 discard'),
  alone('10.9.9.9 9'),
  alone('-w 1 10.77.0.50 9'),
  alone('10.77.0.255 9'),
  alone('-l -p 9114 10.9.9.9'),
  alone('-l -p 9115 nosuch'),
  alone('-l -w 1'),
  ...[
    '',
    '--help',
    '--help x',
    'x',
    'x 9',
    'x y',
    '10.77.0.2',
    '10.77.0.2:9',
    '1 2 3',
    '-l 1 2',
    '-u 1 2',
    '-y -p x',
    '-p x -y',
    '-p',
    '-p 70000 -l',
    '-e',
    '-e x',
    '-lw1 -le x a b',
    '-w x 1 2',
    '-w +1 1 2',
    '-w 4294967296 1 2',
    '-i 1k 1 2',
    '10.77.0.2 0x9',
    '10.77.0.2 +9',
    '10.77.0.2 70000',
    '10.77.0.2:x 9',
    '10.77.0.2: 9',
    '300.1.1.1 9',
    '-w1 -w0 127.0.0.1 9',
    '127.1 009',
    '0 9',
  ].map(alone),
];

/** A program that `timeout` has ended is one that would go on. */
function masked({ stdout, stderr, exit }: Result): Result {
  return { stdout, stderr, exit: exit === 124 ? null : exit };
}

const isReal = (line: string): string => line.replace(/\bnc(?= |$)/, 'busybox nc').replace(/\$a/, '\\$a');
const untimed = (line: string): string => line.replace(/^timeout \d+ /, '');

function runEmulated(lines: readonly Typed[], seconds = 5): Result[] {
  const typed = lines.map((each) => ({ ...each, line: untimed(each.line) }));
  return new EmulatedLab(PAIR).run(busyboxPrograms(), typed, seconds);
}

describe('userland/busybox/nc:', function () {
  this.timeout(60_000);

  it('says, sends and shows what the real one does', async function () {
    need(this, 'netns');
    needTool(this, ['busybox'], 'BusyBox v1.35.0');
    const real = new RealLab(PAIR, 'bnc');
    try {
      const typed = CASES.map((lines) => lines.map((each) => ({ ...each, line: isReal(each.line) })));
      // Those with a server first: they depend on how quickly programs start.
      const answers = new Map<readonly Typed[], Result[]>();
      for (const isServed of [true, false]) {
        const batch = typed.filter((lines) => lines.length > 1 === isServed);
        await Promise.all(batch.map(async (lines) => answers.set(lines, await real.run(lines))));
      }
      for (const [i, lines] of CASES.entries()) {
        const actual = runEmulated(lines);
        assert.deepEqual(
          actual.map(masked),
          answers.get(typed[i]!)!.map(masked),
          lines.map(({ line }) => line).join(' | '),
        );
      }
    } finally {
      real.dispose();
    }
  });
  it('says before the run what is lacking, what never was, and where the program begins', () => {
    const { check, refusal, commandAt } = busyboxPrograms().get('nc')!;
    assert.equal(check!(['-f', '/dev/ttyS0'])?.argIndex, 0);
    assert.equal(check!(['-l', '-e', 'cat', '-f']), undefined);
    assert.equal(refusal!(['-lk', '-p', '80'])?.message, "invalid option -- 'k'");
    assert.equal(refusal!(['-ll', '-e', 'cat', '-k']), undefined);
    assert.equal(commandAt!(['-llp', '80', '-e', 'cat', '-k']), 3);
    assert.equal(commandAt!(['-llp', '80', '-ecat']), undefined);
    assert.equal(commandAt!(['a', '80']), undefined);
  });
});
