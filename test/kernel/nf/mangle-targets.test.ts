/** What targets make of packets, byte by byte: here and on a real kernel. Marks and connections are told by DSCP. */
import type { WireScript } from '../../differential/wire-lab.ts';
import { assertAlike, playEmulated, playReal } from '../../differential/wire-lab.ts';
import { need, needTools } from '../../machine.ts';
import { ramp, tcpBytes, udpBytes } from '../../wire/frames.ts';
import { datagrams, FAR, fragments, given, PEER, routerScript, segments, sendTo, SYN } from './packet-kinds.ts';

/** Frames and counters: nothing here is dropped for a reason of its own. */
function judge(script: WireScript): void {
  const real = { ...playReal(script), isTraced: false };
  assertAlike(script, playEmulated(script), real, /^(Ip|Icmp|Udp|Tcp)/);
}

const send = sendTo(FAR);

/** SYNs with options of every shape. */
function syns(): Uint8Array[] {
  const syn = (options: readonly number[], data: readonly number[] = [], flags = SYN): number[] =>
    tcpBytes([4000, 80], flags, options, data, PEER, FAR);
  const nops = (count: number): number[] => new Array<number>(count).fill(1);
  const mss = (value: number): number[] => [2, 4, value >> 8, value & 255];
  return [
    ...[0, 1, 99, 100, 101, 536, 960, 961, 1460, 65_535].map((value) => syn(mss(value))),
    syn([]),
    syn(nops(4)),
    syn([...nops(4), ...mss(1460)]),
    syn([...mss(1460), 4, 2, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 3, 3, 7]),
    syn([4, 2, 1, 1, ...mss(1460)]),
    syn([0, 0, 0, 0, ...mss(1460)]),
    syn([9, 0, 1, 1, ...mss(1460)]),
    syn([9, 200, 1, 1, ...mss(1460)]),
    syn([2, 3, 5, 180, ...mss(1460)]),
    syn([...mss(1460), ...mss(1400)]),
    syn([1, 2, 4, 5]),
    syn(nops(36)),
    syn(nops(40)),
    syn([...nops(36), ...mss(1460)]),
    syn([], ramp(1)),
    syn([], ramp(2)),
    syn(mss(1460), ramp(7)),
    syn(mss(1460), [], SYN | 0x10),
    syn(mss(1460), [], 0x10),
    syn(mss(1460), [], SYN | 4),
  ].map((bytes) => send(bytes, { protocol: 6 }));
}

/** Segments whose header says what is not there. */
function wrongSyns(): Uint8Array[] {
  const bytes = tcpBytes([4000, 80], SYN, [2, 4, 5, 0xb4], [], PEER, FAR);
  return [0, 4, 15].map((words) =>
    send(
      bytes.map((byte, i) => (i === 12 ? words << 4 : byte)),
      { protocol: 6 },
    ),
  );
}

