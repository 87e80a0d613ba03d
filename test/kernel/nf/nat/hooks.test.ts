/** NAT at the hook points: what a router does with rules of the table nat, beside a real one, byte by byte. */
import assert from 'node:assert/strict';
import { ip4 } from '../../../../src/base/addr.ts';
import { icmpBytes, ipv4Bytes, udpBytes } from '../../../wire/frames.ts';
import { segmentBytes } from '../conntrack/lab.ts';
import type { Action } from './nat-lab.ts';
import { compareRouters } from './nat-lab.ts';

const SET_UP = [
  'ip addr add 10.0.0.254/24 brd + dev eth0',
  'ip addr add 10.0.1.254/24 brd + dev eth1',
  ...['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((ip) => `ip neigh add ${ip} lladdr 02:00:00:00:09:01 dev eth0`),
  ...['10.0.1.1', '10.0.1.2', '10.0.1.3'].map((ip) => `ip neigh add ${ip} lladdr 02:00:00:00:09:02 dev eth1`),
];
/** What the client, the server and the router are to each other. */
const [CLIENT, SERVER, ROUTER, BEHIND] = ['10.0.0.1', '10.0.1.1', '10.0.0.254', '10.0.1.254'];

const DATA = [1, 2, 3, 4, 5];

function frame(side: 0 | 1, datagram: readonly number[]): Action {
  return { kind: 'frame', side, datagram };
}

function run(command: string): Action {
  return { kind: 'run', command };
}

function udpDatagram(from: string, to: string, ports: readonly [number, number], ttl = 64): number[] {
  const [src, dst] = [ip4(from), ip4(to)];
  return ipv4Bytes(udpBytes(...ports, DATA, src, dst), { src, dst, ttl, flags: 0 });
}

function udp(side: 0 | 1, from: string, to: string, sport: number, dport: number): Action {
  return frame(side, udpDatagram(from, to, [sport, dport]));
}

function echo(side: 0 | 1, from: string, to: string, type: 0 | 8, id: number): Action {
  return frame(
    side,
    ipv4Bytes(icmpBytes(type, 0, (id << 16) | 1, DATA), { protocol: 1, src: ip4(from), dst: ip4(to) }),
  );
}

function error(side: 0 | 1, from: string, to: string, type: number, code: number, quote: readonly number[]): Action {
  return frame(side, ipv4Bytes(icmpBytes(type, code, 0, quote), { protocol: 1, src: ip4(from), dst: ip4(to) }));
}

/** A datagram in two fragments. */
function fragments(side: 0 | 1, from: string, to: string, sport: number, dport: number): Action[] {
  const [src, dst] = [ip4(from), ip4(to)];
  const data = Array.from({ length: 1600 }, (_, i) => i & 255);
  const whole = udpBytes(sport, dport, data, src, dst);
  const common = { src, dst, id: 99, ttl: 64 };
  return [
    frame(side, ipv4Bytes(whole.slice(0, 1480), { ...common, flags: 0x2000 })),
    frame(side, ipv4Bytes(whole.slice(1480), { ...common, flags: 1480 / 8 })),
  ];
}

const nat = (words: string): string => `iptables -t nat -A ${words}`;

describe('kernel/nf/nat/hooks: beside a real router', () => {
  it('masquerades UDP, ICMP, TCP and fragments, and gives answers and errors back', function () {
    const [src, dst] = [ip4(CLIENT), ip4(SERVER)];
    const syn = ipv4Bytes(segmentBytes(src, dst, [5001, 80], { flags: 2, seq: 1 }), { protocol: 6, src, dst });
    compareRouters(
      this,
      [...SET_UP, nat('POSTROUTING -o eth1 -j MASQUERADE')],
      [
        udp(0, CLIENT, SERVER, 5000, 53),
        udp(1, SERVER, BEHIND, 53, 5000),
        udp(0, CLIENT, SERVER, 5000, 53),
        echo(0, CLIENT, SERVER, 8, 7),
        echo(1, SERVER, BEHIND, 0, 7),
        frame(0, syn),
        ...fragments(0, CLIENT, SERVER, 5005, 53),
        ...fragments(1, SERVER, BEHIND, 53, 5005),
        error(1, SERVER, BEHIND, 3, 3, udpDatagram(BEHIND, SERVER, [5000, 53], 63)),
        error(1, '10.0.1.2', BEHIND, 11, 0, udpDatagram(BEHIND, SERVER, [5000, 53], 63).slice(0, 28)),
        error(1, SERVER, BEHIND, 5, 0, udpDatagram(BEHIND, SERVER, [5000, 53], 63)),
        error(1, SERVER, BEHIND, 3, 3, udpDatagram(BEHIND, SERVER, [5000, 53], 63).slice(0, 24)),
        // From the other side: nobody asked for it, so it is for the router.
        udp(1, SERVER, BEHIND, 53, 5009),
        // The router's own error about what was translated on its way in.
        frame(0, udpDatagram(CLIENT, SERVER, [5010, 53], 1)),
      ],
    );
  });

  it('translates destinations on the way in: ports, ranges, the router itself', function () {
    const rules = [
      nat('PREROUTING -d 10.0.0.254 -p udp --dport 8585 -j DNAT --to-destination 10.0.1.1:80'),
      nat('PREROUTING -d 10.0.0.254 -p udp --dport 8000:8010 -j DNAT --to-destination 10.0.1.2:9000-9010/8000'),
      nat('PREROUTING -d 10.0.0.254 -p udp --dport 8600 -j DNAT --to-destination 10.0.1.1-10.0.1.3'),
      nat('PREROUTING -d 10.0.0.254 -p udp --dport 8700 -j DNAT --to-destination :53'),
      nat('PREROUTING -d 10.0.0.254 -p icmp -j DNAT --to-destination 10.0.1.1'),
      nat('PREROUTING -p udp --dport 8800 -j DNAT --to-destination 10.9.9.9'),
    ];
    compareRouters(
      this,
      [...SET_UP, ...rules],
      [
        udp(0, CLIENT, ROUTER, 6000, 8585),
        udp(1, SERVER, CLIENT, 80, 6000),
        udp(0, CLIENT, ROUTER, 6000, 8585),
        error(1, SERVER, CLIENT, 3, 3, udpDatagram(CLIENT, SERVER, [6000, 80], 63)),
        udp(0, CLIENT, ROUTER, 6001, 8000),
        udp(0, CLIENT, ROUTER, 6001, 8007),
        udp(0, '10.0.0.2', ROUTER, 6001, 8007),
        ...['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((ip) => udp(0, ip, ROUTER, 6002, 8600)),
        udp(0, CLIENT, ROUTER, 6003, 8700),
        echo(0, CLIENT, ROUTER, 8, 5),
        echo(1, SERVER, CLIENT, 0, 5),
        udp(0, '10.0.0.3', SERVER, 6004, 8800),
        udp(0, CLIENT, ROUTER, 6005, 8585),
        // On its way to the server its time is over.
        frame(0, udpDatagram(CLIENT, ROUTER, [6006, 8585], 1)),
        ...fragments(0, CLIENT, ROUTER, 6007, 8585),
      ],
    );
  });

  it('translates both ends of one flow, and back into the net it came from', function () {
    const rules = [
      nat('PREROUTING -d 10.0.0.254 -p udp --dport 8585 -j DNAT --to-destination 10.0.1.1:80'),
      nat('PREROUTING -d 10.0.0.254 -p udp --dport 8586 -j DNAT --to-destination 10.0.0.2:80'),
      nat('POSTROUTING -o eth1 -j MASQUERADE'),
      nat('POSTROUTING -s 10.0.0.0/24 -d 10.0.0.0/24 -j MASQUERADE'),
    ];
    compareRouters(
      this,
      [...SET_UP, 'sysctl -qw net.ipv4.conf.eth0.send_redirects=0', ...rules],
      [
        udp(0, CLIENT, ROUTER, 6000, 8585),
        udp(1, SERVER, BEHIND, 80, 6000),
        error(1, SERVER, BEHIND, 3, 3, udpDatagram(BEHIND, SERVER, [6000, 80], 63)),
        error(0, CLIENT, ROUTER, 3, 3, udpDatagram(ROUTER, CLIENT, [8585, 6000], 63)),
        udp(0, CLIENT, ROUTER, 6000, 8586),
        udp(0, '10.0.0.2', ROUTER, 80, 6000),
        udp(0, '10.0.0.2', ROUTER, 6001, 8586),
      ],
    );
  });

  it('redirects to itself, and maps nets', function () {
    const rules = [
      nat('PREROUTING -p udp --dport 53 -j REDIRECT --to-ports 5300'),
      nat('PREROUTING -p udp --dport 54 -j REDIRECT'),
      nat('PREROUTING -i eth0 -d 10.7.7.0/24 -j NETMAP --to 10.0.1.0/24'),
      nat('POSTROUTING -o eth1 -s 10.0.0.0/24 -j NETMAP --to 10.8.8.0/24'),
      'ip addr add 10.0.0.253/24 dev eth0',
    ];
    compareRouters(
      this,
      [...SET_UP, ...rules],
      [
        udp(0, CLIENT, SERVER, 6000, 53),
        udp(0, CLIENT, SERVER, 6000, 54),
        udp(0, CLIENT, '10.7.7.2', 6001, 7),
        udp(1, '10.0.1.2', '10.8.8.1', 7, 6001),
        echo(0, '10.0.0.2', '10.7.7.3', 8, 9),
        run('ip addr del 10.0.0.254/24 dev eth0'),
        udp(0, CLIENT, SERVER, 6002, 53),
        run('ip route add 10.0.0.0/24 dev eth0'),
        udp(0, CLIENT, SERVER, 6003, 53),
      ],
    );
  });

  it('translates what the router itself sends, and answers to it', function () {
    const rules = [
      nat('OUTPUT -d 10.0.0.254 -p udp --dport 8585 -j DNAT --to-destination 10.0.1.1:80'),
      nat('OUTPUT -d 10.0.0.1 -p udp --dport 53 -j DNAT --to-destination 10.0.1.2'),
      nat('OUTPUT -d 10.0.0.1 -p udp --dport 54 -j REDIRECT --to-ports 5400'),
      nat('OUTPUT -d 10.0.0.1 -p udp --dport 55 -j DNAT --to-destination 172.30.0.1'),
      nat('OUTPUT -d 127.0.0.1 -p udp --dport 56 -j DNAT --to-destination 10.0.1.1'),
      nat('POSTROUTING -o eth1 -p udp --dport 53 -j SNAT --to-source 10.0.1.77'),
    ];
    const own = (sport: number, to: string, port: number): Action => ({ kind: 'send', sport, to, port });
    const outcomes = compareRouters(
      this,
      [...SET_UP, ...rules],
      [
        own(7000, ROUTER, 8585),
        udp(1, SERVER, ROUTER, 80, 7000),
        own(7001, CLIENT, 53),
        udp(1, '10.0.1.2', '10.0.1.77', 53, 7001),
        own(7002, CLIENT, 54),
        own(7003, CLIENT, 55),
        own(7004, '127.0.0.1', 56),
        run('sysctl -qw net.ipv4.conf.eth1.route_localnet=1'),
        own(7005, '127.0.0.1', 56),
        error(1, SERVER, ROUTER, 3, 3, udpDatagram(ROUTER, SERVER, [7000, 80])),
        own(7000, ROUTER, 8585),
      ],
    );
    assert.ok(outcomes.some((outcome) => outcome.error !== ''));
  });

  it('keeps what a flow has when rules and addresses change', function () {
    compareRouters(
      this,
      [...SET_UP, nat('POSTROUTING -o eth1 -j MASQUERADE')],
      [
        udp(0, CLIENT, SERVER, 5000, 53),
        run('ip addr add 10.0.1.99/24 dev eth1'),
        run('iptables -t nat -F'),
        udp(0, CLIENT, SERVER, 5000, 53),
        udp(0, CLIENT, SERVER, 5001, 53),
        run('iptables -t nat -A POSTROUTING -o eth1 -j SNAT --to-source 10.0.1.50'),
        run('iptables -t nat -A PREROUTING -p udp --dport 53 -j DNAT --to-destination 10.0.1.2'),
        udp(0, CLIENT, SERVER, 5000, 53),
        udp(0, CLIENT, SERVER, 5001, 53),
        udp(0, CLIENT, SERVER, 5002, 53),
        udp(1, SERVER, BEHIND, 53, 5000),
        // The address that masquerades the first one goes, and with it what is known of it.
        run('ip addr del 10.0.1.254/24 dev eth1'),
        udp(0, CLIENT, SERVER, 5000, 53),
      ],
    );
  });

  it('forgets what it masqueraded by an interface that goes down, and drops what would go by another', function () {
    const rules = [nat('POSTROUTING -j MASQUERADE')];
    compareRouters(
      this,
      [...SET_UP, 'ip route add 10.3.0.0/24 via 10.0.1.1', ...rules],
      [
        udp(0, CLIENT, SERVER, 5000, 53),
        udp(0, CLIENT, '10.3.0.1', 5001, 53),
        udp(1, SERVER, CLIENT, 5002, 53),
        run('ip route change 10.3.0.0/24 via 10.0.0.2'),
        udp(0, CLIENT, '10.3.0.1', 5001, 53),
        udp(0, CLIENT, '10.3.0.1', 5001, 53),
        run('ip link set eth1 down'),
        run('ip link set eth1 up'),
      ],
    );
  });

  it('chooses the address that the next hop knows, and drops what it has no address for', function () {
    const setUp = [
      'ip addr add 10.0.0.254/24 brd + dev eth0',
      'ip route add 10.2.0.0/16 dev eth1',
      'ip neigh add 10.2.0.1 lladdr 02:00:00:00:09:02 dev eth1',
      'ip neigh add 10.0.1.1 lladdr 02:00:00:00:09:02 dev eth1',
      'ip neigh add 10.0.4.1 lladdr 02:00:00:00:09:02 dev eth1',
      nat('POSTROUTING -o eth1 -j MASQUERADE'),
    ];
    compareRouters(this, setUp, [
      udp(0, CLIENT, '10.2.0.1', 5000, 53),
      run('ip addr del 10.0.0.254/24 dev eth0'),
      run('ip route add 10.0.0.0/24 dev eth0'),
      udp(0, CLIENT, '10.2.0.1', 5001, 53),
      run('ip addr add 10.0.1.254/24 dev eth1'),
      run('ip addr add 10.0.1.253/24 dev eth1'),
      run('ip addr add 10.0.4.254/24 dev eth1'),
      udp(0, CLIENT, '10.2.0.1', 5002, 53),
      run('ip route add 10.5.0.0/16 via 10.0.4.1'),
      udp(0, CLIENT, '10.5.0.1', 5003, 53),
      udp(0, CLIENT, '10.0.4.1', 5004, 53),
    ]);
  });

  it('goes through chains, verdicts and policies', function () {
    const rules = [
      'iptables -t nat -N CHAIN',
      nat('PREROUTING -p udp -j CHAIN'),
      nat('PREROUTING -p udp --dport 1 -j DNAT --to-destination 10.0.1.3'),
      nat('CHAIN -p udp --dport 8585 -j DNAT --to-destination 10.0.1.1:80'),
      nat('CHAIN -p udp --dport 1 -j RETURN'),
      nat('CHAIN -p udp --dport 2 -j ACCEPT'),
      nat('CHAIN -p udp --dport 1:3 -j DNAT --to-destination 10.0.1.2'),
      nat('INPUT -p udp --dport 9 -j SNAT --to-source 10.0.0.99'),
      'ip neigh add 10.0.0.99 lladdr 02:00:00:00:09:01 dev eth0',
    ];
    compareRouters(
      this,
      [...SET_UP, ...rules],
      [
        udp(0, CLIENT, ROUTER, 6000, 8585),
        udp(0, CLIENT, ROUTER, 6000, 1),
        udp(0, CLIENT, ROUTER, 6000, 2),
        udp(0, CLIENT, ROUTER, 6000, 3),
        udp(0, CLIENT, ROUTER, 6000, 9),
      ],
    );
  });

  it('leaves connections alone that were there before the table, and keeps asking rules about them', function () {
    compareRouters(
      this,
      [...SET_UP, 'iptables -A FORWARD -m conntrack --ctstate NEW'],
      [
        udp(0, CLIENT, SERVER, 5000, 53),
        run(nat('POSTROUTING -o eth1 -j MASQUERADE')),
        udp(0, CLIENT, SERVER, 5000, 53),
        udp(0, CLIENT, SERVER, 5001, 53),
        run('iptables -t nat -F'),
        udp(0, CLIENT, SERVER, 5000, 53),
      ],
    );
  });

  it('lets rules refuse what was translated, in the words of the one who asked', function () {
    const rules = [
      nat('PREROUTING -d 10.0.0.254 -j DNAT --to-destination 10.0.1.1'),
      nat('POSTROUTING -j MASQUERADE'),
      'iptables -A FORWARD -p udp -j REJECT',
      'iptables -A FORWARD -p tcp -j REJECT --reject-with tcp-reset',
    ];
    const [src, dst] = [ip4(CLIENT), ip4(ROUTER)];
    const syn = ipv4Bytes(segmentBytes(src, dst, [5001, 80], { flags: 2, seq: 1 }), { protocol: 6, src, dst });
    compareRouters(this, [...SET_UP, ...rules], [udp(0, CLIENT, ROUTER, 5000, 53), frame(0, syn), frame(0, syn)]);
  });

  it('gives a new connection of TCP the port of one that is over, when there is no other', function () {
    const segment = (
      from: string,
      to: string,
      ports: readonly [number, number],
      flags: number,
      seq: number,
      ack = 0,
    ) => {
      const [src, dst] = [ip4(from), ip4(to)];
      return ipv4Bytes(segmentBytes(src, dst, ports, { flags, seq, ack }), { protocol: 6, src, dst });
    };
    const opening = (client: string, sport: number, seq: number): Action[] => [
      frame(0, segment(client, SERVER, [sport, 80], 2, seq)),
    ];
    const closing = (client: string, sport: number, seq: number): Action[] => [
      frame(1, segment(SERVER, BEHIND, [80, 7000], 0x12, 500, seq + 1)),
      frame(0, segment(client, SERVER, [sport, 80], 0x10, seq + 1, 501)),
      frame(0, segment(client, SERVER, [sport, 80], 0x11, seq + 1, 501)),
      frame(1, segment(SERVER, BEHIND, [80, 7000], 0x11, 501, seq + 2)),
      frame(0, segment(client, SERVER, [sport, 80], 0x10, seq + 2, 502)),
    ];
    compareRouters(
      this,
      [...SET_UP, nat('POSTROUTING -o eth1 -p tcp -j MASQUERADE --to-ports 7000')],
      [
        ...opening(CLIENT, 5001, 1000),
        // There is no other port, and this one is in use.
        ...opening('10.0.0.2', 5002, 2000),
        ...closing(CLIENT, 5001, 1000),
        // What comes before the old connection's end could be taken for it.
        ...opening('10.0.0.2', 5003, 900),
        ...opening('10.0.0.2', 5004, 3000),
      ],
    );
  });

  it('routes again what it sends itself: by rules, and by the interface that a socket is bound to', function () {
    const rules = [
      nat('OUTPUT -d 10.0.0.1 -p udp --dport 53 -j DNAT --to-destination 10.3.0.1'),
      'ip route add 10.3.0.0/24 via 10.0.0.2',
      'ip route add 10.3.0.0/24 via 10.0.1.2 metric 10',
      'ip route add 10.3.0.0/24 via 10.0.1.3 table 7',
      'ip rule add from 10.0.0.254 fwmark 7 lookup 7',
      'iptables -t mangle -A OUTPUT -p udp --sport 7002 -j MARK --set-mark 7',
    ];
    const own = (sport: number, dev?: string): Action => ({
      kind: 'send',
      sport,
      to: CLIENT,
      port: 53,
      ...(dev === undefined ? {} : { dev }),
    });
    compareRouters(
      this,
      [...SET_UP, ...rules],
      [
        own(7000),
        own(7001, 'eth1'),
        own(7002),
        own(7003, 'eth0'),
        run('ip route del 10.3.0.0/24 via 10.0.1.2 metric 10'),
        own(7001, 'eth1'),
        own(7005, 'eth1'),
      ],
    );
  });
});
