import assert from 'node:assert/strict';
import { formatCidr, formatIp4 } from '../../../src/base/addr.ts';
import { readAddress, readInteger, readPrefix, readU32 } from '../../../src/kernel/admin/ip-words.ts';

describe('kernel/admin: ip-words', () => {
  it('reads whole numbers as strtol does', () => {
    const texts: readonly (readonly [string, number | undefined])[] = [
      ['0', 0],
      ['10', 10],
      ['-3', -3],
      ['+3', 3],
      ['0x1F', 31],
      ['010', 8],
      ['08', undefined],
      ['', undefined],
      ['1x', undefined],
      ['1 ', undefined],
      [' 1', 1],
    ];
    for (const [text, value] of texts) assert.equal(readInteger(text), value, text);
    assert.equal(readU32('4294967295'), 4294967295);
    assert.equal(readU32('4294967296'), undefined);
    assert.equal(readU32('-1'), undefined);
  });

  it('reads addresses with parts left out', () => {
    const texts: readonly (readonly [string, string])[] = [
      ['10.1.2.3', '10.1.2.3'],
      ['10', '10.0.0.0'],
      ['10.1', '10.1.0.0'],
      ['0x0a.010.0.1', '10.8.0.1'],
    ];
    for (const [text, address] of texts) assert.equal(formatIp4(readAddress(text)!), address, text);
    for (const text of ['', '256', '1.2.3.4.5', '1..2', 'a', '1.2.3.', '-1'])
      assert.equal(readAddress(text), undefined);
  });

  it('reads prefixes with lengths and masks', () => {
    const texts: readonly (readonly [string, string])[] = [
      ['10.0.0/24', '10.0.0.0/24'],
      ['10.0.0.1', '10.0.0.1/32'],
      ['10.0.0.1/255.255.0.0', '10.0.0.1/16'],
      ['10.0.0.1/0.0.0.0', '10.0.0.1/0'],
      ['default', '0.0.0.0/0'],
      ['any', '0.0.0.0/0'],
    ];
    for (const [text, prefix] of texts) assert.equal(formatCidr(readPrefix(text)!), prefix, text);
    for (const text of ['10/33', '10/255.0.255.0', 'default/0', '10/', '/8', 'x/8', '10/-1']) {
      assert.equal(readPrefix(text), undefined, text);
    }
  });
});
