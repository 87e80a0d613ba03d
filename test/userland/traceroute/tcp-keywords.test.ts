import assert from 'node:assert/strict';
import { readTcpKeywords } from '../../../src/userland/traceroute/tcp-keywords.ts';

describe('userland/traceroute: words of -O for -T', () => {
  it('left out, make a SYN as the kernel has it', () => {
    const { flags, mss, asSysctls, tellsFlags } = readTcpKeywords([]);
    assert.deepEqual({ flags, mss, asSysctls, tellsFlags }, { flags: 2, mss: 0, asSysctls: true, tellsFlags: false });
    assert.equal(readTcpKeywords(['info', 'mss=9']).asSysctls, true);
  });

  it('add flags, or set them all', () => {
    assert.equal(readTcpKeywords(['ack', 'cwr']).flags, 0x90);
    assert.equal(readTcpKeywords(['fin', 'flags=0x102', 'psh']).flags, 0x0a);
    assert.equal(readTcpKeywords(['syn', 'flags=0']).flags, 0);
    assert.equal(readTcpKeywords(['flags=4x']).flags, 4);
    assert.throws(() => readTcpKeywords(['flags=x']), /Cannot handle `flags' keyword with arg `x'/);
  });

  it('leave the settings of the kernel out where they name flags or options, unless they name it, too', () => {
    for (const word of ['syn', 'flags=2', 'ecn', 'sack', 'timestamps', 'window_scaling']) {
      assert.equal(readTcpKeywords([word]).asSysctls, false, word);
      assert.equal(readTcpKeywords([word, 'sysctl']).asSysctls, true, word);
    }
    assert.equal(readTcpKeywords(['ti']).hasTimestamps, true);
    assert.equal(readTcpKeywords(['sack']).flags, 2);
  });
});
