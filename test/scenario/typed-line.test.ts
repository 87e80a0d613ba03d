import assert from 'node:assert/strict';
import { isUnfinished, readTypedLine } from '../../src/scenario/typed-line.ts';
import { planOf } from './plan-helper.ts';

const PLAN = planOf('hosts:\n  node1: { docker: false }\n  node2: { docker: false }\n');

describe('scenario/typed-line:', () => {
  it('takes the host from in front of the command', () => {
    const read = (line: string): unknown => readTypedLine(line, 'node1', PLAN);
    assert.deepEqual(read('node2> ip addr'), { host: 'node2', command: 'ip addr' });
    assert.deepEqual(read('  node2>   ip addr  '), { host: 'node2', command: 'ip addr' });
    assert.deepEqual(read('node2>'), { host: 'node2', command: '' });
    assert.deepEqual(read('ip addr'), { host: 'node1', command: 'ip addr' });
    assert.deepEqual(read('# a note'), { host: 'node1', command: '' });
    assert.deepEqual(read('echo x > file'), { host: 'node1', command: 'echo x > file' });
    assert.equal(read('node3> ls'), 'no host "node3"; did you mean "node1"?');
    assert.equal(read('router> ls'), 'no host "router"; expected one of node1, node2');
  });

  it('knows a command that goes on in the next line', () => {
    const open = [
      'for i in 1',
      'if true; then',
      'echo "a',
      "echo 'a",
      'a &&',
      'a |',
      'echo \\',
      'cat <<E',
      'cat <<E\nx',
      '(echo',
      'f() {',
    ];
    for (const text of open) assert.ok(isUnfinished(text), text);
    const whole = [
      '',
      'echo a',
      'for i in 1; do echo; done',
      'echo \\\\',
      'cat <<E\nx\nE',
      'echo )',
      'done',
      "cat <<'E'\nE",
    ];
    for (const text of whole) assert.ok(!isUnfinished(text), text);
  });
});
