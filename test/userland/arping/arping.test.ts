import assert from 'node:assert/strict';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { type } from '../../kernel/kit.ts';
import { EmulatedLab, PAIR } from '../net-lab.ts';

describe('userland/arping:', () => {
  it('measures from sending to being woken, and neither waits longer for an answer nor less', () => {
    const lab = new EmulatedLab(PAIR);
    const startNs = lab.world.sched.now;
    const { proc, output } = lab.start(hostPrograms(), { ns: 'a', line: 'arping -c 2 10.77.0.2' });
    lab.world.run(3e9);
    // The neighbour's softirq of 2 us, then the program's wake-up.
    assert.match(output.stdout, /^42 bytes from 02:42:0a:4d:00:02 \(10.77.0.2\): index=0 time=12.000 usec$/m);
    assert.match(output.stdout, /^rtt min\/avg\/max\/std-dev = 0.012\/0.012\/0.012\/0.000 ms$/m);
    assert.equal(proc.endedNs - startNs, 2e9);
  });

  it('finds out that two have the same address', () => {
    const topology = {
      namespaces: ['a', 'b', 'c', 'switch'],
      lines: [
        'ip -n @switch@ link add br0 type bridge',
        'ip -n @switch@ link set br0 up',
        ...['a', 'b', 'c'].flatMap((name, i) => [
          `ip link add eth0 netns @${name}@ type veth peer name v${name} netns @switch@`,
          `ip -n @${name}@ link set eth0 up`,
          `ip -n @switch@ link set v${name} up master br0`,
          `ip -n @${name}@ addr add 10.77.0.${i === 0 ? 1 : 2}/24 dev eth0`,
        ]),
      ],
    };
    const [result] = new EmulatedLab(topology).run(hostPrograms(), [{ ns: 'a', line: 'arping -d -c 1 10.77.0.2' }]);
    assert.match(result!.stdout, /1 packets transmitted, 2 packets received, {3}0% unanswered \(1 extra\)/);
    assert.equal(result!.exit, 1);
    const [dots] = new EmulatedLab(topology).run(hostPrograms(), [{ ns: 'a', line: 'arping -D -c 1 10.77.0.2' }]);
    assert.equal(dots!.stdout, '!!\t  0% packet loss (1 extra)\n');
  });

  it('tells its figures when it is interrupted', () => {
    const lab = new EmulatedLab(PAIR);
    const { proc, output } = lab.start(hostPrograms(), { ns: 'a', line: 'arping 10.77.0.9' });
    lab.world.run(1.5e9);
    proc.kill('SIGINT');
    lab.world.run(1e6);
    assert.match(output.stdout, /^ARPING 10.77.0.9\nTimeout\n\n--- .*\n2 packets transmitted, 0 packets received/);
    assert.equal(proc.exitCode, 1);
  });

  it('says why an interface is of no use', () => {
    const lab = new EmulatedLab(PAIR);
    type(lab.host, 'ip -n a link add d0 type veth peer name d1');
    const error = (line: string): string => lab.run(hostPrograms(), [{ ns: 'a', line }])[0]!.stderr;
    assert.equal(
      error('arping -c 1 -i d0 10.77.0.2'),
      'arping: libnet_init(LIBNET_LINK, d0): libnet_check_iface(): d0 is down\n',
    );
    type(lab.host, 'ip -n a link set d0 up');
    assert.match(error('arping -c 1 -i d0 10.77.0.2'), /^arping: Unable to get the IPv4 address of interface d0:\n/);
    assert.equal(error('arping -c 1 -W 0.1 -i d0 -S 1.2.3.4 10.77.0.2'), '');
  });

  it('lacks VLAN tags', () => {
    const { check, refusal } = hostPrograms().get('arping')!;
    assert.equal(check!(['-c', '1', '-V', '5', 'b'])?.argIndex, 2);
    assert.equal(refusal!(['-c', '1', 'b']), undefined);
    assert.equal(refusal!(['-L', 'b'])?.message, "invalid option -- 'L'");
  });
});
