import assert from 'node:assert/strict';
import { formatIp4 } from '../../../src/base/addr.ts';
import { readResolvConf } from '../../../src/userland/dns/resolv-conf.ts';

describe('userland/dns/resolv-conf', () => {
  it('an empty file means this machine, and the ending of its own name', () => {
    const conf = readResolvConf('', 'node1.lab.example');
    assert.deepEqual(conf.servers.map(formatIp4), ['127.0.0.1']);
    assert.equal(conf.hasServers, false);
    assert.deepEqual(conf.search, ['lab.example']);
    assert.deepEqual([conf.ndots, conf.timeoutSeconds, conf.attempts, conf.flags.size], [1, 5, 2, 0]);
    assert.deepEqual(readResolvConf('', 'node1').search, []);
  });

  it('takes three servers, the last search or domain, and options within their bounds', () => {
    const text = [
      '# nameserver 9.9.9.9',
      'nameserver 10.0.0.1',
      'nameserver fe80::1',
      ' nameserver 10.0.0.9',
      'nameserver\t10.2',
      'nameserver 10.0.0.3 trailing',
      'nameserver 10.0.0.4',
      'domain one.example two.example',
      'search a.example  b.example',
      'options ndots:99 timeout:3 attempts:9 rotate nothing',
      'options single-request use-vc',
    ].join('\n');
    const conf = readResolvConf(text, 'node1.example');
    assert.deepEqual(conf.servers.map(formatIp4), ['10.0.0.1', '10.0.0.2', '10.0.0.3']);
    assert.deepEqual(conf.search, ['a.example', 'b.example']);
    assert.deepEqual([conf.ndots, conf.timeoutSeconds, conf.attempts], [15, 3, 5]);
    assert.deepEqual([...conf.flags], ['rotate', 'single-request', 'use-vc']);
    assert.deepEqual(readResolvConf('search a\ndomain one two\n', 'h').search, ['one']);
  });

  it('the environment has the last word', () => {
    const conf = readResolvConf('search a\noptions ndots:2\n', 'h', 'x.example y.example', 'ndots:0 edns0');
    assert.deepEqual(conf.search, ['x.example', 'y.example']);
    assert.equal(conf.ndots, 0);
    assert.deepEqual([...conf.flags], ['edns0']);
  });
});
