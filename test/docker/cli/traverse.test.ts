import assert from 'node:assert/strict';
import { ROOT } from '../../../src/docker/cli/catalogue.ts';
import { traverse } from '../../../src/docker/cli/traverse.ts';

function goal(line: string): string {
  const args = line.split(' ').filter((word) => word !== '');
  const found = traverse(ROOT, args, 0, { isHelp: false, notices: '', lacking: undefined });
  if (found.kind === 'refused') return `refused ${found.outcome.message} from ${found.offset}`;
  const name = found.kind === 'entry' ? found.entry.form.path : `group ${found.group.path}`;
  return `${name} from ${found.offset}${found.passed.isHelp ? ' help' : ''}`;
}

describe('the way to a command', () => {
  it('leads through management commands, by aliases, too', () => {
    const cases: [line: string, goal: string][] = [
      ['ps -a', 'ps from 1'],
      ['network ls', 'network ls from 2'],
      ['container ps -a', 'container ls from 2'],
      ['trust key load x', 'trust key load from 3'],
      ['network', 'group network from 1'],
      ['network bogus ls', 'group network from 1'],
      ['', 'group  from 0'],
      ['bogus', 'group  from 0'],
    ];
    for (const [line, wanted] of cases) assert.equal(goal(line), wanted, line);
  });

  it('takes options on the way, as far as it can tell what belongs to them', () => {
    const cases: [line: string, goal: string][] = [
      ['network --help ls', 'network ls from 2 help'.replace('2', '3')],
      ['network --help=false ls', 'network ls from 3'],
      ['stack --orchestrator swarm ls', 'stack ls from 4'],
      ['network --bogus ls', 'group network from 1'],
      ['network -- ls', 'group network from 1'],
      ['network -x ls', 'group network from 1'],
      ['network --bogus=1 ls', 'refused unknown flag: --bogus from 1'],
      ['network -xy ls', "refused unknown shorthand flag: 'x' in -xy from 1"],
    ];
    for (const [line, wanted] of cases) assert.equal(goal(line), wanted, line);
  });

  it('brings what the client says about old letters and what Dockwire lacks', () => {
    const network = traverse(ROOT, ['network', '-h', 'ls'], 0, { isHelp: false, notices: '', lacking: undefined });
    assert.ok(network.kind === 'entry' && network.passed.isHelp);
    assert.equal(network.passed.notices.split('\n').length - 1, 1);
    const stack = ['stack', '--orchestrator', 'swarm', 'ls'];
    const goalOfStack = traverse(ROOT, stack, 0, { isHelp: false, notices: '', lacking: undefined });
    assert.ok(goalOfStack.kind === 'entry');
    assert.deepEqual(goalOfStack.passed.lacking, {
      name: 'docker stack --orchestrator',
      supported: '--help',
      argIndex: 1,
    });
  });
});
