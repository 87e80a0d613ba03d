import assert from 'node:assert/strict';
import { ETHTOOL } from '../../src/userland/ethtool.ts';

describe('userland: ethtool', () => {
  it('knows before the run what it lacks, and what nobody has', () => {
    assert.equal(ETHTOOL.check!(['-K', 'eth0', 'tx', 'off']), undefined);
    assert.deepEqual(ETHTOOL.check!(['-s', 'eth0']), {
      argIndex: 0,
      message: 'option -s is not supported by Dockwire',
    });
    assert.equal(ETHTOOL.refusal!(['-k', 'eth0']), undefined);
    assert.deepEqual(ETHTOOL.refusal!(['--foo']), { argIndex: 0, message: 'bad command line argument(s)' });
  });
});
