import assert from 'node:assert/strict';
import { ROOT } from '../../../src/docker/cli/catalogue.ts';
import { optionTable, supportedNames } from '../../../src/docker/cli/options.ts';
import { EXEC_FORM, TOP_FORM } from '../../../src/docker/cli/options/container.ts';
import { RUN_FORM } from '../../../src/docker/cli/options/run.ts';

const TABLE = `
  + -a, --attach list  Attach to STDIN
  ~     --cgroupns string
                       Cgroup namespace
                       to use
                       |'host':
                       |   'private':
  !     --init         Run an init
`;

describe('the tables of options', () => {
  it('read as they look', () => {
    const common = { isHidden: false };
    assert.deepEqual(optionTable(TABLE), [
      {
        ...common,
        ...{ long: 'attach', short: 'a', kind: 'list', type: 'list', help: 'Attach to STDIN' },
        ...{ support: 'full', sets: 'attach' },
      },
      {
        ...common,
        ...{ long: 'cgroupns', short: '', kind: 'string', type: 'string' },
        ...{ help: "Cgroup namespace to use\n'host':\n   'private':", support: 'kept', sets: 'cgroupns' },
      },
      {
        ...common,
        ...{ long: 'init', short: '', kind: 'bool', type: '', help: 'Run an init', support: 'lacking', sets: 'init' },
      },
    ]);
    const [net, count] = optionTable(
      '  + --net network  as --network\n  w     --cpu-count int\n'.replace('+ -', '+     -'),
      true,
    );
    assert.deepEqual([net!.sets, net!.isHidden, count!.support, count!.kind], ['network', true, 'windows', 'int']);
    assert.throws(() => optionTable('  ?     --what'));
  });

  it('have each name once, and every command has --help', () => {
    const groups = [ROOT, ...ROOT.groups, ...ROOT.groups.flatMap((each) => each.groups)];
    const tables = [
      ...groups.map((each) => each.options),
      ...groups.flatMap((each) => each.entries.map((entry) => entry.form.options)),
    ];
    assert.ok(tables.length > 180);
    for (const table of tables) {
      const names = table.map((each) => each.long);
      const letters = table.map((each) => each.short).filter((letter) => letter !== '');
      assert.equal(new Set(names).size, names.length);
      assert.equal(new Set(letters).size, letters.length);
      assert.ok(names.includes('help'));
      assert.ok(letters.every((letter) => letter.length === 1));
      for (const each of table) assert.ok(names.includes(each.sets), each.sets);
    }
  });

  it('say what is supported, other spellings aside', () => {
    assert.equal(supportedNames(optionTable(TABLE)), '--attach, --cgroupns');
    assert.equal(supportedNames(TOP_FORM.options), 'no option');
    assert.match(supportedNames(EXEC_FORM.options), /^--detach, /);
    assert.doesNotMatch(supportedNames(RUN_FORM.options), /--net,|cpu-count/);
  });
});
