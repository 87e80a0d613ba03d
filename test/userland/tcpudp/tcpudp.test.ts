import assert from 'node:assert/strict';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { need, needTools, SHARED } from '../../machine.ts';
import type { Result, Typed } from '../net-lab.ts';
import { EmulatedLab, PAIR, RealLab } from '../net-lab.ts';

/** What is typed at the same time; a first word `tcpudp` stands for the script. */
const CASES: readonly (readonly Typed[])[] = [
  [
    { ns: 'b', line: 'tcpudp udpecho 10.77.0.2 7001 2' },
    { ns: 'a', line: 'tcpudp udpsend 10.77.0.2 7001 100 40000 2', atMs: 300 },
  ],
  [
    { ns: 'b', line: 'tcpudp udpecho 10.77.0.2 7002' },
    { ns: 'a', line: 'tcpudp udpto 10.77.0.2 7002 5 40001', atMs: 300 },
  ],
  [{ ns: 'a', line: 'tcpudp udpsend 10.77.0.2 9999 100 40010 2' }],
  [{ ns: 'a', line: 'tcpudp udpsend 10.77.0.50 9 100 40011' }],
  [{ ns: 'a', line: 'tcpudp udpcollide 10.77.0.2 9 40020' }],
  [{ ns: 'a', line: 'tcpudp udpburst 10.77.0.50 3 40021' }],
  [{ ns: 'a', line: 'tcpudp udpsend 10.77.0.2 9 70000 40022' }],
  [{ ns: 'a', line: 'tcpudp udpsend 10.77.0.255 9 5' }],
  [{ ns: 'a', line: 'tcpudp udpsend 10.9.9.9 9 5' }],
  [{ ns: 'a', line: 'tcpudp udpecho 10.77.0.9 99' }],
  [{ ns: 'a', line: 'tcpudp udpto 10.77.0.2 70000 5 0' }],
  [{ ns: 'a', line: 'tcpudp udpto 10.77.0.2 0 5 0' }],
  [{ ns: 'a', line: 'tcpudp udpto 10.77.0.2 9 -5 0' }],
  [{ ns: 'a', line: 'tcpudp udpto 10.77.0.2 9 5' }],
  [{ ns: 'a', line: 'tcpudp udpto 10.77.0.2 x 5 0' }],
  [{ ns: 'a', line: 'tcpudp udpwhat 10.77.0.2 9 5 0' }],
  [{ ns: 'a', line: 'tcpudp' }],
  [{ ns: 'a', line: 'tcpudp tcpstray 10.77.0.1 10.77.0.2 45000 7001' }],
  [{ ns: 'a', line: 'tcpudp tcpstray 10.77.0.1 10.77.0.255 1 2' }],
  [{ ns: 'a', line: 'tcpudp tcpstray 10.77.0.1 10.9.9.9 1 2' }],
  [{ ns: 'a', line: 'tcpudp tcpstray 10.77.0.1 10.77.0.2 1' }],
  [{ ns: 'a', line: 'tcpudp tcpstray 10.77.0.1 10.77.0.2 1 70000' }],
  [{ ns: 'a', line: 'tcpudp tcpstray 10.77.0.1 10.77.0.2 x 7' }],
  [{ ns: 'a', line: 'tcpudp tcpstray 10.77.0.1 nobody 1 7' }],
];

/** Of a traceback the last line. */
function masked({ stdout, stderr, exit }: Result): Result {
  const error = stderr.startsWith('Traceback') ? `${stderr.trimEnd().split('\n').at(-1)!}\n` : stderr;
  return { stdout, stderr: error, exit };
}

describe('userland/tcpudp:', function () {
  this.timeout(30_000);
  let lab: RealLab | undefined;

  after(() => lab?.dispose());

  it('prints and ends as the script does', async function () {
    need(this, 'netns');
    need(this, 'shared');
    needTools(this, ['python3']);
    lab = new RealLab(PAIR, 'tcpudp');
    const typedAtScript = (each: Typed): Typed => ({
      ...each,
      line: each.line.replace('tcpudp', `python3 ${SHARED}/truth/tcpudp.py`),
    });
    const expected = await Promise.all(CASES.map(async (lines) => lab!.run(lines.map(typedAtScript))));
    for (const [i, lines] of CASES.entries()) {
      const actual = new EmulatedLab(PAIR).run(hostPrograms(), lines);
      assert.deepEqual(actual, expected[i]!.map(masked), lines.map(({ line }) => line).join(' | '));
    }
  });

  it('answers with the sender as it was seen, for ever', () => {
    const emulated = new EmulatedLab(PAIR);
    const server = emulated.start(hostPrograms(), { ns: 'b', line: 'tcpudp udpseen 10.77.0.2 7003' });
    const [client] = emulated.run(hostPrograms(), [
      { ns: 'a', line: 'python3 -u /tmp/tcpudp.py udpcollide 10.77.0.2 7003 40030 40031' },
    ]);
    assert.equal(client!.stdout, '40030 -> 10.77.0.1:40030\n40031 -> 10.77.0.1:40031\n');
    assert.equal(server.proc.exitCode, null);
  });

  it('gives up waiting for datagrams to echo after a minute', () => {
    const emulated = new EmulatedLab(PAIR);
    const [result] = emulated.run(hostPrograms(), [{ ns: 'b', line: 'tcpudp udpecho 10.77.0.2 7001' }]);
    assert.deepEqual(result, { stdout: '', stderr: 'TimeoutError: timed out\n', exit: 1 });
  });

  it('says which scripts are not there', () => {
    const [other] = new EmulatedLab(PAIR).run(hostPrograms(), [{ ns: 'a', line: 'python3 -c 1' }]);
    assert.equal(other!.exit, 127);
    const { check } = hostPrograms().get('python3')!;
    assert.equal(check!(['./tcpudp.py', 'tcpsend']), undefined);
    assert.match(check!(['-c', '1'])!.message, /not supported by Dockwire but for tcpudp.py, dnsserver.py/);
  });
});
