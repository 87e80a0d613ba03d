/** What REJECT answers to packets of every kind, and what it is silent about: here and on a real kernel. */
import { ip4, mac } from '../../../src/base/addr.ts';
import type { WireScript } from '../../differential/wire-lab.ts';
import { assertAlike, GIVEN_ID, playEmulated, playReal } from '../../differential/wire-lab.ts';
import { need, needTools } from '../../machine.ts';
import { tcpBytes, udpBytes } from '../../wire/frames.ts';
import { ipBytes } from '../kit.ts';
import { datagrams, FAR, fragments, given, HOST, PEER, routerScript, segments, SYN } from './packet-kinds.ts';

const KINDS = [
  'icmp-net-unreachable',
  'icmp-host-unreachable',
  'icmp-proto-unreachable',
  'icmp-port-unreachable',
  'icmp-net-prohibited',
  'icmp-host-prohibited',
  'icmp-admin-prohibited',
] as const;

/** Frames and counters; that rules drop what they reject is no question of reasons. */
function judge(script: WireScript): void {
  const real = { ...playReal(script), isTraced: false };
  assertAlike(script, playEmulated(script), real, /^(Ip|Icmp|Udp|Tcp)/);
}

describe('kernel/nf/nf-reject beside a real kernel', function () {
  this.timeout(30_000);
  beforeEach(function () {
    need(this, 'netns');
    needTools(this, ['iptables']);
  });

  for (const [chain, dst] of [
    ['INPUT', HOST],
    ['FORWARD', FAR],
  ] as const) {
    it(`answers with each error, ${chain}`, () => {
      const steps = KINDS.flatMap((kind) => [
        { run: `iptables -A ${chain} -j REJECT --reject-with ${kind}` },
        ...given(datagrams(dst).slice(0, 2)),
        { run: `iptables -F ${chain}` },
      ]);
      judge(routerScript(steps));
    });

    it(`is silent where nobody may answer, ${chain}`, () => {
      const rule = `iptables -A ${chain} -j REJECT`;
      judge(routerScript(given([...datagrams(dst), ...segments(dst), ...fragments(dst)]), [rule]));
    });

    it(`resets TCP connections, ${chain}`, () => {
      const rule = `iptables -A ${chain} -p tcp -j REJECT --reject-with tcp-reset`;
      judge(routerScript(given([...segments(dst), ...fragments(dst)]), [rule]));
    });
  }

  it('says nothing to broadcasts, and answers by the way to the sender', () => {
    const [tcp, udp] = [tcpBytes([4000, 80], SYN, [], [], PEER, -1), udpBytes(4000, 9, [1], PEER, -1)];
    const steps = [ip4('10.0.0.255'), ip4('224.0.0.1'), -1].flatMap((dst) => [
      ipBytes(tcp, { protocol: 6, src: PEER, dst, id: GIVEN_ID }),
      ipBytes(udp, { protocol: 17, src: PEER, dst, id: GIVEN_ID }),
      ipBytes(udp, { protocol: 17, src: PEER, dst, id: GIVEN_ID }, mac('ff:ff:ff:ff:ff:ff')),
    ]);
    const rules = ['iptables -A INPUT -p tcp -j REJECT --reject-with tcp-reset', 'iptables -A INPUT -j REJECT'];
    const away = ['ip route add 10.9.0.0/24 via 10.0.1.2', 'sysctl -qw net.ipv4.conf.e0.rp_filter=0'];
    const stranger = ip4('10.9.0.9');
    const elsewhere = [
      ipBytes(tcpBytes([1, 2], SYN, [], [], stranger, HOST), { protocol: 6, src: stranger, dst: HOST, id: GIVEN_ID }),
      ipBytes(udpBytes(1, 2, [], stranger, HOST), { protocol: 17, src: stranger, dst: HOST, id: GIVEN_ID }),
    ];
    judge(
      routerScript(given([...steps, ...elsewhere]), [...away, 'sysctl -qw net.ipv4.conf.all.rp_filter=0', ...rules]),
    );
  });

  it('sends resets and errors through the rules of OUTPUT', () => {
    const rules = [
      'iptables -A FORWARD -p tcp -j REJECT --reject-with tcp-reset',
      'iptables -A FORWARD -j REJECT',
      'iptables -A OUTPUT -p tcp --dport 4000 -j DROP',
      'iptables -A OUTPUT -p icmp -j REJECT',
    ];
    judge(routerScript([...given([segments(FAR)[2]!, datagrams(FAR)[0]!]), { run: 'iptables -S' }], rules));
  });

  describe('over a bridge', () => {
    const FAR_MAC = mac('02:00:00:00:00:9a');
    const BRIDGE_MAC = mac('02:00:00:00:0b:00');
    const NEIGHBOUR = ip4('10.0.0.3');
    /** e0 and e1 are ports of br0, whose datagrams the rules see; e2 leads elsewhere. */
    const bridged = (steps: WireScript['steps'], rules: readonly string[], address = '10.0.0.1/24'): WireScript => ({
      addresses: ['', '', '10.0.1.1/24'],
      setUp: [
        'sysctl -qw net.ipv4.icmp_ratelimit=0',
        'sysctl -qw net.ipv4.icmp_msgs_burst=10000',
        'ip link add br0 address 02:00:00:00:0b:00 type bridge mcast_snooping 0',
        'ip link set e0 master br0',
        'ip link set e1 master br0',
        'ip link set br0 up',
        ...(address === '' ? [] : [`ip addr add ${address} dev br0`]),
        ...(address === '' ? [] : ['ip neigh replace 10.0.0.2 lladdr 02:00:00:00:00:99 nud permanent dev br0']),
        'ip neigh replace 10.0.1.2 lladdr 02:00:00:00:00:9b nud permanent dev e2',
        'sysctl -qw net.ipv4.ip_forward=1',
        'sysctl -qw net.bridge.bridge-nf-call-iptables=1',
        ...rules,
      ],
      steps,
    });
    const kinds = (dst: number, frameMac: number): Uint8Array[] => {
      const to = { src: PEER, dst, id: GIVEN_ID };
      const syn = tcpBytes([4000, 80], SYN, [2, 4, 5, 0xb4], [], PEER, dst);
      const ack = tcpBytes([4000, 80], 0x10, [], [1, 2, 3], PEER, dst);
      return [
        ipBytes(syn, { ...to, protocol: 6 }, frameMac),
        ipBytes(ack, { ...to, protocol: 6 }, frameMac),
        ipBytes(udpBytes(4000, 9, [1], PEER, dst), { ...to, protocol: 17 }, frameMac),
      ];
    };
    const frames = (): WireScript['steps'] =>
      given([...kinds(NEIGHBOUR, FAR_MAC), ...kinds(HOST, BRIDGE_MAC), ...kinds(FAR, BRIDGE_MAC)]);
    const rules = ['FORWARD', 'INPUT'].flatMap((chain) => [
      `iptables -A ${chain} -p tcp -j REJECT --reject-with tcp-reset`,
      `iptables -A ${chain} -p udp -j REJECT`,
    ]);

    it('resets come back as if from the destination, errors from the bridge', () => {
      judge(bridged(frames(), rules));
    });

    it('there are no answers where the bridge has no address', () => {
      judge(bridged(frames(), rules, ''));
    });

    it('resets pass no rules of OUTPUT there', () => {
      judge(bridged(frames(), [...rules, 'iptables -A OUTPUT -p tcp -j DROP']));
    });
  });
});
