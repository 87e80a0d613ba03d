import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import { buildRules } from '../../../src/kernel/nf/build-rule.ts';
import { parseCommand } from '../../../src/kernel/nf/command-parser.ts';
import type { NfPacket } from '../../../src/kernel/nf/packet.ts';
import { packetAt } from '../../../src/kernel/nf/packet.ts';
import { testHeader } from '../../../src/kernel/nf/rule.ts';
import { NfTable } from '../../../src/kernel/nf/table.ts';
import { splitWords } from '../../../src/kernel/nf/words.ts';
import { Slab } from '../../../src/link/frame.ts';
import { makeHookState } from './hook-state.ts';

const HEADER_BYTES = 20;

interface Looks {
  protocol: number;
  /** The bytes behind the IP header. */
  transport: readonly number[];
  packet?: Partial<NfPacket>;
}

const slab = new Slab();
const state = makeHookState();

/** 10.0.0.1 → 10.0.0.2, from eth0 to br0. */
function makePacket({ protocol, transport, packet = {} }: Looks): NfPacket {
  const bytes = HEADER_BYTES + transport.length;
  const frame = slab.take(bytes);
  const { view } = slab;
  const network = frame.l3;
  frame.tail = network + bytes;
  view.setUint8(network, 0x45);
  view.setUint16(network + 2, bytes);
  view.setUint16(network + 6, 0);
  view.setUint8(network + 9, protocol);
  view.setInt32(network + 12, ip4('10.0.0.1'));
  view.setInt32(network + 16, ip4('10.0.0.2'));
  transport.forEach((byte, i) => {
    view.setUint8(network + HEADER_BYTES + i, byte);
  });
  return { ...packetAt(state, frame), inName: 'eth0', outName: 'br0', ...packet };
}

/** TCP SYN from 1000 to 80 with an MSS, padding and a window scale. */
const SYN = [3, 232, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x70, 2, 0, 0, 0, 0, 0, 0, 2, 4, 5, 180, 1, 3, 3, 7];
/** UDP from 53 to 5000. */
const DATAGRAM = [0, 53, 19, 136, 0, 8, 0, 0];
const ECHO = [8, 0, 0, 0, 0, 1, 0, 2];
const UNREACHABLE = [3, 4, 0, 0, 0, 0, 5, 220];
const tcp: Looks = { protocol: 6, transport: SYN };
const udp: Looks = { protocol: 17, transport: DATAGRAM };
const echo: Looks = { protocol: 1, transport: ECHO };
const unreachable: Looks = { protocol: 1, transport: UNREACHABLE };

/** Whether a packet meets the rule, header and matches. */
function meets(typed: string, packet: NfPacket): boolean {
  const [rule] = buildRules(parseCommand(splitWords(`-A FORWARD ${typed}`)).rule, new NfTable('filter'));
  return testHeader(rule!, packet) && rule!.matches.every((match) => match.matches(packet));
}

const bridged: Looks = { ...udp, packet: { physInName: 'p1', physOutName: 'p2', isBridged: true } };
const later: Looks = { ...udp, packet: { fragmentOffset: 100 } };

