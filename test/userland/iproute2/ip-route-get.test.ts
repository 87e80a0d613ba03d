import { assertSame } from './same-script.ts';

const SETUP = [
  'ip netns add y',
  'ip link add v0 type veth peer name v1',
  'ip link add d0 type veth peer name d1',
  'ip link set v0 up',
  'ip link set v1 up',
  'ip link set d0 up',
  'ip addr add 10.0.0.1/24 dev v0',
  'ip addr add 10.0.0.11/24 dev v0',
  'ip addr add 10.9.0.1/24 dev d0',
  'ip route add default via 10.0.0.9 metric 50',
  'ip route add 10.5.0.0/16 dev v0 mtu 1400 window 5000 rtt 20ms advmss 1000',
  'ip route add unreachable 10.6.0.0/16',
  'ip route add prohibit 10.7.0.0/16',
  'ip route add blackhole 10.8.0.0/16',
  'ip route add throw 10.10.0.0/16',
];

const GETS = [
  '10.0.0.2',
  '10.0.0.1',
  '10.0.0.255',
  '255.255.255.255',
  '224.0.0.1',
  '10.6.0.1',
  '10.7.0.1',
  '10.8.0.1',
  '10.10.0.1',
  '10.5.0.1',
  '10.0.0.2 from 10.0.0.11',
  '10.0.0.2 from 1.2.3.4',
  '10.0.0.2 from 10.0.0.5 iif d0',
  '10.0.0.1 from 10.9.0.5 iif d0',
  '8.8.8.8 mark 5',
  '8.8.8.8 oif d0',
  '8.8.8.8 dev v0',
  '8.8.8.8 tos 0x10',
  'fibmatch 8.8.8.8',
  '10.5.0.1 fibmatch',
  '10.0.0.1 fibmatch',
  '',
  'foo',
  '8.8.8.8 oif nosuch',
  '8.8.8.8 from',
  '127.0.0.1',
  '10.9.0.1 from 10.0.0.1',
];

const LINES = [
  ...SETUP,
  ...GETS.map((words) => `ip route get ${words}`.trimEnd()),
  'ip -d route get 8.8.8.8',
  'ip -j route get 8.8.8.8',
  'ip -j route get 10.0.0.1',
  'ip -j -p route get 10.5.0.1',
  'ip -o route get 8.8.8.8',
  'sysctl -qw net.ipv4.ip_forward=1',
  'ip route get 8.8.8.8 from 10.9.0.5 iif d0',
  'ip route get 10.6.0.1 from 10.9.0.5 iif d0',
  'ip route get 8.8.8.8 from 10.0.0.1 iif d0',
  'ip route get 10.0.0.255 from 10.9.0.5 iif d0',
  'sysctl -qw net.ipv4.conf.all.rp_filter=1',
  'ip route get 8.8.8.8 from 10.0.0.5 iif d0',
  'ip route get 10.9.0.1 from 10.0.0.5 iif d0',
  'ip route add 1.1.0.0/16 via 10.9.0.9 table 100',
  'ip rule add from 10.0.0.11 lookup 100',
  'ip rule add to 1.1.2.0/24 blackhole pref 100',
  'ip rule add fwmark 7 prohibit pref 101',
  'ip rule add to 1.1.4.0/24 goto 32767 pref 102',
  'ip route get 1.1.1.1',
  'ip route get 1.1.1.1 from 10.0.0.11',
  'ip route get 1.1.2.1',
  'ip route get 1.1.3.1 mark 7',
  'ip route get 1.1.4.1',
];

describe('userland/iproute2 ip route get', function () {
  this.timeout(20_000);

  it('answers as on a real Linux', function () {
    assertSame(this, LINES);
  });
});
