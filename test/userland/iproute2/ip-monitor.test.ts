import assert from 'node:assert/strict';
import { assertSame, sayDockwire } from './same-script.ts';

/** Runs the monitor beside the changes and prints what it saw. */
function monitored(words: string, changes: readonly string[]): string[] {
  return [
    'ip link add va type veth peer name vb',
    // The work that looks after carriers runs once a second.
    'sleep 1.1',
    `ip ${words} >seen & sleep 0.3`,
    ...changes.flatMap((line) => [line, 'sleep 0.15']),
    'sleep 0.3; kill $!; cat seen',
  ];
}

describe('userland/iproute2: ip monitor', () => {
  it('prints changes of links and addresses as the real one does', function () {
    assertSame(
      this,
      monitored('monitor link address label', [
        'ip link set lo down',
        'ip link set lo up',
        'ip link set va up',
        'ip addr add 10.0.0.1/24 brd + dev va',
        'ip addr add 10.0.0.2/24 dev va',
        'ip link set vb up',
        'ip link set va mtu 1400',
        'ip link set va mtu 1400',
        'ip link set va address 02:00:00:00:00:01',
        'ip link set va alias foo',
        'ip link set va promisc on',
        'ip link set va group 3',
        'ip link set va txqueuelen 5',
        'ip addr del 10.0.0.1/24 dev va',
        'ip link set vb down',
        'ip link set vb up',
        'ip link property add dev va altname alt',
        'ip link set va down',
        'ip link add vc type veth peer name vd',
        'ip link del vc',
        'ip link del va',
      ]),
    );
  });

  it('prints changes of routes as the real one does', function () {
    assertSame(
      this,
      monitored('monitor route', [
        'ip link set va up',
        'ip link set vb up',
        'ip addr add 10.0.0.1/24 brd + dev va',
        'ip route add 10.1.0.0/16 via 10.0.0.9',
        'ip route replace 10.1.0.0/16 via 10.0.0.8 metric 5',
        'ip route del 10.1.0.0/16 via 10.0.0.9',
        'ip route add blackhole 10.2.0.0/16',
        'ip addr del 10.0.0.1/24 dev va',
      ]),
    );
  });

  it('takes its words as the real one does', function () {
    assertSame(this, [
      'ip monitor bogus',
      'ip monitor help',
      'ip mo link bogus',
      'ip monitor dev nope',
      'timeout 0.1 ip monitor link nsid prefix label',
    ]);
  });

  it('says when something happened', () => {
    const lines = (option: string): string[] => [
      `ip ${option} monitor address >seen & sleep 0.25`,
      'ip addr add 10.0.0.1/32 dev lo',
      'sleep 0.1; kill $!; cat seen',
    ];
    const seen = (option: string): string => sayDockwire(lines(option))[2]!.stdout.split('\n')[0]!;
    assert.equal(seen('-ts'), '[2025-01-01T00:00:00.250000] 1: lo    inet 10.0.0.1/32 scope global lo');
    assert.equal(seen('-t'), 'Timestamp: Wed Jan  1 00:00:00 2025 250000 usec');
  });
});
