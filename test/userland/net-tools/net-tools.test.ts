import type { Answer } from '../../kernel/admin/real-tools.ts';
import { alike, assertAnswers, sayDockwire, sayReal } from '../iproute2/same-script.ts';
import { needTools } from '../../machine.ts';

const SETUP = [
  'ip link add v0 type veth peer name v1',
  'ip link set v0 address 02:00:00:00:00:0a',
  'ip link set v0 up',
  'ip link set v1 up',
  'ip addr add 10.0.0.1/24 dev v0',
];

const ROUTE_LINES = [
  ...SETUP,
  'route -n',
  'route',
  'route add default gw 10.0.0.9',
  'route add -net 10.1.0.0 netmask 255.255.0.0 gw 10.0.0.9',
  'route add -net 10.2.0.0/16 dev v0',
  'route add -host 10.3.0.1 dev v0 metric 5',
  'route add -host 10.3.0.2 gw 10.0.0.8',
  'route add -net 10.4.0.0/16 reject',
  'route add -net 10.5.0.0 netmask 255.255.0.0 dev v0 mss 1400 window 3000 irtt 300',
  'route add -net 192.168.7.0 dev v0',
  'route add 10.6.0.1 v0',
  'route add default gw 10.0.0.9',
  'route add -net 10.1.0.1 netmask 255.255.0.0 gw 10.0.0.9',
  'route add -net 10.7.0.0/16',
  'route add -net 10.7.0.0/16 gw 10.99.0.1',
  'route add -net 10.7.0.0/16 dev nosuch',
  'route add -net 10.7.0.0/16 dev v1 gw 10.0.0.9',
  'route add',
  'route bogus',
  'route -Z',
  'route -n',
  'route -en',
  'route -ee -n',
  'route -C -n',
  'ip -4 route show',
  'route del default',
  'route del default gw 10.0.0.9',
  'route del -net 10.1.0.0 netmask 255.255.0.0',
  'route del -net 10.2.0.0/16 dev v0',
  'route del -host 10.3.0.1',
  'route del -net 10.4.0.0/16 reject',
  'route -n',
  'route -V',
  'route -h',
];

const ARP_LINES = [
  ...SETUP,
  'arp -n',
  'ip neigh add 10.0.0.50 lladdr 02:00:00:00:00:50 dev v0',
  'ip neigh add 10.0.0.51 lladdr 02:00:00:00:00:51 dev v0 nud stale',
  'ip neigh add 10.0.0.52 nud failed dev v0',
  'arp -n',
  'arp -an',
  'arp -e -n',
  'arp -n 10.0.0.50',
  'arp -n 10.0.0.99',
  'arp -an 10.0.0.50',
  'arp -n -i v0',
  'arp -n -i nosuch',
  'arp -s 10.0.0.60 02:00:00:00:00:60',
  'arp -s 10.0.0.61 02:00:00:00:00:61 temp',
  'arp -i v0 -s 10.0.0.62 02:00:00:00:00:62',
  'arp -s 10.0.0.63 xx',
  'arp -s 99.0.0.63 02:00:00:00:00:62',
  'arp -s 10.0.0.64',
  'arp -s 10.0.0.65 02:00:00:00:00:65 pub',
  'arp -D -s 10.0.0.66 v0',
  'arp -d 10.0.0.60',
  'arp -d 10.0.0.99',
  'arp -d',
  'arp -n',
  'arp -v -n',
  'arp -Z',
  'arp -V',
  'arp -h',
];

/** A list that has nothing to tell. */
const HEAD_ALONE = /^Address .*\n$/;

/**
 * The kernel lists neighbours in the order of a hash with a key of its own; and it shows entries for others that were
 * made without an interface in every namespace, whoever made them.
 */
function sorted(said: readonly Answer[]): Answer[] {
  return said.map((each) => {
    if (!each.line.startsWith('arp') || /-[hVZ]/.test(each.line)) return each;
    const own = each.stdout
      .replaceAll(/^.*<from_interface>.*\n/gm, '')
      .replaceAll(/(in|Entries:|Found:) \d+/g, '$1 N')
      .replace(HEAD_ALONE, '');
    const lines = own.split('\n').sort((left, right) => (left < right ? -1 : 1));
    return { ...each, stdout: lines.join('\n') };
  });
}

describe('userland/net-tools', function () {
  this.timeout(20_000);

  it('route answers as on a real Linux', function () {
    needTools(this, ['route']);
    assertAnswers(sayDockwire(ROUTE_LINES), sayReal(this, ROUTE_LINES));
  });

  it('arp answers as on a real Linux, but for the order of a list', function () {
    needTools(this, ['arp']);
    assertAnswers(sorted(alike(sayDockwire(ARP_LINES))), sorted(alike(sayReal(this, ARP_LINES))));
  });
});
