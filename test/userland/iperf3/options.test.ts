import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { IPERF3_OPTIONS, IperfUsage, readIperf3 } from '../../../src/userland/iperf3/options.ts';
import { compactJson } from '../../../src/userland/iperf3/cjson.ts';
import { parametersOf, takeParameters, defaultSettings } from '../../../src/userland/iperf3/settings.ts';
import { IPERF3 } from '../../../src/userland/iperf3/iperf3.ts';
import { needTool } from '../../machine.ts';

const words = (line: string): string[] => line.split(' ').filter((word) => word !== '');

/** What is printed where instead of a test. */
function usageOf(line: string): { stdout: string; stderr: string; exit: number } {
  try {
    readIperf3(words(line));
  } catch (error) {
    if (!(error instanceof IperfUsage)) throw error;
    return { stdout: error.stdout, stderr: error.stderr, exit: error.exitCode };
  }
  return assert.fail(`iperf3 ${line} is taken`);
}

/** What the real one refuses. */
const REFUSED: readonly string[] = [
  '',
  '-h',
  '-s -P 2',
  '-s -c x',
  '-c x -s',
  '-D -c x',
  '-c',
  '--foo',
  '-c x --b',
  '-c x --json=1',
  '-c x -l 2M',
  '-c x -u -l 100000',
  '-c x -u -l 3',
  '-c x -i 70',
  '-c x -i 0.01',
  '-c x -w 9G',
  '-c x -M 99999',
  '-c x -S 300',
  '-c x --dscp foo',
  '-c x --dscp 64',
  '-c x -O 100',
  '-c x -f z',
  '-c x -p 99999',
  '-c x -p 0',
  '-c x -P 200',
  '-c x -t 90000',
  '-c x -t 1 -n 5',
  '-c x -n 5 -k 5',
  '-c x -R --bidir',
  '-c x --bidir -R',
  '-c x -b 1M/2000',
];

describe('userland/iperf3: its command line', () => {
  it('is refused in the words of the real one', function () {
    needTool(this, ['iperf3', '-v'], 'iperf 3.12 ');
    for (const line of REFUSED) {
      const { stdout, stderr, status } = spawnSync('iperf3', words(line), { encoding: 'utf8' });
      assert.deepEqual(usageOf(line), { stdout, stderr, exit: status }, line);
    }
  });

  it('makes the parameters that the real one sends', () => {
    const told = (line: string): string => compactJson(parametersOf(readIperf3(words(line))));
    const end = ',"pacing_timer":1000,"client_version":"3.12"}';
    assert.equal(
      told('-c x -t 2'),
      `{"tcp":true,"omit":0,"time":2,"num":0,"blockcount":0,"parallel":1,"len":131072${end}`,
    );
    assert.equal(
      told('-c x -u -t 1 -P 2 -b 2M -l 1448'),
      `{"udp":true,"omit":0,"time":1,"num":0,"blockcount":0,"parallel":2,"len":1448,"bandwidth":2000000${end}`,
    );
    assert.equal(
      told('-c x -O 1 -t 1 -V -C cubic -w 64K -M 1000 -N -i 0.5 -f k -T title'),
      '{"tcp":true,"omit":1,"time":1,"num":0,"blockcount":0,"MSS":1000,"nodelay":true,"parallel":1,"window":65536,' +
        '"len":131072,"pacing_timer":1000,"title":"title","congestion":"cubic","client_version":"3.12"}',
    );
    assert.equal(
      told('-c x -t 1 --bidir -b 8M -S 0x10'),
      '{"tcp":true,"omit":0,"time":1,"num":0,"blockcount":0,"parallel":1,"bidirectional":true,"len":131072,' +
        `"bandwidth":8000000,"pacing_timer":1000,"TOS":16,"client_version":"3.12"}`,
    );
  });

  it('comes out at the server as it was typed', () => {
    const typed = readIperf3(
      words('-c x -u -n 2M -b 3M/10 -l 500 -P 3 -R -S 8 --get-server-output --udp-counters-64bit'),
    );
    const taken = defaultSettings();
    assert.ok(takeParameters(taken, compactJson(parametersOf(typed))));
    assert.deepEqual({ ...taken, host: 'x' }, typed);
    assert.equal(takeParameters(taken, '[]'), false);
    assert.equal(takeParameters(taken, '{'), false);
  });

  it('names what Dockwire lacks, and what nobody has', () => {
    assert.equal(IPERF3.check!(['-c', 'x', '--sctp'])?.message, 'option --sctp is not supported by Dockwire');
    assert.equal(IPERF3.check!(['-c', 'x', '-t', '2']), undefined);
    assert.equal(IPERF3.refusal!(['--foo'])?.message, "unrecognized option '--foo'");
    assert.ok(IPERF3_OPTIONS.lacking!.every((key) => key.length > 0));
  });
});
