import assert from 'node:assert/strict';
import {
  checkPort,
  GaiError,
  itemAt,
  osError,
  peerText,
  pythonBytes,
  pythonFloat,
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

  it('are subclasses of OSError by their number', () => {
    assert.equal(osError('ECONNRESET').repr, "ConnectionResetError(104, 'Connection reset by peer')");
    assert.equal(osError('EPIPE').repr, "BrokenPipeError(32, 'Broken pipe')");
    assert.equal(osError('ETIMEDOUT').repr, "TimeoutError(110, 'Connection timed out')");
    assert.equal(osError('EINPROGRESS').repr, "BlockingIOError(115, 'Operation now in progress')");
    assert.equal(new GaiError('Name or service not known').caught.repr, "gaierror(-2, 'Name or service not known')");
    assert.match(new GaiError('Temporary failure in name resolution').message, /^socket\.gaierror: \[Errno -3\] Temp/);
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

  it('floating-point numbers are read as float() reads them', () => {
    assert.deepEqual(['5', ' .5 ', '1e1', '2.', '1_0.5'].map(pythonFloat), [5, 0.5, 10, 2, 10.5]);
    for (const text of ['', 'x', '1e', '0x1', '1__0']) assert.throws(() => pythonFloat(text), /ValueError/, text);
  });

  it('bytes and addresses are printed as repr() does', () => {
    const bytes = (text: string): string => pythonBytes(Uint8Array.from(text, (each) => each.charCodeAt(0)));
    assert.equal(bytes('OK 100'), "b'OK 100'");
    assert.equal(bytes("it's"), 'b"it\'s"');
    assert.equal(bytes(`'"`), `b'\\'"'`);
    assert.equal(bytes('\t\n\r\\\0\x7f\xff'), "b'\\t\\n\\r\\\\\\x00\\x7f\\xff'");
    assert.equal(peerText(0x0a000001, 80), "('10.0.0.1', 80)");
  });
});
