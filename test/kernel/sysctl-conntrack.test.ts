import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { nfCtNetnsGet } from '../../src/kernel/nf/conntrack/hooks.ts';
import { need, SHARED } from '../machine.ts';
import { netnsOf, type, World } from './kit.ts';

const NETFILTER = 'net.netfilter';

/** What `sysctl` says of all that is written, on the real machine's kernel. */
function realWrites(netns: string, lines: readonly string[]): string[] {
  const script = lines.map((line) => `sysctl -w '${line}' 2>&1; sysctl -n '${line.split('=')[0]!}' 2>&1`).join('\n');
  try {
    spawnSync('ip', ['netns', 'add', netns]);
    const { stdout } = spawnSync('ip', ['netns', 'exec', netns, 'sh', '-c', script], { encoding: 'utf8' });
    return stdout.trim().split('\n');
  } finally {
    spawnSync('ip', ['netns', 'del', netns]);
  }
}

describe('kernel: sysctls of connection tracking', function () {
  this.timeout(30_000);

  it('are those of a recorded host, with its values', function () {
    need(this, 'shared');
    const recorded = readFileSync(`${SHARED}/truth/g-reject/ctstate/sysctl-net.netfilter.txt`, 'utf8');
    const all = type(new World().host('h'), 'sysctl -a');
    const lines = all.split('\n').filter((line) => line.startsWith(NETFILTER));
    assert.deepEqual(lines, recorded.trim().split('\n'));
    assert.match(all, /^net\.nf_conntrack_max = 262144$/m);
  });

  it('take and refuse what a real kernel does', function () {
    need(this, 'netns');
    const host = new World().host('h');
    type(host, 'ip netns add c');
    const leaves = type(host, 'ip netns exec c sysctl -aN')
      .split('\n')
      // That one is the real machine's own, and stays switched on.
      .filter((name) => name.startsWith(NETFILTER) && !name.endsWith('lwtunnel'));
    assert.ok(leaves.length > 50, 'there are files');
    const values = ['-1', '0', '1', '2', '255', '256', '8589934', '4194304', '2147483647', '0x10', 'x', 'NONE'];
    const lines = leaves.flatMap((name) => values.map((value) => `${name}=${value}`));
    const mine = lines.flatMap((line) => {
      const written = host.admin.run(netnsOf(host, 'c'), ['sysctl', '-w', line]);
      const read = host.admin.run(netnsOf(host, 'c'), ['sysctl', '-n', line.split('=')[0]!]);
      return `${written.stdout}${written.stderr}${read.stdout}`.trim().split('\n');
    });
    assert.deepEqual(mine, realWrites(`dwsc-${process.pid}`, lines));
  });

  it('belong to a namespace, but for those of the machine', () => {
    const host = new World().host('h');
    type(host, 'sysctl -qw net.netfilter.nf_conntrack_max=1000 net.netfilter.nf_conntrack_udp_timeout=7');
    type(host, 'ip netns add c');
    const inside = (key: string): string => type(host, `ip netns exec c sysctl -n net.netfilter.nf_conntrack_${key}`);
    assert.deepEqual(['max', 'udp_timeout'].map(inside), ['1000\n', '30\n']);
    type(host, 'sysctl -qw net.nf_conntrack_max=2000 net.netfilter.nf_conntrack_buckets=1000');
    assert.deepEqual(['max', 'buckets', 'count'].map(inside), ['2000\n', '1024\n', '0\n']);
    const conntrack = nfCtNetnsGet(netnsOf(host, 'c'));
    type(host, 'ip netns exec c sysctl -qw net.netfilter.nf_conntrack_tcp_timeout_close=3');
    assert.equal(conntrack.settings, netnsOf(host, 'c').sysctls.conntrack);
  });
});
