import assert from 'node:assert/strict';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { TCP_MODES } from '../../../src/userland/tcpudp/tcp-modes.ts';
import { EmulatedLab, PAIR } from '../net-lab.ts';

describe('userland/tcpudp over TCP:', () => {
  it('reads its command line as the script does', () => {
    for (const mode of Object.keys(TCP_MODES)) {
      const [result] = new EmulatedLab(PAIR).run(hostPrograms(), [{ ns: 'a', line: `tcpudp ${mode} 10.77.0.2 x` }]);
      assert.deepEqual(result, {
        stdout: '',
        stderr: "ValueError: invalid literal for int() with base 10: 'x'\n",
        exit: 1,
      });
    }
  });
});
