import assert from 'node:assert/strict';
import {
  TCP_CLOSING,
  TCP_ESTABLISHED,
  TCP_FIN_WAIT2,
  tcpf,
  tcpStateName,
} from '../../../../src/kernel/socket/tcp/tcp-states.ts';

describe('kernel: states of TCP', () => {
  it('have the numbers of Linux and the names of netstat', () => {
    assert.deepEqual([TCP_ESTABLISHED, TCP_FIN_WAIT2, TCP_CLOSING], [1, 5, 11]);
    assert.deepEqual([1, 2, 6, 10, 99].map(tcpStateName), [
      'ESTABLISHED',
      'SYN_SENT',
      'TIME_WAIT',
      'LISTEN',
      'UNKNOWN',
    ]);
    assert.equal(tcpf(TCP_CLOSING), 0x800);
  });
});
