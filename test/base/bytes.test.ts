import assert from 'node:assert/strict';
import { hex, makeByteViews, utf8Decode, utf8Encode, utf8Stream } from '../../src/base/bytes.ts';

describe('base/bytes', () => {
  it('lays all views over one buffer from its start', () => {
    const views = makeByteViews(64);
    views.view.setUint32(8, 0x0a0b0c0d);
    assert.deepEqual([...views.bytes.subarray(8, 12)], [0x0a, 0x0b, 0x0c, 0x0d]);
    views.u32[3] = 0xffffffff;
    assert.equal(views.view.getUint32(12), 0xffffffff);
    views.u16[8] = 0xffff;
    assert.equal(views.view.getUint16(16), 0xffff);
    assert.deepEqual([views.bytes.length, views.view.byteLength, views.u16.length, views.u32.length], [64, 64, 32, 16]);
    assert.throws(() => makeByteViews(62), /multiple of 4/);
  });

  it('encodes and decodes UTF-8, a byte-order mark included', () => {
    for (const text of ['', 'ping', 'grüß 🐳', '\ufeffbom']) assert.equal(utf8Decode(utf8Encode(text)), text);
    assert.equal(utf8Decode(Uint8Array.of(0x61, 0xff)), 'a\ufffd');
  });

  it('puts characters together that come in pieces', () => {
    const text = 'aä€😀';
    const stream = utf8Stream();
    const pieces = Array.from(utf8Encode(text), (byte) => stream.decode(Uint8Array.of(byte)));
    assert.equal(pieces.join(''), text);
    assert.equal(stream.end(), '');
    assert.equal(stream.decode(Uint8Array.of(0x61, 0xe2, 0x82)), 'a');
    assert.equal(stream.end(), '\ufffd');
  });

  it('writes hexadecimal digits of a range', () => {
    const bytes = Uint8Array.of(0x00, 0x0f, 0xa0, 0xff);
    assert.equal(hex(bytes, 0, 4), '000fa0ff');
    assert.equal(hex(bytes, 1, 3), '0fa0');
    assert.equal(hex(bytes, 2, 2), '');
    assert.throws(() => hex(bytes, 2, 5), /range/);
  });
});
