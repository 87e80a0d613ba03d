import assert from 'node:assert/strict';
import { Sysctls } from '../../src/kernel/sysctl.ts';

describe('kernel: sysctls', () => {
  it('have Linux’s defaults', () => {
    const sysctls = new Sysctls();
    const keys = [
      'net.ipv4.ip_forward',
      'net.ipv4.ip_default_ttl',
      'net.ipv4.icmp_echo_ignore_broadcasts',
      'net.ipv4.icmp_ratelimit',
      'net.ipv4.icmp_ratemask',
      'net.ipv4.icmp_msgs_per_sec',
      'net.ipv4.icmp_msgs_burst',
      'net.ipv4.ip_local_port_range',
      'net.ipv4.ipfrag_time',
      'net.ipv4.ipfrag_high_thresh',
      'net.core.rmem_default',
      'net.ipv6.conf.all.disable_ipv6',
      'net.ipv4.tcp_rmem',
    ];
    assert.deepEqual(
      keys.map((key) => sysctls.read(key)),
      [
        '0',
        '64',
        '1',
        '1000',
        '6168',
        '1000',
        '50',
        '32768\t60999',
        '30',
        '4194304',
        '212992',
        '1',
        '4096\t131072\t6291456',
      ],
    );
  });

  it('read back as they were written', () => {
    const sysctls = new Sysctls();
    for (const [key, value] of [
      ['net.ipv4.ip_forward', '1'],
      ['net.ipv4.icmp_ratelimit', '252'],
      ['net.ipv4.ipfrag_time', '7'],
      ['net.ipv6.conf.all.accept_ra', '2'],
    ] as const) {
      assert.equal(sysctls.write(key, value), '');
      assert.equal(sysctls.read(key), value);
    }
    assert.deepEqual([sysctls.icmpRatelimitNs, sysctls.ipfragTimeNs], [252_000_000, 7_000_000_000]);
  });

  it('forward by either of two names, and with any number but 0', () => {
    const sysctls = new Sysctls();
    sysctls.write('net.ipv4.conf.all.forwarding', '7');
    assert.deepEqual([sysctls.ipForward, sysctls.read('net.ipv4.ip_forward')], [7, '7']);
  });

  it('refuse what is no value for the key', () => {
    const sysctls = new Sysctls();
    const refused: [string, string][] = [
      ['net.ipv4.ip_forward', 'frob'],
      ['net.ipv4.ip_forward', ''],
      ['net.ipv4.ip_default_ttl', '0'],
      ['net.ipv4.ip_default_ttl', '256'],
      ['net.ipv4.ip_default_ttl', '6x'],
      ['net.ipv4.icmp_echo_ignore_all', '2'],
      ['net.ipv4.ip_local_port_range', '2000 1500'],
      ['net.ipv4.ip_local_port_range', '1000 2000'],
      ['net.ipv4.ip_local_port_range', '2000 70000'],
    ];
    for (const [key, value] of refused) assert.equal(sysctls.write(key, value), 'EINVAL', `${key}=${value}`);
    assert.deepEqual([sysctls.ipForward, sysctls.ipDefaultTtl, sysctls.ipLocalPortMin], [0, 64, 32768]);
  });

  it('take a range of ports with any blanks between', () => {
    const sysctls = new Sysctls();
    assert.equal(sysctls.write('net.ipv4.ip_local_port_range', ' 2000\t 3000 '), '');
    assert.deepEqual([sysctls.ipLocalPortMin, sysctls.ipLocalPortMax], [2000, 3000]);
  });

  it('do not know keys that Linux does not have', () => {
    const sysctls = new Sysctls();
    for (const key of ['net.ipv4.frob', 'frob', 'net.ipv4', '']) {
      assert.deepEqual([sysctls.read(key), sysctls.write(key, '1')], [undefined, 'ENOENT'], key);
    }
  });

  it('are read as they were before anything was written', () => {
    assert.equal(new Sysctls().read('net.ipv6.conf.all.accept_ra'), '1');
  });
});
