import assert from 'node:assert/strict';
import { tcpField, TcpSettings } from '../../src/kernel/sysctl-tcp.ts';
import { type, withPeer } from './kit.ts';

describe('kernel: settings of TCP', () => {
  it('have the names of their files, without the units of their fields', () => {
    assert.equal(tcpField('tcp_keepalive_time'), 'keepaliveTimeNs');
    assert.equal(tcpField('tcp_syn_retries'), 'synRetries');
    assert.equal(tcpField('tcp_comp_sack_delay_ns'), 'compSackDelayNs');
    assert.equal(tcpField('tcp_rmem'), undefined);
    assert.equal(tcpField('ip_forward'), undefined);
    assert.equal(new TcpSettings().finTimeoutNs, 60_000_000_000);
  });

  it('are what a program writes', () => {
    const { host } = withPeer();
    const { tcp } = host.rootNs.sysctls;
    type(host, 'sysctl -w net.ipv4.tcp_keepalive_time=100');
    type(host, 'sysctl -w net.ipv4.tcp_syncookies=2');
    type(host, 'sysctl -w net.ipv4.tcp_max_tw_buckets=5');
    type(host, 'sysctl -w net.core.somaxconn=7');
    type(host, 'sysctl -w net.ipv4.tcp_congestion_control=reno');
    assert.deepEqual(
      [tcp.keepaliveTimeNs, tcp.syncookies, tcp.maxTwBuckets, host.rootNs.sysctls.somaxconn, tcp.congestionControl],
      [100_000_000_000, 2, 5, 7, 'reno'],
    );
    assert.equal(type(host, 'sysctl net.core.somaxconn'), 'net.core.somaxconn = 7\n');
  });
});
