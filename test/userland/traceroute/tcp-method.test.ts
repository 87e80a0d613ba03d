import assert from 'node:assert/strict';
import { TcpSocket } from '../../../src/kernel/socket/tcp/tcp-socket.ts';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { netnsOf, type } from '../../kernel/kit.ts';
import { EmulatedLab, ROUTED } from '../net-lab.ts';

function traced(lab: EmulatedLab, line: string): string {
  const [result] = lab.run(hostPrograms(), [{ ns: 'a', line }]);
  assert.deepEqual([result!.stderr, result!.exit], ['', 0]);
  return result!.stdout
    .replace(/[\d.]+ ms/g, 'T ms')
    .split('\n')
    .slice(1, -1)
    .join('\n');
}

/** a and b with a router between; b listens at 80. */
function listening(): EmulatedLab {
  const lab = new EmulatedLab(ROUTED);
  const socket = new TcpSocket(netnsOf(lab.host, 'b'));
  assert.equal(socket.bind(0, 80), '');
  assert.equal(socket.listen(5), '');
  return lab;
}

describe('userland/traceroute: -T', () => {
  it('tells an open port from a closed one, and where another answers so', () => {
    const lab = listening();
    assert.equal(
      traced(lab, 'traceroute -T -n -N 1 -q 1 -O info 10.78.0.2'),
      ' 1  10.77.0.2  T ms\n 2  10.78.0.2 <syn,ack>  T ms',
    );
    assert.equal(
      traced(lab, 'traceroute -T -n -f 2 -q 2 -p 81 -O info 10.78.0.2'),
      ' 2  10.78.0.2 <rst,ack>  T ms  T ms',
    );
  });

  it('takes the options of its SYN from the settings of the kernel', () => {
    const lab = listening();
    for (const [setting, bytes] of [
      ['tcp_timestamps=0', 52],
      ['tcp_sack=0', 48],
      ['tcp_window_scaling=0', 44],
    ] as const) {
      type(lab.host, `ip netns exec a sysctl -qw net.ipv4.${setting}`);
      const [result] = lab.run(hostPrograms(), [{ ns: 'a', line: 'traceroute -T -n -q 1 10.78.0.2' }]);
      assert.match(result!.stdout, new RegExp(` ${bytes} byte packets`), setting);
    }
  });

  it('leaves no socket behind, whoever answers', () => {
    const lab = listening();
    const ns = netnsOf(lab.host, 'a');
    for (const line of ['-T -n', '-T -n -m 1', '-M tcpconn -n', '-M tcpconn -n -w 0.1 -m 2 -f 2 -p 9']) {
      lab.run(hostPrograms(), [{ ns: 'a', line: `traceroute ${line} 10.78.0.2` }]);
      assert.equal(ns.rawSockets, null, line);
    }
  });

  it('cannot use a port that is taken', () => {
    const lab = listening();
    const taken = new TcpSocket(netnsOf(lab.host, 'a'));
    assert.equal(taken.bind(0, 999), '');
    for (const method of ['-T', '-T -O reuse', '-M tcpconn']) {
      const [result] = lab.run(hostPrograms(), [{ ns: 'a', line: `traceroute ${method} --sport=999 10.78.0.2` }]);
      assert.deepEqual([result!.stderr, result!.exit], ['\nbind: Address already in use\n', 1], method);
    }
  });
});
