import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SourceWindows } from '../../src/pcap-writer/source-windows.ts';
import { countingBytes } from './bytes.ts';

const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

describe('SourceWindows', () => {
  it('gives the stretch asked for, whatever was asked before', () => {
    const sources = [countingBytes(200), countingBytes(200).reverse(), new Uint8Array(200).fill(7)];
    const call = fc.record({ source: fc.constantFrom(...sources), start: fc.nat(200), length: fc.nat(200) });
    fc.assert(
      fc.property(fc.array(call, { minLength: 1, maxLength: 300, size: 'max' }), (calls) => {
        const windows = new SourceWindows();
        for (const { source, start, length } of calls) {
          const end = Math.min(start + length, source.length);
          const view = windows.viewOf(source, start, end);
          assert.equal(view.length, end - start);
          assert.ok(view.every((byte, index) => byte === source[start + index]));
        }
      }),
      { numRuns: 50 * EFFORT },
    );
  });

  it('sees what was written into the source since', () => {
    const windows = new SourceWindows();
    const source = countingBytes(10);
    assert.deepEqual([...windows.viewOf(source, 2, 4)], [2, 3]);
    source[2] = 99;
    assert.deepEqual([...windows.viewOf(source, 2, 4)], [99, 3]);
  });

  it('keeps the views of one source, and of another once that comes often', () => {
    const windows = new SourceWindows();
    const [first, second] = [countingBytes(10), countingBytes(10)];
    assert.equal(windows.viewOf(first, 1, 5), windows.viewOf(first, 1, 5));
    assert.notEqual(windows.viewOf(second, 1, 5), windows.viewOf(second, 1, 5));
    assert.equal(windows.viewOf(first, 1, 5), windows.viewOf(first, 1, 5));
    for (let i = 0; i < 100; i++) windows.viewOf(second, 1, 5);
    assert.equal(windows.viewOf(second, 1, 5), windows.viewOf(second, 1, 5));
    assert.equal(windows.viewOf(second, 1, 5).buffer, second.buffer);
  });

  it('takes a whole source as it is', () => {
    const source = countingBytes(10);
    assert.equal(new SourceWindows().viewOf(source, 0, 10), source);
  });
});
