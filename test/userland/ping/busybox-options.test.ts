import assert from 'node:assert/strict';
import { checkBusyboxPing, readBusyboxOptions, refuseBusyboxPing } from '../../../src/userland/ping/busybox-options.ts';
import { ToolError } from '../../../src/userland/tool-error.ts';

describe('userland/ping/busybox-options:', () => {
  it('reads values attached, apart and behind the host', () => {
    const options = readBusyboxOptions(['-c1', '-i', '.5', 'h', '-s', '100', '-nvq', '-W', '3', '-w0', '-t', '256']);
    const { count, intervalNs, destination, size, isQuiet, timeoutSeconds, deadlineSeconds, ttl } = options;
    assert.deepEqual(
      [count, intervalNs, destination, size, isQuiet, timeoutSeconds, deadlineSeconds, ttl],
      [1, 500_000_000, 'h', 100, true, 3, 0, 256],
    );
    assert.equal(readBusyboxOptions(['-i', '2m', 'h']).intervalNs, 120_000_000_000);
    assert.equal(readBusyboxOptions(['-i', '0.0000001', 'h']).intervalNs, 0);
    assert.equal(readBusyboxOptions(['-c', '010', 'h']).count, 10);
  });

  const refusals: [string, string][] = [
    ['-c x h', "ping: invalid number 'x'"],
    ['-c -1 h', "ping: invalid number '-1'"],
    ['-c 0x2 h', "ping: invalid number '0x2'"],
    ['-c 4294967297 h', "ping: invalid number '4294967297'"],
    ['-s 70000 h', 'ping: number 70000 is not in 0..65535 range'],
    ['-i abc h', "ping: invalid number 'abc'"],
    ['-i 1e1 h', "ping: invalid number '1e1'"],
    ['-W 1.5 h', "ping: invalid number '1.5'"],
    ['-p zz h', "ping: invalid number 'zz'"],
    ['-p 1ff h', 'ping: number 1ff is not in 0..255 range'],
    ['-M do h', "ping: invalid option -- 'M'"],
    ['h -c', "ping: option requires an argument -- 'c'"],
    ['-c 1', 'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.'],
    ['a b', 'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.'],
  ];
  for (const [line, firstLine] of refusals) {
    it(`refuses ${line} as busybox does`, () => {
      assert.throws(
        () => readBusyboxOptions(line.split(' ')),
        (error) => error instanceof ToolError && error.exitCode === 1 && error.message.split('\n', 1)[0] === firstLine,
      );
    });
  }

  it('tells what Dockwire lacks from what busybox does not have', () => {
    assert.equal(checkBusyboxPing(['-6', 'h'])?.argIndex, 0);
    assert.equal(checkBusyboxPing(['-M', 'do', 'h']), undefined);
    assert.equal(refuseBusyboxPing(['h', '-M', 'do'])?.argIndex, 1);
    assert.equal(refuseBusyboxPing(['-4', 'h']), undefined);
  });
});
