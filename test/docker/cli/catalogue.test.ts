import assert from 'node:assert/strict';
import { GROUPS, TOP_COMMANDS, findEntry, supportedCommands } from '../../../src/docker/cli/catalogue.ts';
import { COMMANDS } from '../../../src/docker/cli/commands.ts';

describe("the catalogue of Docker's commands", () => {
  it('has each name once, in the order of the alphabet', () => {
    const lists = [GROUPS, TOP_COMMANDS, ...GROUPS.map((group) => group.entries)];
    for (const list of lists) {
      const names = list.map((each) => each.name);
      assert.deepEqual(
        names,
        [...new Set(names)].sort((left, right) => (left < right ? -1 : 1)),
      );
    }
  });

  it('gives every command that Dockwire has the path by which it is called', () => {
    for (const entry of TOP_COMMANDS) if (entry.command !== undefined) assert.equal(entry.command.path, entry.name);
    for (const group of GROUPS) {
      for (const { name, command } of group.entries) {
        if (command !== undefined) assert.equal(command.path, `${group.name} ${name}`);
      }
    }
  });

  it('finds commands by their other names', () => {
    const network = GROUPS.find((group) => group.name === 'network')!;
    assert.equal(findEntry(network.entries, 'list')?.name, 'ls');
    const container = GROUPS.find((group) => group.name === 'container')!;
    assert.equal(findEntry(container.entries, 'ps')?.name, 'ls');
    assert.equal(findEntry(TOP_COMMANDS, 'ls'), undefined);
  });

  it('says what is supported', () => {
    const paths = COMMANDS.map((command) => command.path);
    const sorted = (names: readonly string[]): string =>
      [...names].sort((left, right) => (left < right ? -1 : 1)).join(', ');
    const below = (group: string): string =>
      sorted(paths.filter((path) => path.startsWith(`${group} `)).map((path) => path.slice(group.length + 1)));
    const top = sorted(paths.filter((path) => !path.includes(' ')));
    const groups = ['container', 'image', 'network', 'node', 'swarm', 'system'].map(
      (group) => `${group} (${below(group)})`,
    );
    assert.equal(supportedCommands(), [top, ...groups].join(', '));
  });
});
