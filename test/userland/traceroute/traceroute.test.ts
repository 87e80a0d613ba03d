import assert from 'node:assert/strict';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { Judge, needRecording } from '../../differential/recordings.ts';
import { type } from '../../kernel/kit.ts';
import type { Topology } from '../net-lab.ts';
import { EmulatedLab, PAIR, ROUTED } from '../net-lab.ts';

/** c - r1 - r2 - s, as the recordings of the ICMP errors have it. */
const CHAIN: Topology = {
  namespaces: ['c', 'r1', 'r2', 's'],
  lines: [
    ['c', 'eth0', '1', '2', 'r1', 'in1', '1'],
    ['r1', 'out1', '2', '1', 'r2', 'in2', '2'],
    ['r2', 'out2', '3', '1', 's', 'eth0', '2'],
  ]
    .flatMap(([left, leftDev, net, leftHost, right, rightDev, rightHost]) => [
      `ip link add ${leftDev} netns @${left}@ address 02:42:0a:0${net}:00:0${leftHost} type veth ` +
        `peer name ${rightDev} netns @${right}@ address 02:42:0a:0${net}:00:0${rightHost}`,
      `ip -n @${left}@ link set ${leftDev} up`,
      `ip -n @${right}@ link set ${rightDev} up`,
      `ip -n @${left}@ addr add 10.${net}.0.${leftHost}/24 brd + dev ${leftDev}`,
      `ip -n @${right}@ addr add 10.${net}.0.${rightHost}/24 brd + dev ${rightDev}`,
    ])
    .concat([
      'ip -n @c@ route add default via 10.1.0.1',
      'ip -n @r1@ route add 10.3.0.0/24 via 10.2.0.2',
      'ip -n @r2@ route add 10.1.0.0/24 via 10.2.0.1',
      'ip -n @s@ route add default via 10.3.0.1',
      'ip netns exec @r1@ sysctl -qw net.ipv4.ip_forward=1',
      'ip netns exec @r2@ sysctl -qw net.ipv4.ip_forward=1',
    ]),
};

function traced(lab: EmulatedLab, line: string, ns = 'a'): string {
  const [result] = lab.run(hostPrograms(), [{ ns, line }]);
  assert.equal(result!.stderr, '');
  return result!.stdout.replace(/[\d.]+ ms/g, 'T ms');
}

