import assert from 'node:assert/strict';
import { icmpErrno, isHardError } from '../../../src/kernel/socket/socket-error.ts';
import * as icmp from '../../../src/wire/icmp.ts';

describe('kernel: errors of sockets', () => {
  it('are those of Linux’s table by the code of an unreachable message', () => {
    const byCode = Array.from({ length: 16 }, (_, code) => icmpErrno(icmp.DEST_UNREACH, code));
    assert.deepEqual(byCode, [
      'ENETUNREACH',
      'EHOSTUNREACH',
      'ENOPROTOOPT',
      'ECONNREFUSED',
      'EMSGSIZE',
      'EOPNOTSUPP',
      'ENETUNREACH',
      'EHOSTDOWN',
      'ENONET',
      'ENETUNREACH',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'EHOSTUNREACH',
      'EHOSTUNREACH',
      'EHOSTUNREACH',
      'EHOSTUNREACH',
    ]);
    assert.equal(icmpErrno(icmp.DEST_UNREACH, 99), 'EHOSTUNREACH');
  });

  it('are EHOSTUNREACH for a TTL that ran out and EPROTO for a bad parameter', () => {
    assert.equal(icmpErrno(icmp.TIME_EXCEEDED, 0), 'EHOSTUNREACH');
    assert.equal(icmpErrno(icmp.PARAMETER_PROBLEM, 0), 'EPROTO');
  });

  it('are hard where trying again is of no use', () => {
    const hard = Array.from({ length: 16 }, (_, code) => code).filter((code) => isHardError(icmp.DEST_UNREACH, code));
    assert.deepEqual(hard, [2, 3, 4, 6, 7, 8, 9, 10, 13, 14, 15]);
    assert.deepEqual([isHardError(icmp.TIME_EXCEEDED, 0), isHardError(icmp.PARAMETER_PROBLEM, 0)], [false, true]);
  });
});
