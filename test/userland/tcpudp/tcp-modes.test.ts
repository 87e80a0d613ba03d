import assert from 'node:assert/strict';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { TCP_MODES } from '../../../src/userland/tcpudp/tcp-modes.ts';
import { need, needTools, SHARED } from '../../machine.ts';
import type { Result, Typed } from '../net-lab.ts';
import { EmulatedLab, PAIR, RealLab } from '../net-lab.ts';

/** A server at b, and what is typed at a once it listens. */
const served = (server: string, ...clients: string[]): Typed[] => [
  { ns: 'b', line: `tcpudp ${server}` },
  ...clients.map((line, i) => ({ ns: 'a', line: `tcpudp ${line}`, atMs: 400 + 300 * i })),
];

const at = (ns: string, line: string): Typed[] => [{ ns, line: `tcpudp ${line}` }];

/** What is typed at the same time. */
const CASES: readonly (readonly Typed[])[] = [
  served('tcpserve 10.77.0.2 7001', 'tcpsend 10.77.0.2 7001 100 40000'),
  served(
    'tcpserve 10.77.0.2 7002 2',
    'tcpsend 10.77.0.2 7002 0 40001',
    'tcpsend 10.77.0.2 7002 300000 40002 10.77.0.1',
  ),
  served('tcpserve 10.77.0.2 7003', 'tcpabort 10.77.0.2 7003 40003'),
  served('tcpserve 10.77.0.2 7004', 'tcpslow 10.77.0.2 7004 40004'),
  at('a', 'tcpsend 10.77.0.2 7010 10'),
  at('a', 'tcpsend 10.77.0.50 7010 10 40010'),
  at('a', 'tcpsend 10.9.9.9 7010 10'),
  at('a', 'tcpsend nobody.invalid 7010 10'),
  at('a', 'tcpsend 10.77.0.2 70000 10'),
  at('a', 'tcpsend 10.77.0.2 7010 10 40010 10.9.9.9'),
  at('a', 'tcpsend 10.77.0.2 7010 10 70000'),
  at('a', 'tcpabort 10.77.0.2 7010 40011'),
  at('a', 'tcpslow 10.77.0.2 7010 40012'),
  at('a', 'tcpslow 10.77.0.2 7010'),
  at('a', 'tcpserve 10.9.9.9 7010'),
  at('a', 'tcpserve 10.77.0.1 70000'),
  at('a', 'tcpserve 10.77.0.1 x'),
];

/** Of a traceback the last line; a machine without a name server hears of unknown names in several ways. */
function masked({ stdout, stderr, exit }: Result): Result {
  const error = stderr.startsWith('Traceback') ? `${stderr.trimEnd().split('\n').at(-1)!}\n` : stderr;
  const noName = /gaierror\(-\d, '[^']*'\)/;
  return { stdout: stdout.replace(noName, 'gaierror'), stderr: error, exit };
}

describe('userland/tcpudp over TCP:', function () {
  this.timeout(60_000);
  let lab: RealLab | undefined;
  after(() => lab?.dispose());

  it('prints and ends as the script does', async function () {
    need(this, 'netns');
    need(this, 'shared');
    needTools(this, ['python3']);
    lab = new RealLab(PAIR, 'tcpmodes');
    const script = `env TMO=2 timeout 6 python3 ${SHARED}/truth/tcpudp.py`;
    const typedAtScript = (each: Typed): Typed => ({ ...each, line: each.line.replace('tcpudp', script) });
    const expected = await Promise.all(CASES.map(async (lines) => lab!.run(lines.map(typedAtScript))));
    for (const [i, lines] of CASES.entries()) {
      const emulated = new EmulatedLab(PAIR);
      const actual = emulated.run(hostPrograms(), lines, 10);
      assert.deepEqual(actual.map(masked), expected[i]!.map(masked), lines.map(({ line }) => line).join(' | '));
    }
  });

  it('closes with a reset, 0.2 seconds after the connection was made', () => {
    const emulated = new EmulatedLab(PAIR);
    const [server] = emulated.run(hostPrograms(), served('tcpserve 10.77.0.2 7003', 'tcpabort 10.77.0.2 7003 40003'));
    assert.deepEqual(server, {
      stdout: '',
      stderr: 'ConnectionResetError: [Errno 104] Connection reset by peer\n',
      exit: 1,
    });
  });

  it('ends on SIGTERM without a word, and frees its port', () => {
    const emulated = new EmulatedLab(PAIR);
    const { proc, output } = emulated.start(hostPrograms(), { ns: 'b', line: 'tcpudp tcpserve 10.77.0.2 7005' });
    proc.kill('SIGTERM');
    assert.deepEqual({ ...output, exit: proc.exitCode }, { stdout: '', stderr: '', exit: 143 });
    const lines = served('tcpserve 10.77.0.2 7005', 'tcpsend 10.77.0.2 7005 5 40005');
    assert.equal(emulated.run(hostPrograms(), lines)[0]!.stdout, "served ('10.77.0.1', 40005) 5\n");
  });

  it('reads its command line as the script does', () => {
    for (const mode of Object.keys(TCP_MODES)) {
      const [result] = new EmulatedLab(PAIR).run(hostPrograms(), at('a', `${mode} 10.77.0.2 x`));
      assert.deepEqual(result, {
        stdout: '',
        stderr: "ValueError: invalid literal for int() with base 10: 'x'\n",
        exit: 1,
      });
    }
  });
});