describe('userland/traceroute:', () => {
  const recorded = [
    { folder: 'traceroute-udp', line: 'traceroute -n -q 3 -N 1 10.3.0.2', answers: '  T ms  T ms  T ms' },
    { folder: 'traceroute-icmp', line: 'traceroute -n -I -q 1 -N 1 10.3.0.2', answers: '  T ms' },
  ];
  for (const { folder, line, answers } of recorded) {
    it(`puts the frames of the recording ${folder} on each interface`, function () {
      needRecording(this, `f-errors/${folder}`);
      const lab = new EmulatedLab(CHAIN);
      lab.run(hostPrograms(), [{ ns: 'c', line: 'ping -q -c 1 10.3.0.2' }]);
      const startNs = lab.world.sched.now;
      const stdout = traced(lab, line, 'c');
      assert.equal(
        stdout,
        'traceroute to 10.3.0.2 (10.3.0.2), 30 hops max, 60 byte packets\n' +
          ` 1  10.1.0.1${answers}\n 2  10.2.0.2${answers}\n 3  10.3.0.2${answers}\n`,
      );
      const judge = new Judge(lab.world, `f-errors/${folder}`);
      const interfaces = { 'c-eth0': 'h/c/eth0', 'r1-out1': 'h/r1/out1', 's-eth0': 'h/s/eth0' };
      assert.deepEqual(judge.differences(interfaces, startNs, startNs + 1e9), new Map());
      judge.dispose();
    });
  }

  it('measures what the way takes, in microseconds', () => {
    const lab = new EmulatedLab(ROUTED);
    lab.run(hostPrograms(), [{ ns: 'a', line: 'ping -q -c 1 10.78.0.2' }]);
    const [result] = lab.run(hostPrograms(), [{ ns: 'a', line: 'traceroute -n -q 1 10.78.0.2' }]);
    // Two softirqs to a neighbour and back, four to the next but one.
    assert.match(result!.stdout, / 1 {2}10\.77\.0\.2 {2}0\.004 ms\n 2 {2}10\.78\.0\.2 {2}0\.008 ms\n$/);
  });

  it('names routers by /etc/hosts, and each address of a hop once', () => {
    const lab = new EmulatedLab(ROUTED);
    lab.files.write('/etc/hosts', '10.77.0.2 r.lan r\n10.78.0.2 b\n');
    assert.equal(
      traced(lab, 'traceroute -q 2 -N 1 b').split('\n').slice(1).join('\n'),
      ' 1  r.lan (10.77.0.2)  T ms  T ms\n 2  b (10.78.0.2)  T ms  T ms\n',
    );
  });

  it('tells the reasons of routers', () => {
    const hop = (route: string): string => {
      const lab = new EmulatedLab(ROUTED);
      if (route !== '') type(lab.host, `ip -n r route add ${route} 10.99.0.0/24`);
      return traced(lab, 'traceroute -n -N 1 -q 1 10.99.0.1').split('\n')[1]!;
    };
    assert.equal(hop(''), ' 1  10.77.0.2  T ms !N');
    assert.equal(hop('prohibit'), ' 1  10.77.0.2  T ms !X');
    assert.equal(hop('unreachable'), ' 1  10.77.0.2  T ms !H');
  });

  it('gives a hop up that a router answers as seldom as the rate limit has it', () => {
    const lab = new EmulatedLab(ROUTED);
    const lines = traced(lab, 'traceroute -n -w 1 10.99.0.1').split('\n').slice(1, -1);
    assert.deepEqual(lines, [' 1  10.77.0.2  T ms !N  T ms !N *']);
  });

  it('finds narrower ways with --mtu', () => {
    const lab = new EmulatedLab(ROUTED);
    type(lab.host, 'ip -n r link set eth1 mtu 1400');
    type(lab.host, 'ip -n b link set eth0 mtu 1400');
    assert.equal(
      traced(lab, 'traceroute -n --mtu -q 1 10.78.0.2').split('\n').slice(1).join('\n'),
      ' 1  10.77.0.2  T ms F=1500\n 2  10.78.0.2  T ms F=1400\n',
    );
  });

  it('waits less where the same hop or a later one has answered', () => {
    const lab = new EmulatedLab(PAIR);
    const startNs = lab.world.sched.now;
    traced(lab, 'traceroute -n -m 1 -w 2 10.77.0.50');
    assert.ok(lab.world.sched.now - startNs >= 2e9);
    // Of nine probes six are answered, so the rest is waited for some milliseconds only.
    const laterNs = lab.world.sched.now;
    traced(lab, 'traceroute -n -N 9 -q 9 10.77.0.2');
    assert.ok(lab.world.sched.now - laterNs < 0.2e9);
  });

  it('says before the run what never was, and at run time what depends on the method', () => {
    const [result] = new EmulatedLab(PAIR).run(hostPrograms(), [{ ns: 'a', line: 'traceroute -I -O dgram 10.77.0.2' }]);
    assert.match(result!.stderr, /^traceroute -O dgram: not supported by Dockwire; supported: -4 /);
    assert.equal(result!.exit, 127);
    const { check, refusal } = hostPrograms().get('traceroute')!;
    assert.equal(check!(['-n', '-T', 'b']), undefined);
    assert.deepEqual(check!(['-n', '-g', 'r', 'b']), {
      argIndex: 1,
      message: 'option -g is not supported by Dockwire',
    });
    assert.equal(refusal!(['-n', '-q', '1', 'b']), undefined);
    assert.equal(refusal!(['-n', '-X', 'b'])!.argIndex, 1);
  });
});
