import assert from 'node:assert/strict';
import { leadingInteger, unsignedOf, wrapUnsigned } from '../../../src/userland/traceroute/integer-text.ts';

describe('userland/traceroute: integers', () => {
  it('are decimal, octal or hexadecimal, and end where their digits do', () => {
    assert.deepEqual(leadingInteger('12'), { value: 12, rest: '' });
    assert.deepEqual(leadingInteger(' +0x1fz'), { value: 31, rest: 'z' });
    assert.deepEqual(leadingInteger('0178'), { value: 15, rest: '8' });
    assert.deepEqual(leadingInteger('-3,4'), { value: -3, rest: ',4' });
    assert.equal(leadingInteger('x1'), undefined);
    assert.equal(leadingInteger(''), undefined);
  });

  it('wrap where they are too large or negative', () => {
    assert.equal(wrapUnsigned(-1), 0xffff_ffff);
    assert.equal(unsignedOf('70000000000'), 70_000_000_000 % 2 ** 32);
    assert.equal(unsignedOf('-2'), 0xffff_fffe);
    assert.equal(unsignedOf('1x'), undefined);
  });
});
