import assert from 'node:assert/strict';
import type { ShowOptions } from '../../../src/kernel/show/options.ts';
import { flushRoutes, showRoutes } from '../../../src/kernel/show/ip-route-list.ts';
import { onRealLinux } from '../admin/real-tools.ts';
import { PLAIN } from '../../../src/kernel/show/options.ts';
import { World } from '../kit.ts';

const SETUP = [
  'ip link set lo up',
  'ip link add v0 type veth peer name v1',
  'ip link add w0 type veth peer name w1',
  'ip link set v0 up',
  'ip link set v1 up',
  'ip link set w0 up',
  'ip addr add 10.0.0.1/24 dev v0',
  'ip addr add 10.0.0.11/24 dev v0',
  'ip addr add 10.9.0.1/24 dev w0',
  'ip route add default via 10.0.0.9 metric 50',
  'ip route add 10.5.0.0/16 dev v0 mtu 1400 window 5000 rtt 20ms advmss 1000 initcwnd 10 hoplimit 9 quickack 1',
  'ip route append 10.5.0.0/16 dev v0 rto_min 5ms cwnd 7 ssthresh 9 realms 3 rttvar 1s reordering 5',
  'ip route append 10.5.0.0/16 dev v0 congctl reno features ecn',
  'ip route add 10.5.0.0/16 dev v0 metric 5 mtu lock 1400 tos 0x10 proto static scope link src 10.0.0.11',
  'ip route add unreachable 10.6.0.0/16',
  'ip route add 10.7.0.0/16 nexthop via 10.0.0.3 nexthop via 10.0.0.4 weight 3 nexthop dev w0',
  'ip route add blackhole 10.8.0.1',
  'ip route add throw 10.8.0.2 table 100',
  'ip route add prohibit 10.8/24 table 300 proto bird',
  'ip route add local 10.77.0.0/16 dev lo',
  'ip route add 192.168.0.0/16 via 10.0.0.77 dev v0 onlink',
];

const LINES = [
  'ip -4 route show',
  'ip -4 route show table all',
  'ip -4 -d route show table all',
  'ip -4 -N route show table all',
  'ip -4 -o route show',
  'ip -4 -j route show',
  'ip -4 -j -p route show',
  'ip -4 -j -d route show table all',
  'ip -4 route show dev v0',
  'ip -4 route show dev w0 scope link',
  'ip -4 route show via 10.0.0.9',
  'ip -4 route show src 10.0.0.1',
  'ip -4 route show proto kernel',
  'ip -4 route show proto bird table all',
  'ip -4 route show scope host table all',
  'ip -4 route show type blackhole',
  'ip -4 route show type unicast',
  'ip -4 route show table local',
  'ip -4 route show table 100',
  'ip -4 route show table 77',
  'ip -4 route show default',
  'ip -4 route show 10.5.0.0/16',
  'ip -4 route show exact 10.5.0.0/16',
  'ip -4 route show root 10.0.0.0/8',
  'ip -4 route show match 10.5.0.1',
  'ip -4 route show match 10.8.0.1',
  'ip -4 route show to root 10.8/15',
  'ip -4 route show tos 0x10',
  'ip -4 route show metric 50',
  'ip -4 route show cache',
  'ip -4 route show 10.0.0.0/33',
  'ip -4 route show bogus',
  'ip -4 route show dev nosuch',
  'ip -4 route list table bogus',
  'ip -4 route show proto bogus',
  'ip -4 route show scope bogus',
  'ip -4 route show type bogus',
  'ip -4 route show via bogus',
  'ip -4 route list to',
  'ip -4 -s route flush table 77',
  'ip -4 -s route flush proto static',
  'ip -4 -s route flush proto static',
  'ip -4 route flush dev w0 scope link',
  'ip -4 route flush',
  'ip -4 -s route flush cache',
  'ip -4 route flush table main',
  'ip -4 route show table all',
];

/** The options in front of the object and the words behind the verb. */
function take(line: string): { verb: string; args: string[]; options: ShowOptions } {
  const words = line.split(' ');
  const at = words.indexOf('route');
  const has = (flag: string): boolean => words.slice(0, at).includes(flag);
  const options: ShowOptions = {
    ...PLAIN,
    details: has('-d'),
    statistics: has('-s') ? 1 : 0,
    json: has('-j'),
    pretty: has('-p'),
    oneline: has('-o'),
    numeric: has('-N'),
    family: 'inet',
  };
  return { verb: words[at + 1]!, args: words.slice(at + 2), options };
}

describe('kernel/show/ip-route', () => {
  it('prints, selects and flushes as iproute2 does', function () {
    const real = onRealLinux(this, [...SETUP, ...LINES]).slice(SETUP.length);
    const host = new World().host('h');
    for (const line of SETUP) assert.equal(host.admin.type(line).stderr, '', line);
    const ours = LINES.map((line) => {
      const { verb, args, options } = take(line);
      const run = verb === 'flush' ? flushRoutes : showRoutes;
      return { line, ...run(host.rootNs, args, options) };
    });
    for (const [i, answer] of ours.entries()) assert.deepEqual(answer, real[i], answer.line);
  });
});
