import assert from 'node:assert/strict';
import type { Option } from '../../../src/docker/cli/options.ts';
import {
  CONTAINER_INSPECT_OPTIONS,
  EXEC_OPTIONS,
  INSPECT_OPTIONS,
  NETWORK_INSPECT_OPTIONS,
  NETWORK_LS_OPTIONS,
  PS_OPTIONS,
  RM_OPTIONS,
  RUN_OPTIONS,
  START_OPTIONS,
  STOP_OPTIONS,
  laterOptions,
  option,
  supportedNames,
} from '../../../src/docker/cli/options.ts';

const TABLES: readonly (readonly Option[])[] = [
  CONTAINER_INSPECT_OPTIONS,
  EXEC_OPTIONS,
  INSPECT_OPTIONS,
  NETWORK_INSPECT_OPTIONS,
  NETWORK_LS_OPTIONS,
  PS_OPTIONS,
  RM_OPTIONS,
  RUN_OPTIONS,
  START_OPTIONS,
  STOP_OPTIONS,
];

describe('the tables of options', () => {
  it('have each name once, and every command has --help', () => {
    for (const table of TABLES) {
      const names = table.map((each) => each.long);
      const letters = table.map((each) => each.short).filter((letter) => letter !== '');
      assert.equal(new Set(names).size, names.length);
      assert.equal(new Set(letters).size, letters.length);
      assert.ok(names.includes('help'));
      assert.ok(letters.every((letter) => letter.length === 1));
    }
  });

  it('read their short notation', () => {
    assert.deepEqual(laterOptions(' a,attach= init e,env= '), [
      { long: 'attach', short: 'a', kind: 'string', isSupported: false, sets: 'attach' },
      { long: 'init', short: '', kind: 'bool', isSupported: false, sets: 'init' },
      { long: 'env', short: 'e', kind: 'string', isSupported: false, sets: 'env' },
    ]);
  });

  it('say what is supported, other spellings aside', () => {
    assert.equal(supportedNames([option('list', 'network'), option('list', 'net', '', 'network')]), '--network');
    assert.equal(supportedNames(START_OPTIONS), 'no option');
    assert.equal(supportedNames(EXEC_OPTIONS), '--detach, --interactive, --tty');
  });
});
