import { assertSame } from '../../userland/iproute2/same-script.ts';

const SHOWS = [
  'ip link',
  'ip -d link',
  'ip -s link',
  'ip -s -s link',
  'ip -br link',
  'ip -o link',
  'ip -j link',
  'ip -j -d link',
  'ip -j -s link',
  'ip -j -s -s link',
  'ip -j -p link',
  'ip -j -br link',
  'ip -c link',
  'ip -c -br link',
  'ip -N link',
];

describe('kernel/show: ip link', () => {
  it('prints interfaces of all kinds and states as the real one does', function () {
    assertSame(this, [
      'ip netns add a',
      ...SHOWS,
      'ip link add va type veth peer name vb',
      'ip link add vc type veth peer name eth0 netns a',
      ...SHOWS,
      'ip link set va up',
      'ip link set vc up',
      ...SHOWS,
      'ip -n a -d link',
      'ip -n a link set eth0 up',
      'ip link set vb up',
      ...SHOWS,
      'ip -n a -d link',
      'ip link set va down',
      ...SHOWS,
      'ip link set lo down',
      'ip link del va',
      ...SHOWS,
    ]);
  });

  it('prints bridges and their ports as the real one does', function () {
    assertSame(this, [
      'ip link add br0 type bridge',
      'ip link add va type veth peer name vb',
      'ip link set va master br0',
      'ip link',
      'ip link set br0 up',
      'ip link',
      'ip link set va up',
      'ip link set vb up',
      'ip link set br0 address 02:00:00:0a:00:01',
      'ip link',
      'ip -d link',
      'ip -j -d link',
      'ip link set vb down',
      // The work that looks after the carriers of bridges runs once a second.
      'sleep 1.1',
      'ip -d link',
      'ip link set va nomaster',
      'ip link',
    ]);
  });

  it('takes its filters as the real one does', function () {
    assertSame(this, [
      'ip link add va type veth peer name vb',
      'ip link add br0 type bridge',
      'ip link set va master br0',
      'ip link set va up',
      ...['', '-j ', '-o ', '-br '].flatMap((options) => [
        `ip ${options}link show va`,
        `ip ${options}link show dev va`,
        `ip ${options}link show up`,
        `ip ${options}link list master br0`,
        `ip ${options}link list nomaster`,
        `ip ${options}link lst type veth`,
        `ip ${options}link show type bridge_slave`,
        `ip ${options}link show type dummy`,
        `ip ${options}link show group default`,
        `ip ${options}link show group 7`,
        `ip ${options}link show va up`,
        `ip ${options}link show vb up`,
      ]),
      'ip link show nope',
      'ip link show va vb',
      'ip link show dev',
      'ip link show master nope',
      'ip link show group nope',
      'ip link show vrf va',
      'ip link show type',
      'ip link show help',
      'ip link show to 10.0.0.0/8',
      'ip link show to 10.0.0.0/33',
      'ip link show scope foo',
    ]);
  });
});
