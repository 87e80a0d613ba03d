import assert from 'node:assert/strict';
import type { ClifOption } from '../../../src/userland/traceroute/clif.ts';
import { failOnOperand, failOnValue, parseClif } from '../../../src/userland/traceroute/clif.ts';

const OPTIONS: readonly ClifOption[] = [
  { letter: 'n', long: '', valueName: '' },
  { letter: 'q', long: 'queries', valueName: 'nqueries' },
  { letter: 'U', long: 'udp', valueName: '' },
  { letter: '', long: 'UL', valueName: '', isOneDash: true },
  { letter: 'F', long: 'dont-fragment', valueName: '', mayAbbreviate: true },
  { letter: 'V', long: 'version', valueName: '', isLast: true },
];

function given(line: string): string[] {
  const { given: options, operands, error } = parseClif(line.split(' '), OPTIONS);
  return [
    ...options.map(({ spelling, value, wordNumber }) => `${spelling}=${value}@${wordNumber}`),
    ...operands.map(({ text, wordNumber }) => `${text}@${wordNumber}`),
    ...(error === null ? [] : [error.message]),
  ];
}

describe('userland/traceroute: command line', () => {
  it('takes letters together, values attached or apart, long names with =, operands anywhere', () => {
    assert.deepEqual(given('-n host -q 3 --queries=4 -q5 40'), [
      '-n=@1',
      '-q=3@4',
      '--queries=4@5',
      '-q=5@6',
      'host@2',
      '40@7',
    ]);
    assert.deepEqual(given('-nq 2 h'), ['-n=@1', '-q=2@2', 'h@3']);
    assert.deepEqual(given('-UL --udp --dont -U - -- -n'), [
      '-UL=@1',
      '--udp=@2',
      '--dont-fragment=@3',
      '-U=@4',
      '-@5',
      '-n@7',
    ]);
    assert.deepEqual(given('-V -X'), ['-V=@1']);
  });

  it('says what is wrong, and where', () => {
    assert.deepEqual(given('-n -X'), ['-n=@1', "Bad option `-X' (argc 2)"]);
    assert.deepEqual(given('--udp=3'), ["Bad option `--udp=3' (with arg `3') (argc 1)"]);
    assert.deepEqual(given('-nq1'), ['-n=@1', "Option `-q' (argc 1) requires an argument: `-q nqueries'"]);
    assert.deepEqual(given('--queries 1'), ["Option `--queries' (argc 1) requires an argument: `--queries=nqueries'"]);
    assert.throws(() => {
      failOnValue(parseClif(['-q', 'x'], OPTIONS).given[0]!);
    }, /Cannot handle `-q' option with arg `x' \(argc 2\)/);
    assert.throws(() => {
      failOnOperand('host', { text: 'x', wordNumber: 3 }, 1);
    }, /Cannot handle "host" cmdline arg `x' on position 1 \(argc 3\)/);
  });
});
