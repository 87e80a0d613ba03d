import assert from 'node:assert/strict';
import { GROUPS, TOP_COMMANDS } from '../../../src/docker/cli/catalogue.ts';
import { COMMANDS } from '../../../src/docker/cli/commands.ts';

describe('the commands that Dockwire has', () => {
  it('stand in the catalogue, each at its path', () => {
    const entries = [...TOP_COMMANDS, ...GROUPS.flatMap((group) => group.entries)];
    const found = entries.filter((entry) => entry.command !== undefined);
    const paths = found.map((entry) => entry.form.path);
    assert.deepEqual(new Set(paths), new Set(COMMANDS.map((command) => command.path)));
    assert.equal(paths.length, COMMANDS.length);
  });

  it('are the same for containers in both places', () => {
    const run = COMMANDS.filter((command) => command.path.endsWith('run'));
    assert.deepEqual(
      run.map((command) => command.path),
      ['run', 'container run'],
    );
    assert.equal(run[0]!.options, run[1]!.options);
  });
});