describe('kernel/nf: targets that change packets, beside a real kernel', function () {
  this.timeout(30_000);
  beforeEach(function () {
    need(this, 'netns');
    needTools(this, ['iptables']);
  });

  for (const [name, rule] of [
    ['to a number', '--set-mss 100'],
    ['to the way', '--clamp-mss-to-pmtu'],
  ] as const) {
    it(`TCPMSS lowers ${name}`, () => {
      const frames = given([...syns(), ...wrongSyns(), ...segments(FAR), ...fragments(FAR)]);
      judge(routerScript(frames, [`iptables -t mangle -A FORWARD -p tcp -j TCPMSS ${rule}`]));
    });
  }

  it('TCPMSS looks at the way on and at the way back', () => {
    const steps = [
      { run: 'ip link set e1 mtu 1000' },
      ...given(syns().slice(0, 14)),
      { run: 'ip link set e0 mtu 900' },
      ...given(syns().slice(0, 14)),
      { run: 'ip route add 10.0.0.2/32 dev e0 mtu lock 600' },
      ...given(syns().slice(0, 14)),
    ];
    const rule = 'iptables -t mangle -A POSTROUTING -p tcp --syn -j TCPMSS --clamp-mss-to-pmtu';
    judge(routerScript(steps, [rule]));
  });

  it('DSCP, TOS and TTL write the header', () => {
    const some = [...datagrams(FAR).slice(0, 5), ...fragments(FAR)];
    const toses = [0, 1, 3, 0x10, 0xb8, 0xff].flatMap((tos) =>
      [0x0101, 0xffff].map((id) => send(udpBytes(1, 2, ramp(3), PEER, FAR), { protocol: 17, tos, id, flags: 0 })),
    );
    const rules = [
      ...['0', '0x3f', '0x15'].map((value) => `DSCP --set-dscp ${value}`),
      ...['--set-tos 0', '--set-tos 0xff', '--set-tos 0x10/0x3f', '--and-tos 0xf', '--or-tos 5', '--xor-tos 0xff'].map(
        (words) => `TOS ${words}`,
      ),
      ...['--ttl-set 1', '--ttl-set 64', '--ttl-inc 200', '--ttl-inc 1', '--ttl-dec 9', '--ttl-dec 8'].map(
        (words) => `TTL ${words}`,
      ),
    ];
    const steps = rules.flatMap((rule, i) => [
      { run: 'iptables -t mangle -F' },
      { run: `iptables -t mangle -A ${i % 2 === 0 ? 'PREROUTING' : 'FORWARD'} -j ${rule}` },
      ...given(i % 2 === 0 ? toses : [...some, ...toses.slice(0, 4)]),
    ]);
    judge(routerScript(steps));
  });

  it('MARK and CONNMARK keep marks', () => {
    const mark = (words: string): string => `iptables -t mangle -A PREROUTING -j ${words}`;
    const chain = [
      mark('MARK --set-mark 0xf0'),
      mark('MARK --or-mark 0x0f'),
      mark('MARK --and-mark 0xfc'),
      mark('MARK --xor-mark 0x81'),
      mark('MARK --set-xmark 0x80000002/0x3'),
      mark('CONNMARK --save-mark --nfmask 0xffff00ff --ctmask 0xff'),
      mark('MARK --set-mark 0'),
      mark('CONNMARK --restore-mark'),
      mark('CONNMARK --set-xmark 0x3/0x5 --left-shift-mark 4'),
      mark('CONNMARK --save-mark --left-shift-mark 1'),
      mark('CONNMARK --restore-mark --right-shift-mark 2 --nfmask 0xf'),
    ];
    const tell = Array.from({ length: 32 }, (_, bit) => {
      const mask = `0x${(2 ** bit).toString(16)}`;
      const from = bit % 2 === 0 ? 'mark' : 'connmark';
      return `iptables -t mangle -A FORWARD -m ${from} --mark ${mask}/${mask} -j TTL --ttl-inc ${(bit % 7) + 1}`;
    });
    // Each change in turn is the last one.
    const steps = [];
    for (const rule of chain) {
      steps.push({ run: rule }, ...given([datagrams(FAR)[0]!, segments(FAR)[2]!]), { run: 'iptables -t mangle -S' });
    }
    judge(routerScript(steps, tell));
  });

  it('CT says what is tracked, and in which zone', () => {
    const udp = (port: number): Uint8Array => send(udpBytes(port, 9, [], PEER, FAR), { protocol: 17 });
    const rules = [
      '-t raw -A PREROUTING -p udp --sport 1 -j CT --notrack',
      '-t raw -A PREROUTING -p udp --sport 2 -j NOTRACK',
      '-t raw -A PREROUTING -p udp --sport 3 -j CT --zone 3',
      '-t raw -A PREROUTING -p udp --sport 4 -j MARK --set-mark 5',
      '-t raw -A PREROUTING -p udp --sport 4 -j CT --zone-orig mark',
      '-t raw -A PREROUTING -p udp --sport 3 -j CT --notrack',
      ...['NEW', 'ESTABLISHED', 'UNTRACKED', 'INVALID'].map(
        (state, i) => `-t mangle -A FORWARD -m conntrack --ctstate ${state} -j DSCP --set-dscp ${i + 1}`,
      ),
    ];
    const steps = given([1, 2, 3, 4, 5, 1, 3].map(udp));
    judge(
      routerScript(
        steps,
        rules.map((rule) => `iptables ${rule}`),
      ),
    );
  });

  it('errors about what is not tracked, and resets of what is, have their states', () => {
    const rules = [
      '-t raw -A PREROUTING -p udp --sport 1 -j CT --notrack',
      '-A FORWARD -p tcp -j REJECT --reject-with tcp-reset',
      '-A FORWARD -p udp -j REJECT',
      ...['NEW', 'ESTABLISHED', 'RELATED', 'UNTRACKED', 'INVALID'].map(
        (state, i) => `-t mangle -A OUTPUT -m conntrack --ctstate ${state} -j DSCP --set-dscp ${i + 1}`,
      ),
      '-t mangle -A POSTROUTING -m conntrack --ctdir REPLY -j TTL --ttl-set 99',
    ];
    const steps = given([
      send(udpBytes(1, 9, [], PEER, FAR), { protocol: 17 }),
      send(udpBytes(2, 9, [], PEER, FAR), { protocol: 17 }),
      ...segments(FAR),
    ]);
    judge(
      routerScript(
        steps,
        rules.map((rule) => `iptables ${rule}`),
      ),
    );
  });
});
