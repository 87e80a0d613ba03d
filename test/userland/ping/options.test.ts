import assert from 'node:assert/strict';
import { checkPing, readPingCommand, refusePing, versionText } from '../../../src/userland/ping/options.ts';
import { ToolError } from '../../../src/userland/tool-error.ts';

describe('userland/ping/options:', () => {
  function refusal(line: string): [string, number] {
    try {
      readPingCommand(line.split(' '));
    } catch (error) {
      assert.ok(error instanceof ToolError);
      return [error.message.split('\n', 1)[0]!, error.exitCode];
    }
    return ['nothing', 0];
  }

  it('has the defaults of iputils', () => {
    const { options, destination } = readPingCommand(['h']);
    const { count, intervalMs, size, lingerMs, deadlineSeconds, preload } = options;
    assert.deepEqual([count, intervalMs, size, lingerMs, deadlineSeconds, preload], [0, 1000, 56, 10_000, 0, 1]);
    assert.equal(destination, 'h');
  });

  it('reads values attached, apart, bundled and behind the host', () => {
    const { options } = readPingCommand(['-nqc3', '-i.25', 'h', '-s', '100', '-W', '1e-1', '-M', 'do']);
    const { isNumeric, isQuiet, count, intervalMs, size, lingerMs, pmtu } = options;
    assert.deepEqual(
      [isNumeric, isQuiet, count, intervalMs, size, lingerMs, pmtu],
      [true, true, 3, 250, 100, 100, 'do'],
    );
    assert.equal(readPingCommand(['-f', 'h']).options.intervalMs, 0);
    assert.equal(readPingCommand(['-f', '-i', '2', 'h']).options.intervalMs, 2000);
    assert.equal(readPingCommand(['-c', '010', 'h']).options.count, 10);
  });

  const refusals: [string, string, number][] = [
    ['-c x h', "ping: invalid argument: 'x'", 1],
    ['-c 1x h', "ping: invalid argument: '1x'", 1],
    ['-c 0x10 h', "ping: invalid argument: '0x10'", 1],
    ['-c 0 h', "ping: invalid argument: '0': out of range: 1 <= value <= 9223372036854775807", 1],
    ['-c 99999999999999999999 h', "ping: invalid argument: '99999999999999999999': Numerical result out of range", 1],
    ['-s -1 h', "ping: invalid argument: '-1': out of range: 0 <= value <= 2147483647", 1],
    ['-t 256 h', "ping: invalid argument: '256': out of range: 0 <= value <= 255", 1],
    ['-e 77777 h', "ping: invalid argument: '77777': out of range: 0 <= value <= 65535", 1],
    ['-l 0 h', "ping: invalid argument: '0': out of range: 1 <= value <= 65536", 1],
    ['-S -1 h', "ping: invalid argument: '-1': out of range: 1 <= value <= 2147483647", 1],
    ['-w abc h', "ping: invalid argument: 'abc'", 1],
    ['-W -1 h', 'ping: bad linger time: -1', 2],
    ['-W 2147484 h', 'ping: bad linger time: 2147484', 2],
    ['-i 9999999 h', 'ping: bad timing interval: 9999999', 2],
    ['-i nan h', 'ping: bad timing interval: nan: Numerical result out of range', 2],
    ['-i inf h', 'ping: bad timing interval: inf: Numerical result out of range', 2],
    ['-M foo h', 'ping: invalid -M argument: foo', 2],
    ['-Q 300 h', 'ping: the decimal value of TOS bits must be in range 0-255: 300', 2],
    ['-Q foo h', 'ping: bad TOS value: foo', 2],
    ['-p zz h', 'ping: patterns must be specified as hex digits: zz', 2],
    ['-z h', "ping: invalid option -- 'z'", 2],
    ['--help', "ping: invalid option -- '-'", 2],
    ['h -c', "ping: option requires an argument -- 'c'", 2],
    ['-h', '', 2],
    ['-c 1', 'ping: usage error: Destination address required', 1],
    ['-c x -z h', "ping: invalid argument: 'x'", 1],
  ];
  for (const [line, message, exitCode] of refusals) {
    it(`refuses ${line} as iputils does`, () => {
      assert.deepEqual(refusal(line), [message, exitCode]);
    });
  }

  it('complains about what follows a number, and goes on', () => {
    const { options, stderr } = readPingCommand(['-i', '1,5', '-W', 'abc', 'h']);
    assert.equal(
      stderr,
      'ping: option argument contains garbage: ,5\nping: this will become fatal error in the future\n' +
        'ping: option argument contains garbage: abc\nping: this will become fatal error in the future\n',
    );
    assert.deepEqual([options.intervalMs, options.lingerMs], [1000, 0]);
  });

  it('reads a pattern of up to sixteen bytes and shows it', () => {
    const long = readPingCommand(['-p', '0123456789abcdef0123456789abcdef0', 'h']);
    assert.equal(long.stdout, 'PATTERN: 0x0123456789abcdef0123456789abcdef\n');
    assert.equal(long.options.pattern.length, 16);
    assert.equal(readPingCommand(['-p', '', 'h']).stdout, '');
  });

  it('-I is an address or a device', () => {
    assert.deepEqual(readPingCommand(['-I', '10.0.0.1', 'h']).options.source, 0x0a000001);
    assert.deepEqual(readPingCommand(['-I', 'eth0', 'h']).options.device, 'eth0');
  });

  it('-V tells the version', () => {
    assert.match(versionText(['-V'])!, /^ping from iputils 20221126\n/);
    assert.equal(versionText(['h']), undefined);
  });

  it('tells what Dockwire lacks from what ping does not have', () => {
    assert.deepEqual(checkPing(['-c', '1', '-nL', 'h']), {
      argIndex: 2,
      message: 'option -L is not supported by Dockwire',
    });
    assert.equal(checkPing(['-c', '-L', 'h']), undefined);
    assert.equal(checkPing(['-z', 'h']), undefined);
    assert.equal(checkPing(['a', 'b']), undefined);
    assert.equal(refusePing(['-z', 'h'])?.argIndex, 0);
    assert.equal(refusePing(['h', '-c']), undefined);
  });
});