/** What the packet meets, and what it does not. */
const CASES: readonly (readonly [name: string, looks: Looks, yes: readonly string[], no: readonly string[]])[] = [
  [
    'addresses, interfaces and protocols',
    tcp,
    [
      '',
      '-s 10.0.0.1',
      '-d 10.0.0.0/24',
      '! -s 10.0.0.2',
      '-s 0.0.0.1/0.0.0.255',
      '-i eth0',
      '-i eth+',
      '! -i br0',
      '-o +',
    ],
    ['-s 10.0.0.2', '! -d 10.0.0.0/8', '-i eth', '! -i e+', '-o eth0', '-p udp', '! -p tcp', '-f', '! -o +'],
  ],
  [
    'TCP',
    tcp,
    [
      '-p tcp --dport 80',
      '-p tcp ! --sport 1000 ! --dport 81',
      '-p tcp --sport 999:1000',
      '-p tcp ! --dport 81:',
      '-p tcp --syn',
      '-p tcp --tcp-option 3',
    ],
    [
      '-p tcp --dport 81',
      '-p tcp ! --sport 1000',
      '-p tcp ! --sport 1000 ! --dport 80',
      '-p tcp ! --syn',
      '-p tcp --tcp-flags ALL ACK',
      '-p tcp --tcp-option 8',
    ],
  ],
  [
    'several ports',
    tcp,
    ['-p tcp -m multiport --dports 22,80', '-p tcp -m multiport --ports 900:1000', '-p tcp -m multiport ! --sports 80'],
    ['-p tcp -m multiport --dports 22,81:90', '-p tcp -m multiport --sports 80', '-p tcp -m multiport ! --ports 80'],
  ],
  [
    'SCTP',
    { protocol: 132, transport: [0, 53, 19, 136, 0, 0, 0, 1, 0, 0, 0, 0] },
    ['-p sctp -m sctp', '-p sctp --sport 53 --dport 5000:', '-p sctp ! --dport 53'],
    ['-p sctp --dport 53', '-p sctp ! --sport 50:60', '-p udp --sport 53'],
  ],
  ['UDP', udp, ['-p udp --sport 53', '! -f'], ['-p udp --dport 53', '-p tcp --sport 53']],
  [
    'a later fragment',
    later,
    ['-f', '-p udp', '-p udp --sport 53'],
    ['-p udp -m udp', '! -f', '-p udp -m multiport --sports 53'],
  ],
  [
    'an echo',
    echo,
    ['-p icmp --icmp-type 8', '-p icmp --icmp-type any'],
    ['-p icmp ! --icmp-type 8', '-p icmp --icmp-type 0'],
  ],
  [
    'an ICMP error',
    unreachable,
    ['-p icmp --icmp-type 3', '-p icmp --icmp-type fragmentation-needed'],
    ['-p icmp --icmp-type 3/3', '-p icmp ! --icmp-type 3/4'],
  ],
  [
    'a mark and a comment',
    { ...udp, packet: { mark: 0x12 } },
    ['-m mark --mark 0x12', '-m mark --mark 2/0xf', '-m mark ! --mark 1', '-m comment --comment x'],
    ['-m mark --mark 1', '-m mark ! --mark 0x10/0xf0'],
  ],
  [
    'a bridged packet',
    bridged,
    ['-m physdev --physdev-in p1', '-m physdev --physdev-out p+ --physdev-is-bridged', '-m physdev --physdev-is-in'],
    ['-m physdev --physdev-in p2', '-m physdev ! --physdev-is-out', '-m physdev ! --physdev-is-bridged'],
  ],
  [
    'a routed packet',
    udp,
    ['-m physdev ! --physdev-is-in'],
    ['-m physdev --physdev-in p1', '-m physdev --physdev-is-out'],
  ],
  [
    'words of the packet',
    udp,
    ['-m u32 --u32 "6&0xFF=17"', '-m u32 --u32 "0>>22&0x3C@0>>16=50:60"', '-m u32 --u32 "6&0xFF=1,17&&12=0x0a000001"'],
    ['-m u32 --u32 "6&0xFF=6"', '-m u32 ! --u32 "6&0xFF=17"', '-m u32 --u32 "100=0:0xffffffff"'],
  ],
];

describe('kernel/nf/rule', () => {
  for (const [name, looks, yes, no] of CASES) {
    it(`decides about ${name}`, () => {
      for (const typed of yes) assert.equal(meets(typed, makePacket(looks)), true, typed);
      for (const typed of no) assert.equal(meets(typed, makePacket(looks)), false, typed);
    });
  }

  it('drops what is cut short before its ports', () => {
    const short: readonly [string, Looks][] = [
      ['-p tcp -m tcp', { protocol: 6, transport: SYN.slice(0, 19) }],
      ['-p udp -m udp', { protocol: 17, transport: DATAGRAM.slice(0, 7) }],
      ['-p udp -m multiport --ports 80', { protocol: 17, transport: DATAGRAM.slice(0, 3) }],
      ['-p tcp -m tcp', { ...tcp, packet: { fragmentOffset: 1 } }],
      ['-p tcp --tcp-option 3', { protocol: 6, transport: SYN.slice(0, 24) }],
    ];
    for (const [typed, looks] of short) {
      const packet = makePacket(looks);
      assert.equal(meets(typed, packet), false, typed);
      assert.equal(packet.mustDrop, true, typed);
    }
  });
});
