import assert from 'node:assert/strict';
import { cidrsOverlap, formatCidr, parseCidr } from '../../../src/base/addr.ts';
import { DaemonError } from '../../../src/docker/errors.ts';
import { DEFAULT_POOLS, electDefaultBridgeSubnet, findDefaultPool } from '../../../src/docker/ipam/default-pools.ts';

const cidrs = (...texts: string[]) => texts.map((text) => parseCidr(text)!);

describe('the default pools', () => {
  it('are 15 of /16 and 16 of /20, none overlapping another', () => {
    assert.equal(DEFAULT_POOLS.length, 31);
    assert.deepEqual(
      [0, 14, 15, 30].map((i) => formatCidr(DEFAULT_POOLS[i]!)),
      ['172.17.0.0/16', '172.31.0.0/16', '192.168.0.0/20', '192.168.240.0/20'],
    );
    for (const [i, left] of DEFAULT_POOLS.entries()) {
      assert.ok(DEFAULT_POOLS.slice(i + 1).every((right) => !cidrsOverlap(left, right)));
    }
  });

  it('give the default bridge the first that the host does not use', () => {
    assert.equal(formatCidr(electDefaultBridgeSubnet([])), '172.17.0.0/16');
    assert.equal(formatCidr(electDefaultBridgeSubnet(cidrs('172.17.3.1/24'))), '172.18.0.0/16');
    assert.equal(formatCidr(electDefaultBridgeSubnet(cidrs('172.16.0.0/12', '192.168.0.9/32'))), '192.168.16.0/20');
  });

  it('are found one by one', () => {
    assert.equal(findDefaultPool(cidrs('172.18.0.0/15', '172.17.0.7/32')), DEFAULT_POOLS[3]);
    assert.equal(findDefaultPool(cidrs('128.0.0.0/1')), undefined);
  });

  it('may all be in use: the daemon does not start then, in the words of 20.10', () => {
    const { message } = assertDaemonError(() => electDefaultBridgeSubnet(cidrs('172.0.0.0/8', '192.168.3.1/16')));
    assert.match(message, /^Error initializing network controller: list bridge addresses failed: Predefined/);
    assert.match(message, /List: \[172\.17\.0\.0\/16 172\.18.* 192\.168\.240\.0\/20\]: no available network$/);
  });
});

function assertDaemonError(action: () => unknown): DaemonError {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof DaemonError);
    return error;
  }
  return assert.fail('it was refused');
}
