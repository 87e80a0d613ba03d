import assert from 'node:assert/strict';
import { GROUPS, TOP_COMMANDS, findEntry } from '../../../src/docker/cli/catalogue.ts';
import { groupUsage, operandFault, rootUsage } from '../../../src/docker/cli/usage.ts';
import { recorded } from '../recordings.ts';

describe('usage texts', () => {
  it('list every command in columns', () => {
    const text = rootUsage();
    assert.ok(text.startsWith('\nUsage:  docker [OPTIONS] COMMAND\n'));
    assert.match(text, /\nManagement Commands:\n {2}builder {5}Manage builds\n {2}completion {2}Generate /);
    assert.match(
      text,
      /\n {2}wait {8}Block until one or more containers stop, then print their exit codes\n\nRun 'docker/,
    );
    assert.equal(text.split('\n').length, 91);
  });

  it('of a management command are as the client prints them', () => {
    const network = groupUsage(GROUPS.find((group) => group.name === 'network')!);
    assert.equal(
      network,
      `
Usage:  docker network COMMAND

Manage networks

Commands:
  connect     Connect a container to a network
  create      Create a network
  disconnect  Disconnect a container from a network
  inspect     Display detailed information on one or more networks
  ls          List networks
  prune       Remove all unused networks
  rm          Remove one or more networks

Run 'docker network COMMAND --help' for more information on a command.
`,
    );
  });

  it('complain of too few or too many operands', function () {
    const inspect = findEntry(TOP_COMMANDS, 'inspect')!.command!;
    // Recorded for another command with the same rule.
    const { text } = recorded(this, 'single/05-errors.txt', 'docker network rm');
    const wanted = text
      .replaceAll('docker network rm', 'docker inspect')
      .replace('docker inspect NETWORK [NETWORK...]', 'docker inspect [OPTIONS] NAME|ID [NAME|ID...]')
      .replace('Remove one or more networks', 'Return low-level information on Docker objects');
    assert.equal(`${operandFault(inspect, 0)!}\n`, wanted);
    assert.equal(operandFault(inspect, 1), undefined);
    const exec = findEntry(TOP_COMMANDS, 'exec')!.command!;
    assert.match(
      operandFault(exec, 1)!,
      /^"docker exec" requires at least 2 arguments\.\nSee 'docker exec --help'\.\n/,
    );
    const list = findEntry(TOP_COMMANDS, 'ps')!.command!;
    assert.match(operandFault(list, 1)!, /^"docker ps" accepts no arguments\.\n/);
  });
});
