import assert from 'node:assert/strict';
import { asciiDump, hexDump } from '../../../src/userland/tcpdump/hex-dump.ts';

describe('userland/tcpdump: bytes', () => {
  it('stand sixteen in a line, in pairs, with what is printable behind them', () => {
    const bytes = Uint8Array.from({ length: 19 }, (_, i) => 0x1f + i);
    assert.equal(
      hexDump(bytes, true),
      '\n\t0x0000:  1f20 2122 2324 2526 2728 292a 2b2c 2d2e  ..!"#$%&\'()*+,-.' +
        '\n\t0x0010:  2f30 31                                  /01',
    );
    assert.equal(hexDump(bytes.subarray(0, 2), false), '\n\t0x0000:  1f20');
    assert.equal(hexDump(new Uint8Array(0), true), '');
  });

  it('are text with dots, and line ends as they are', () => {
    const bytes = Uint8Array.from(Buffer.from('a b\tc\r\nd\re\n\u007f~', 'latin1'));
    assert.equal(asciiDump(bytes), '\na b\tc\nd.e\n.~');
  });
});
