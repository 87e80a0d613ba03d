import assert from 'node:assert/strict';
import { daemonText, daemonTextFor, mistakeOf, orRefusal } from '../../../src/docker/cli/command.ts';
import { DaemonError } from '../../../src/docker/errors.ts';
import { Lab } from '../lab.ts';

describe('what the client makes of an answer', () => {
  it('names the daemon, unless something is not there', () => {
    assert.equal(daemonText(new DaemonError('no')), 'Error response from daemon: no');
    const [old, newer] = [new Lab(), new Lab({ version: '29' })];
    assert.equal(daemonTextFor(old, new DaemonError('no'), 'container', 'c9'), 'Error response from daemon: no');
    assert.equal(daemonTextFor(old, new DaemonError('no', true), 'network', 'n9'), 'Error: No such network: n9');
    assert.equal(daemonTextFor(newer, new DaemonError('no', true), 'network', 'n9'), 'Error response from daemon: no');
  });

  it('is handed over when it is a refusal, and flies on when it is anything else', () => {
    assert.equal(
      orRefusal(() => 7),
      7,
    );
    const refusal = new DaemonError('no');
    assert.equal(
      orRefusal(() => {
        throw refusal;
      }),
      refusal,
    );
    assert.throws(() =>
      orRefusal(() => {
        throw new RangeError('bug');
      }),
    );
  });

  it('says what is lacking and what there is', () => {
    assert.deepEqual(mistakeOf({ name: 'docker run -p', supported: '--rm', argIndex: 3 }), {
      argIndex: 3,
      message: 'docker run -p: not supported by Dockwire; supported: --rm',
    });
  });
});
