import assert from 'node:assert/strict';
import {
  checkPort,
  itemAt,
  osError,
  pythonInt,
  raiseUnlessOk,
  TIMED_OUT,
} from '../../../src/userland/tcpudp/python.ts';

describe('userland/tcpudp: exceptions of Python', () => {
  it('are printed as repr() and str() do', () => {
    assert.equal(osError('ECONNREFUSED').repr, "ConnectionRefusedError(111, 'Connection refused')");
    assert.equal(osError('EHOSTUNREACH').repr, "OSError(113, 'No route to host')");
    assert.equal(osError('EMSGSIZE').text, '[Errno 90] Message too long');
    assert.equal(TIMED_OUT.repr, "TimeoutError('timed out')");
  });

  it('end the program when nobody catches them', () => {
    raiseUnlessOk('');
    assert.throws(() => {
      raiseUnlessOk('EACCES');
    }, /^UncaughtError: PermissionError: \[Errno 13\] Permission denied$/);
    assert.equal(itemAt(['a'], 0), 'a');
    assert.throws(() => itemAt(['a'], 1), /IndexError: list index out of range/);
    assert.throws(() => {
      checkPort(65_536, 'bind');
    }, /OverflowError: bind\(\): port must be 0-65535\./);
    checkPort(65_535, 'bind');
  });

  it('whole numbers are read as int() reads them', () => {
    assert.deepEqual([' 12 ', '-3', '+4', '1_000', '007'].map(pythonInt), [12, -3, 4, 1000, 7]);
    for (const text of ['', 'x', '1.5', '0x10', '1__0', '_1']) assert.throws(() => pythonInt(text), /ValueError/, text);
  });
});
