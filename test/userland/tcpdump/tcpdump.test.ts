import assert from 'node:assert/strict';
import { readCapture } from '../../../src/pcap-writer/index.ts';
import { hostPrograms } from '../../../src/userland/registry.ts';
import { TCPDUMP } from '../../../src/userland/tcpdump/tcpdump.ts';
import { devOf, SECOND } from '../../kernel/kit.ts';
import { EPOCH_SECONDS } from '../../kernel/proc/table-kit.ts';
import { EmulatedLab, PAIR } from '../net-lab.ts';

const registry = hostPrograms();

function capture(lab: EmulatedLab, path: string): ReturnType<typeof readCapture> {
  return readCapture(lab.files.readBytes(path)!);
}

describe('userland/tcpdump', () => {
  it('saves what it sees, complete whenever it ends', () => {
    for (const end of ['SIGTERM', 'SIGINT', 'SIGKILL'] as const) {
      const lab = new EmulatedLab(PAIR);
      const { proc, output } = lab.start(registry, { ns: 'a', line: 'tcpdump -i eth0 -w /sub/x.pcap --nano' });
      assert.equal(lab.files.readBytes('/sub/x.pcap')!.length, 24, 'its header is there at once');
      lab.run(registry, [{ ns: 'a', line: 'ping -c 1 -q 10.77.0.2' }]);
      proc.kill(end);
      lab.world.run(SECOND / 100);
      assert.equal(proc.exitCode, end === 'SIGKILL' ? 137 : 0);
      const { packets } = capture(lab, '/sub/x.pcap');
      const seen = lab.world.seenAt('h/a/eth0');
      assert.deepEqual(
        packets.map(({ data, timeNs }) => [Buffer.from(data).toString('hex'), Number(timeNs % 1_000_000_000n)]),
        seen.map(({ bytes, atNs }) => [Buffer.from(bytes).toString('hex'), atNs % SECOND]),
      );
      assert.equal(Number(packets[0]!.timeNs / 1_000_000_000n), EPOCH_SECONDS);
      assert.match(
        output.stderr,
        /^tcpdump: listening on eth0, link-type EN10MB \(Ethernet\), snapshot length 262144 bytes\n/,
      );
      assert.match(output.stderr, /\n4 packets captured\n4 packets received by filter\n0 packets dropped by kernel\n$/);
    }
  });

  it('saves whole microseconds unless told otherwise, and what -s leaves', () => {
    const lab = new EmulatedLab(PAIR);
    lab.run(registry, [
      { ns: 'a', line: 'tcpdump -s 20 -i eth0 -w x.pcap -c 2' },
      { ns: 'a', line: 'ping -c 1 -q 10.77.0.2' },
    ]);
    const { packets } = capture(lab, '/x.pcap');
    assert.ok(packets.every(({ timeNs, data }) => timeNs % 1000n === 0n && data.length === 20));
    assert.equal(packets[0]!.originalLength, 42);
  });

  it('saves the cooked headers of all interfaces', () => {
    const lab = new EmulatedLab(PAIR);
    lab.run(registry, [
      { ns: 'a', line: 'tcpdump -i any -w x.pcap -c 2 arp' },
      { ns: 'a', line: 'ping -c 1 -q 10.77.0.2' },
    ]);
    const { packets, interfaces } = capture(lab, '/x.pcap');
    assert.equal(interfaces[0]!.linkType, 276);
    const index = devOf(lab.host, 'eth0', 'a').ifIndex;
    const header = (type: string, mac: string): string =>
      `08060000${index.toString(16).padStart(8, '0')}0001${type}06${mac}0000`;
    assert.deepEqual(
      packets.map(({ data }) => Buffer.from(data.subarray(0, 20)).toString('hex')),
      [header('04', '02420a4d0001'), header('00', '02420a4d0002')],
    );
  });

  it('makes its interface promiscuous while it runs, unless told not to', () => {
    const lab = new EmulatedLab(PAIR);
    const eth0 = devOf(lab.host, 'eth0', 'a');
    for (const [line, expected] of [
      ['tcpdump -i eth0', 1],
      ['tcpdump -p -i eth0', 0],
    ] as const) {
      const { proc } = lab.start(registry, { ns: 'a', line });
      assert.equal(eth0.promiscuity, expected, line);
      proc.kill('SIGTERM');
      lab.world.run(SECOND / 100);
      assert.deepEqual([proc.exitCode, eth0.promiscuity], [0, 0]);
    }
  });

  it('ends when its interface goes', () => {
    const lab = new EmulatedLab(PAIR);
    const { proc, output } = lab.start(registry, { ns: 'a', line: 'tcpdump -i eth0' });
    lab.host.admin.type('ip -n a link del eth0');
    lab.world.run(SECOND / 100);
    assert.equal(proc.exitCode, 1);
    assert.match(output.stderr, /tcpdump: pcap_loop: The interface disappeared\n$/);
  });

  it('refuses names that leave the folder or cannot be', () => {
    const lab = new EmulatedLab(PAIR);
    lab.files.write('/plain', '');
    const said = ['../x', 'a/../../x', '/', 'plain/x', 'n'.repeat(300)].map(
      (name) => lab.run(registry, [{ ns: 'a', line: `tcpdump -i eth0 -w ${name}` }])[0]!,
    );
    assert.deepEqual(
      said.map(({ stderr, exit }) => [stderr.replace(/^tcpdump: \S+: (.*)\n$/, '$1'), exit]),
      [
        ['Permission denied', 1],
        ['Permission denied', 1],
        ['Is a directory', 1],
        ['Not a directory', 1],
        ['File name too long', 1],
      ],
    );
  });

  it('shows names without -n', () => {
    const lab = new EmulatedLab(PAIR);
    lab.files.write('/etc/hosts', '10.77.0.2 server\n');
    const [dump] = lab.run(registry, [
      { ns: 'a', line: 'tcpdump -t -e -i eth0 -c 2' },
      { ns: 'a', line: 'ping -c 1 -q 10.77.0.2' },
    ]);
    const [client, server] = ['02:42:0a:4d:00:01 (oui Unknown)', '02:42:0a:4d:00:02 (oui Unknown)'];
    const link = 'ethertype ARP (0x0806), length 42';
    assert.deepEqual(dump!.stdout.split('\n'), [
      `${client} > Broadcast, ${link}: Request who-has server tell 10.77.0.1, length 28`,
      `${server} > ${client}, ${link}: Reply server is-at ${server}, length 28`,
      '',
    ]);
  });

  it('lists interfaces', () => {
    const [list] = new EmulatedLab(PAIR).run(registry, [{ ns: 'a', line: 'tcpdump -D' }]);
    assert.deepEqual(list!.stdout.split('\n').slice(0, 3), [
      '1.eth0 [Up, Running, Connected]',
      '2.any (Pseudo-device that captures on all interfaces) [Up, Running]',
      '3.lo [Up, Running, Loopback]',
    ]);
  });

  it('knows before the run what it lacks, and what nobody can mean', () => {
    assert.deepEqual(TCPDUMP.check!(['-i', 'eth0', '-C', '5']), {
      argIndex: 2,
      message: 'option -C is not supported by Dockwire',
    });
    assert.equal(TCPDUMP.check!(['-i', 'eth0', '-w', 'x']), undefined);
    assert.deepEqual(TCPDUMP.refusal!(['--foo']), { message: "unrecognized option '--foo'", argIndex: 0 });
    assert.deepEqual(TCPDUMP.refusal!(['-i', 'eth0', 'icmp', 'and']), {
      argIndex: 2,
      message: "can't parse filter expression: syntax error",
    });
    assert.equal(TCPDUMP.refusal!(['-i', 'eth0', 'host', '']), undefined);
  });
});
