import assert from 'node:assert/strict';
import type { ProgramOption } from '../../../src/kernel/nf/program-options.ts';
import { readProgramOptions } from '../../../src/kernel/nf/program-options.ts';

const OPTIONS: readonly ProgramOption[] = [
  { letter: 'v', name: 'verbose', argument: 'none' },
  { letter: 'V', name: 'version', argument: 'none' },
  { letter: 'T', name: 'table', argument: 'required' },
  { letter: 'w', name: 'wait', argument: 'optional' },
];

function read(line: string): unknown {
  const { options, operands, mistake } = readProgramOptions(line === '' ? [] : line.split(' '), OPTIONS);
  return mistake === '' ? [options.map((pair) => pair.join('=')).join(' '), operands.join(' ')] : mistake;
}

describe('kernel/nf/program-options', () => {
  it('are read in clusters, cut short, with values and words between them', () => {
    assert.deepEqual(read(''), ['', '']);
    assert.deepEqual(read('-vTnat a --table filter b --tab=raw'), ['v= T=nat T=filter T=raw', 'a b']);
    assert.deepEqual(read('-w 5 --wait=6 -v -- -v'), ['w=5 w=6 v=', '-v']);
    assert.deepEqual(read('-w -v'), ['w= v=', '']);
  });

  it('are refused in the words of getopt_long', () => {
    assert.equal(read('-q'), "invalid option -- 'q'");
    assert.equal(read('-vq'), "invalid option -- 'q'");
    assert.equal(read('-w5'), "invalid option -- '5'");
    assert.equal(read('-T'), "option requires an argument -- 'T'");
    assert.equal(read('--quiet=1'), "unrecognized option '--quiet=1'");
    assert.equal(read('--table'), "option '--table' requires an argument");
    assert.equal(read('--verbose=1'), "option '--verbose' doesn't allow an argument");
    assert.equal(read('--ver'), "option '--ver' is ambiguous; possibilities: '--verbose' '--version'");
  });
});
