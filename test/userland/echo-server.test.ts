import assert from 'node:assert/strict';
import { hostPrograms } from '../../src/userland/registry.ts';
import type { Result } from './net-lab.ts';
import { EmulatedLab, PAIR } from './net-lab.ts';

/** A server at b, and what lines at a answer one after the other. */
function asked(server: string, lines: readonly (readonly [line: string, stdin: string])[]): Result[] {
  const lab = new EmulatedLab(PAIR);
  const { proc } = lab.start(hostPrograms(), { ns: 'b', line: server });
  const results = lines.map(([line, stdin]) => lab.run(hostPrograms(), [{ ns: 'a', line, stdin }])[0]!);
  proc.kill('SIGTERM');
  lab.world.run(1_000_000);
  assert.equal(proc.exitCode, 0);
  return results;
}

function alone(line: string): Result {
  return new EmulatedLab(PAIR).run(hostPrograms(), [{ ns: 'b', line }], 1)[0]!;
}

describe('userland/echo-server:', () => {
  it('gives back streams and datagrams, at the port of echo', () => {
    const text = 'x'.repeat(100_000);
    const [small, large, datagram] = asked('echo-server', [
      ['nc -N 10.77.0.2 7', 'one\n'],
      ['nc -N 10.77.0.2 echo', text],
      ['nc -u -w 1 10.77.0.2 7', 'two\n'],
    ]);
    assert.deepEqual(small, { stdout: 'one\n', stderr: '', exit: 0 });
    assert.ok(large!.stdout === text, 'all of it comes back');
    assert.equal(datagram!.stdout, 'two\n');
  });

  it('listens where it is told, and answers later', () => {
    const results = asked('echo-server -t 1000 --tcp=http --udp domain -d 1.5', [
      ['nc -N -w 1 10.77.0.2 1000', 'early'],
      ['nc -N -w 2 10.77.0.2 80', 'late'],
      ['nc -u -w 2 10.77.0.2 53', 'late too'],
      ['nc -z -v 10.77.0.2 7', ''],
    ]);
    assert.deepEqual(
      results.map(({ stdout }) => stdout),
      ['', 'late', 'late too', ''],
    );
    assert.equal(results[3]!.stderr, 'nc: connect to 10.77.0.2 port 7 (tcp) failed: Connection refused\n');
  });

  it('says what it does not take', () => {
    assert.match(alone('echo-server -h').stdout, /^Usage: echo-server /);
    const faults = ['-t 0', '-u x', '--tcp=65536', '-d x', '-d inf', '-x', 'y', '--tcp'].map((args) => {
      const { exit, stderr } = alone(`echo-server ${args}`);
      assert.equal(exit, 2, args);
      return stderr.split('\n')[0]!.slice('echo-server: '.length);
    });
    assert.deepEqual(faults, [
      "not a port: '0'",
      "not a port: 'x'",
      "not a port: '65536'",
      "not a time: 'x'",
      "not a time: 'inf'",
      "invalid option -- 'x'",
      "extra operand 'y'",
      "option '--tcp' requires an argument",
    ]);
    assert.equal(hostPrograms().get('echo-server')!.refusal!(['-t', '7', '-x'])?.argIndex, 2);
  });

  it('says when a port is taken', () => {
    const lab = new EmulatedLab(PAIR);
    lab.start(hostPrograms(), { ns: 'b', line: 'echo-server -u 9' });
    const [second] = lab.run(hostPrograms(), [{ ns: 'b', line: 'echo-server -u 9' }]);
    assert.deepEqual(second, { stdout: '', stderr: 'echo-server: udp port 9: Address already in use\n', exit: 1 });
  });
});
