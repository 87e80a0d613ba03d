import assert from 'node:assert/strict';
import { GROUPS, ROOT, TOP_COMMANDS, findEntry } from '../../../src/docker/cli/catalogue.ts';
import type { CommandForm } from '../../../src/docker/cli/options/form.ts';
import { commandHelp, groupHelp, operandFault } from '../../../src/docker/cli/usage.ts';
import { recorded } from '../recordings.ts';

describe('usage texts', () => {
  it('list every command in columns', () => {
    const text = groupHelp(ROOT);
    assert.ok(text.startsWith('\nUsage:  docker [OPTIONS] COMMAND\n'));
    assert.match(text, /\nManagement Commands:\n {2}builder {5}Manage builds\n {2}completion {2}Generate /);
    assert.match(
      text,
      /\n {2}wait {8}Block until one or more containers stop, then print their exit codes\n\nRun 'docker/,
    );
    assert.equal(text.split('\n').length, 91);
  });

  it('of a management command are as the client prints them', () => {
    const network = groupHelp(GROUPS.find((group) => group.name === 'network')!);
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
    // Recorded for another command with the same rule.
    const { text } = recorded(this, 'single/05-errors.txt', 'docker network rm');
    const wanted = text
      .replaceAll('docker network rm', 'docker inspect')
      .replace('docker inspect NETWORK [NETWORK...]', 'docker inspect [OPTIONS] NAME|ID [NAME|ID...]')
      .replace('Remove one or more networks', 'Return low-level information on Docker objects');
    assert.equal(`${operandFault(top('inspect'), [])!}\n`, wanted);
    assert.equal(operandFault(top('inspect'), ['x']), undefined);
  });

  it('say how many operands there must be', () => {
    const rules: [name: string, operands: string[], rule: string][] = [
      ['exec', ['c1'], '"docker exec" requires at least 2 arguments.'],
      ['ps', ['c1'], '"docker ps" accepts no arguments.'],
      ['logs', [], '"docker logs" requires exactly 1 argument.'],
      ['tag', ['a', 'b', 'c'], '"docker tag" requires exactly 2 arguments.'],
      ['port', [], '"docker port" requires at least 1 and at most 2 arguments.'],
      ['images', ['a', 'b'], '"docker images" requires at most 1 argument.'],
    ];
    for (const [name, operands, rule] of rules) {
      const usage = `Usage:  docker ${name} ${top(name).usage}\n\n${top(name).summary}`;
      assert.equal(operandFault(top(name), operands), `${rule}\nSee 'docker ${name} --help'.\n\n${usage}`);
    }
    const use = findEntry(GROUPS.find((group) => group.name === 'context')!.entries, 'use')!.form;
    assert.equal(operandFault(use, []), 'accepts 1 arg(s), received 0');
    const bash = findEntry(GROUPS.find((group) => group.name === 'completion')!.entries, 'bash')!.form;
    assert.equal(operandFault(bash, ['x']), 'unknown command "x" for "docker completion bash"');
  });

  it('of a command are as the client prints them', () => {
    const list = findEntry(GROUPS.find((group) => group.name === 'network')!.entries, 'ls')!.form;
    assert.equal(
      commandHelp(list),
      `
Usage:  docker network ls [OPTIONS]

List networks

Aliases:
  ls, list

Options:
  -f, --filter filter   Provide filter values (e.g. 'driver=bridge')
      --format string   Pretty-print networks using a Go template
      --no-trunc        Do not truncate the output
  -q, --quiet           Only display network IDs
`,
    );
    assert.equal(
      commandHelp(top('unpause')),
      '\nUsage:  docker unpause CONTAINER [CONTAINER...]\n\nUnpause all processes within one or more containers\n',
    );
  });
});

function top(name: string): CommandForm {
  return findEntry(TOP_COMMANDS, name)!.form;
}
