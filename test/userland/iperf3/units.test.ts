import assert from 'node:assert/strict';
import { unitBytes, unitRate, unitText } from '../../../src/userland/iperf3/units.ts';

describe('userland/iperf3: quantities', () => {
  it('are read with suffixes: of 1024 for bytes, of 1000 for rates', () => {
    assert.deepEqual(['1', '2K', '1.5M', '1g', '3x', '', 'x'].map(unitBytes), [1, 2048, 1572864, 2 ** 30, 3, 0, 0]);
    assert.deepEqual(['1', '2K', '1.5M', '1g', '1T'].map(unitRate), [1, 2000, 1500000, 1e9, 1e12]);
  });

  it('are written in four places, in lines that the real one printed', () => {
    assert.equal(unitText(12914712, 'A'), '12.3 MByte');
    assert.equal(unitText(131768, 'A'), ' 129 KByte');
    assert.equal(unitText(1048576, 'A'), '1.00 MByte');
    assert.equal(unitText(1027072, 'A'), '1003 KByte');
    assert.equal(unitText(0, 'A'), '0.00 Byte');
    assert.equal(unitText(6455750, 'a'), '51.6 Mbit');
    assert.equal(unitText(0, 'a'), '0.00 bit');
    assert.equal(unitText(6120250, 'k'), '48962 Kbit');
    assert.equal(unitText(6120250, 'M'), '5.84 MByte');
  });
});
