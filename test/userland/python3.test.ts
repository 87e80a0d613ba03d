import assert from 'node:assert/strict';
import { ip4 } from '../../src/base/addr.ts';
import { UdpSocket } from '../../src/kernel/socket/udp-socket.ts';
import { hostPrograms } from '../../src/userland/registry.ts';
import * as dns from '../../src/wire/dns.ts';
import { netnsOf } from '../kernel/kit.ts';
import { EmulatedLab } from './net-lab.ts';
import type { Topology } from './net-lab.ts';

const OUTSIDE: Topology = {
  namespaces: ['o'],
  lines: ['ip -n @o@ link set lo up', 'ip -n @o@ addr add 192.168.50.100/24 dev lo'],
};

describe('userland/python3', () => {
  it('runs the name server of the recordings', () => {
    const lab = new EmulatedLab(OUTSIDE);
    const { proc, output } = lab.start(hostPrograms(), { ns: 'o', line: 'python3 -u ./docker/dnsserver.py' });
    const socket = new UdpSocket(netnsOf(lab.host, 'o'));
    socket.bind(0, 4000);
    const answers = [
      ['ext.EXAMPLE.', 1],
      ['ext.example.', 28],
      ['cb.', 16],
    ].map(([name, type]) => {
      const query = dns.makeQuery(7, { name: name as string, type: type as number, class: 1 });
      socket.sendTo(ip4('192.168.50.100'), 53, dns.emit(query, 'none'));
      lab.world.run(1_000_000);
      const message = dns.parseBytes(socket.receive()!.payload);
      assert.ok(typeof message !== 'string');
      assert.equal(message.flags & 0xfff0, 0x8180);
      return dns.format(message);
    });
    assert.deepEqual(answers, [
      'response 7 NOERROR ext.EXAMPLE. IN A: ext.EXAMPLE. 300 IN A 192.168.50.100',
      'response 7 NOERROR ext.example. IN AAAA',
      'response 7 NXDOMAIN cb. IN TXT',
    ]);
    const lines = ['ext.example 1', 'ext.example 28', 'cb 16'].map((words) => `('192.168.50.100', 4000) ${words}\n`);
    assert.equal(output.stdout, lines.join(''));
    proc.kill('SIGTERM');
    assert.equal(proc.exitCode, 143);
  });

  it('has no interpreter, and needs the address', () => {
    const lab = new EmulatedLab(OUTSIDE);
    assert.equal(lab.run(hostPrograms(), [{ ns: 'o', line: 'python3 other.py' }])[0]!.exit, 127);
    lab.world.run(1);
    const bare = new EmulatedLab({ namespaces: ['o'], lines: [] });
    assert.deepEqual(bare.run(hostPrograms(), [{ ns: 'o', line: 'python3 dnsserver.py' }])[0], {
      stdout: '',
      stderr: 'OSError: [Errno 99] Cannot assign requested address\n',
      exit: 1,
    });
    const { check } = hostPrograms().get('python3')!;
    assert.equal(check!(['-u', '-m', 'http.server', '80']), undefined);
    assert.match(check!(['-c', '1'])!.message, /but for tcpudp\.py, dnsserver\.py, -m http\.server$/);
  });
});
