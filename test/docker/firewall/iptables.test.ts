import assert from 'node:assert/strict';
import { DaemonError } from '../../../src/docker/errors.ts';
import type { IptablesRule } from '../../../src/docker/firewall/iptables.ts';
import { Iptables, prefixed, warned } from '../../../src/docker/firewall/iptables.ts';
import { TablesDoor } from './tables-door.ts';

const RULE: IptablesRule = { table: 'nat', chain: 'POSTROUTING', words: '-o docker0 -j MASQUERADE' };
const MISSING = 'iptables: No chain/target/match by that name.\n';

describe('the way in which the engine programs iptables', () => {
  let door: TablesDoor;
  let iptables: Iptables;

  beforeEach(() => {
    door = new TablesDoor();
    iptables = new Iptables(door);
  });

  it('makes a rule that is missing, and removes one that is there', () => {
    iptables.program('-I', RULE);
    iptables.program('-I', RULE);
    assert.deepEqual(door.take(), [
      'iptables --wait -t nat -C POSTROUTING -o docker0 -j MASQUERADE',
      'iptables --wait -t nat -I POSTROUTING -o docker0 -j MASQUERADE',
      'iptables --wait -t nat -C POSTROUTING -o docker0 -j MASQUERADE',
    ]);
    assert.equal(iptables.exists(RULE), true);
    iptables.program('-D', RULE);
    iptables.program('-D', RULE);
    assert.equal(iptables.exists(RULE), false);
  });

  it('makes chains that are missing, with one rule to return', () => {
    iptables.newChain('filter', 'DOCKER-USER');
    iptables.newChain('filter', 'DOCKER-USER');
    iptables.addReturnRule('DOCKER-USER');
    iptables.addReturnRule('DOCKER-USER');
    assert.match(door.save(), /^-A DOCKER-USER -j RETURN$/m);
    assert.equal(door.save().match(/RETURN/g)?.length, 1);
    iptables.removeChain('filter', 'DOCKER-USER');
    assert.doesNotMatch(door.save(), /DOCKER-USER/);
  });

  it('puts a jump to the top again', () => {
    for (const name of ['FIRST', 'SECOND']) {
      iptables.newChain('filter', name);
      iptables.ensureJumpRule('FORWARD', name);
    }
    iptables.ensureJumpRule('FORWARD', 'FIRST');
    assert.deepEqual(door.save().match(/^-A FORWARD.*$/gm), ['-A FORWARD -j FIRST', '-A FORWARD -j SECOND']);
  });

  it('says what failed as the engine does', () => {
    const failed = ` (iptables failed: iptables --wait -t nat -A NONE -j RETURN: ${MISSING} (exit status 1))`;
    assert.throws(() => {
      iptables.run('-t nat -A NONE -j RETURN');
    }, new DaemonError(failed));
    const jump = `iptables --wait -I FORWARD -j NONE: iptables v1.8.9 (nf_tables): Chain 'NONE' does not exist`;
    assert.throws(
      () => {
        iptables.ensureJumpRule('FORWARD', 'NONE');
      },
      (error) => error instanceof DaemonError && error.message.includes(jump),
    );
  });

  it('puts words in front of a failure, and overlooks one that only a log would hear of', () => {
    const fail = (): void => {
      throw new DaemonError('no');
    };
    assert.throws(() => {
      prefixed('it is: ', fail);
    }, new DaemonError('it is: no'));
    warned(fail);
    const bug = new TypeError('bug');
    const guards = [
      warned,
      (action: () => void): void => {
        prefixed('', action);
      },
    ];
    for (const guarded of guards) {
      assert.throws(() => {
        guarded(() => {
          throw bug;
        });
      }, bug);
    }
  });
});
