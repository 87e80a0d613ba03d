import assert from 'node:assert/strict';
import { PortSyntaxError, parsePort, parsePortRange } from '../../../src/docker/ports/port-range.ts';

function fault(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof PortSyntaxError);
    return error.message;
  }
  return '';
}

describe('docker/ports/port-range', () => {
  it('reads one port and several', () => {
    assert.deepEqual(parsePortRange('80'), { first: 80, last: 80 });
    assert.deepEqual(parsePortRange('0-65535'), { first: 0, last: 65_535 });
    assert.deepEqual(parsePortRange('080-81-x'), { first: 80, last: 81 });
  });

  it('refuses what Go refuses, by the first fault from the left', () => {
    const vectors: [text: string, cause: string][] = [
      ['', 'invalid syntax'],
      ['+80', 'invalid syntax'],
      ['6553x', 'invalid syntax'],
      ['65536', 'value out of range'],
      ['99999x', 'value out of range'],
      ['٣', 'invalid syntax'],
    ];
    for (const [text, cause] of vectors) {
      assert.equal(
        fault(() => parsePort(text)),
        `strconv.ParseUint: parsing "${text}": ${cause}`,
      );
    }
    assert.equal(
      fault(() => parsePortRange('')),
      'Empty string specified for ports.',
    );
    assert.equal(
      fault(() => parsePortRange('9-8')),
      'Invalid range specified for the Port: 9-8',
    );
    assert.equal(
      fault(() => parsePortRange('9-')),
      'strconv.ParseUint: parsing "": invalid syntax',
    );
  });
});
