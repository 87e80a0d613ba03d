import { deepEqual, equal } from 'node:assert/strict';
import { ip4 } from '../../../../src/base/addr.ts';
import { bigEndian, buildSpi } from '../../../../src/docker/drivers/overlay/spi.ts';

function spi(src: string, dst: string, tag: number): string {
  return buildSpi(ip4(src), ip4(dst), tag).toString(16).padStart(8, '0');
}

describe('docker/drivers/overlay/spi', () => {
  it('is what two nodes of a reference agree on for three keys', () => {
    const forward = [1, 2, 3].map((tag) => spi('192.168.65.3', '192.168.65.4', tag));
    deepEqual(forward, ['e6612347', 'e7bc4496', '75074c9d']);
    const reverse = [1, 2, 3].map((tag) => spi('192.168.65.4', '192.168.65.3', tag));
    deepEqual(reverse, ['4f73b663', '709446b2', 'f84ec0c9']);
  });

  it('is what a real swarm used', () => {
    equal(spi('192.168.50.11', '192.168.50.12', 0x7dd1), '5ae0424e');
    equal(spi('192.168.50.12', '192.168.50.11', 0x7dd1), '83204d1e');
    equal(spi('192.168.50.12', '192.168.50.11', 0x7dd0), '00705b5d');
    equal(spi('192.168.50.12', '192.168.50.11', 0x7dd2), '93cd9d1b');
  });

  it('takes numbers apart as a network does', () => {
    deepEqual(bigEndian(0xfedc_0102), [0xfe, 0xdc, 1, 2]);
  });
});
