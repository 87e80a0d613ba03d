import assert from 'node:assert/strict';
import { lackingOf, readOptions, scanOptions } from '../../../src/userland/tcpdump/options.ts';

function read(line: string): ReturnType<typeof readOptions> {
  return readOptions(line.split(' '));
}

describe('userland/tcpdump: options', () => {
  it('stand bundled, with values attached or apart, and behind the filter', () => {
    const { interface: dev, verbose, link, count, filter, snaplen } = read('-vvei eth0 -c5 host 10.0.0.1 -s 0');
    assert.deepEqual([dev, verbose, link, count, filter, snaplen], ['eth0', 2, true, 5, 'host 10.0.0.1', 262_144]);
  });

  it('have long names, which may be cut short where they stay clear', () => {
    const { isNano, isPromiscuous, interface: dev } = read('--time-stamp-precision=nano --no-prom --interface lo');
    assert.deepEqual([isNano, isPromiscuous, dev], [true, false, 'lo']);
    assert.equal(scanOptions(['--n']).error?.message, "unrecognized option '--n'");
  });

  it('end at two dashes', () => {
    assert.deepEqual(scanOptions(['-n', '--', '-e']).words, ['-e']);
  });

  it('are found when Dockwire lacks them', () => {
    assert.equal(lackingOf(scanOptions(['-n', '-G', '5']))?.name, 'G');
    assert.equal(lackingOf(scanOptions(['-n', '-w', 'G'])), undefined);
  });
});
