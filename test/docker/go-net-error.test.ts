import assert from 'node:assert/strict';
import { ip4 } from '../../src/base/addr.ts';
import { connectionErrorText, dialErrorText, goErrnoText, listenErrorText } from '../../src/docker/go-net-error.ts';
import type { Errno } from '../../src/kernel/errno.ts';
import { errorText } from '../../src/kernel/errno.ts';

const HERE = { address: ip4('192.168.50.11'), port: 41_234 };
const THERE = { address: ip4('192.168.50.12'), port: 7946 };

describe('errors of connections in Go’s words', () => {
  it('say which call on which connection failed, and why', () => {
    const refused = 'dial tcp 192.168.50.12:7946: connect: connection refused';
    assert.equal(dialErrorText(THERE, 'ECONNREFUSED'), refused);
    assert.equal(dialErrorText(THERE, 'EINPROGRESS'), 'dial tcp 192.168.50.12:7946: i/o timeout');
    const taken = 'listen udp 192.168.50.12:7946: bind: address already in use';
    assert.equal(listenErrorText('udp', THERE, 'EADDRINUSE'), taken);
    const reset = 'read tcp 192.168.50.11:41234->192.168.50.12:7946: read: connection reset by peer';
    assert.equal(connectionErrorText('read', HERE, THERE, 'ECONNRESET'), reset);
  });

  it('are the C library’s texts in small letters, as Go’s table for Linux has them', () => {
    const errnos: readonly Errno[] = [
      'EPERM',
      'EINVAL',
      'EPIPE',
      'ENETUNREACH',
      'ETIMEDOUT',
      'EHOSTUNREACH',
      'ENOBUFS',
    ];
    for (const errno of errnos) assert.equal(goErrnoText(errno), errorText(errno).toLowerCase());
    assert.equal(goErrnoText('ESRCH'), 'errno ESRCH');
  });
});
