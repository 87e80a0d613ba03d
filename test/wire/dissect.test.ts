import { strict as assert } from 'node:assert';
import { dissect, dissectLink, dissectVerbose } from '../../src/wire/dissect.ts';
import {
  SAMPLES,
  SAMPLE_FRAMES,
  ethernetBytes,
  exactView,
  icmpBytes,
  ipv4Bytes,
  ramp,
  sample,
  udpBytes,
  vxlanBytes,
} from './frames.ts';
import { EFFORT, needTcpdump, tcpdumpLines } from './machine.ts';

type Dissect = (v: DataView, o: number, end: number) => string;

function textOf(bytes: Uint8Array, how: Dissect = dissect): string {
  return how(exactView(bytes), 0, bytes.length);
}

/** The three styles, and the options of tcpdump that ask for them; sequence numbers are absolute in ours. */
const STYLES: readonly (readonly [Dissect, readonly string[]])[] = [
  [dissect, ['-S']],
  [dissectLink, ['-S', '-e']],
  [dissectVerbose, ['-S', '-e', '-vv']],
];

function assertSameAsTcpdump(frames: readonly Uint8Array[], nameOf: (index: number) => string): void {
  for (const [how, options] of STYLES) {
    const expected = tcpdumpLines(frames, options);
    frames.forEach((frame, index) => {
      assert.equal(textOf(frame, how), expected[index], `${nameOf(index)} with ${options.join(' ')}`);
    });
  }
}

describe('wire/dissect', () => {
  const lines: readonly (readonly [string, string])[] = [
    ['arp request', 'ARP, Request who-has 172.17.0.3 tell 172.17.0.2, length 28'],
    ['arp reply', 'ARP, Reply 172.17.0.3 is-at 02:42:ac:11:00:03, length 28'],
    ['unicast arp probe', 'ARP, Request who-has 172.17.0.3 (02:42:ac:11:00:03) tell 172.17.0.2, length 28'],
    ['padded arp', 'ARP, Request who-has 172.17.0.3 tell 172.17.0.2, length 46'],
    ['echo request', 'IP 172.17.0.2 > 172.17.0.3: ICMP echo request, id 1, seq 1, length 64'],
    ['echo reply', 'IP 172.17.0.2 > 172.17.0.3: ICMP echo reply, id 1, seq 1, length 64'],
    ['icmp 3/3 quoting 0', 'IP 172.17.0.2 > 172.17.0.3: ICMP 172.17.0.3 udp port 9 unreachable, length 48'],
    ['icmp 3/3 quoting 1', 'IP 172.17.0.2 > 172.17.0.3: ICMP 172.17.0.3 tcp port 80 unreachable, length 68'],
    ['icmp 3/1 quoting 0', 'IP 172.17.0.2 > 172.17.0.3: ICMP host 172.17.0.3 unreachable, length 48'],
    [
      'icmp 3/4 quoting 0',
      'IP 172.17.0.2 > 172.17.0.3: ICMP 172.17.0.3 unreachable - need to frag (mtu 1400), length 48',
    ],
    ['icmp 11/0 quoting 0', 'IP 172.17.0.2 > 172.17.0.3: ICMP time exceeded in-transit, length 48'],
    ['icmp 11/1 quoting 0', 'IP 172.17.0.2 > 172.17.0.3: ICMP ip reassembly time exceeded, length 48'],
    ['icmp 5/1 quoting 0', 'IP 172.17.0.2 > 172.17.0.3: ICMP redirect 172.17.0.3 to host 172.17.0.3, length 48'],
    ['udp', 'IP 172.17.0.2.40001 > 172.17.0.3.40002: UDP, length 32'],
    ['first fragment', 'IP 172.17.0.2.40001 > 172.17.0.3.40002: UDP, length 32'],
    ['middle fragment', 'IP 172.17.0.2 > 172.17.0.3: ip-proto-17'],
    [
      'tcp syn',
      'IP 172.17.0.2.40001 > 172.17.0.3.9080: Flags [S], seq 1000000, win 64240, ' +
        'options [mss 1460,sackOK,TS val 256 ecr 0,nop,wscale 7], length 0',
    ],
    [
      'vxlan',
      'IP 172.17.0.2.50000 > 172.17.0.3.4789: VXLAN, flags [I] (0x08), vni 4097\n' +
        'IP 172.17.0.2 > 172.17.0.3: ICMP echo request, id 2, seq 1, length 16',
    ],
    ['an unknown type', '02:42:ac:11:00:02 > 02:42:ac:11:00:03, ethertype Unknown (0x1234), length 60:'],
  ];
  for (const [name, line] of lines) {
    it(`says of ${name}: ${line.split('\n')[0]!}`, () => {
      assert.equal(textOf(sample(name)), line);
    });
  }

  it('shows every field, and checksums that are wrong, when verbose', () => {
    assert.equal(
      textOf(sample('udp with bad checksums'), dissectVerbose),
      '02:42:ac:11:00:02 > 02:42:ac:11:00:03, ethertype IPv4 (0x0800), length 74: ' +
        '(tos 0x0, ttl 64, id 7, offset 0, flags [DF], proto UDP (17), length 60, bad cksum 1d82 (->e282)!)\n' +
        '    172.17.0.2.40001 > 172.17.0.3.40002: [bad udp cksum 0x82f1 -> 0x7df1!] UDP, length 32',
    );
    assert.match(textOf(sample('echo request'), dissectVerbose), /flags \[DF\], proto ICMP \(1\), length 84\)\n/);
    assert.match(textOf(sample('udp without a checksum'), dissectVerbose), /\[no cksum\] UDP/);
  });

  it('begins with the Ethernet header where that is asked for', () => {
    assert.equal(
      textOf(sample('vlan'), dissectLink),
      '02:42:ac:11:00:02 > 02:42:ac:11:00:03, ethertype 802.1Q (0x8100), length 54: vlan 100, p 3, ' +
        'ethertype IPv4 (0x0800), 172.17.0.2 > 172.17.0.3: ICMP echo request, id 1, seq 1, length 16',
    );
  });

  it('names the header in which a frame ends', () => {
    const cut = (name: string, length: number): string => textOf(sample(name).subarray(0, length));
    assert.equal(cut('udp', 0), '[|ether]');
    assert.equal(cut('udp', 14), '[|ip]');
    assert.equal(cut('udp', 30), 'IP  [|ip]');
    assert.equal(cut('arp request', 30), '[|arp]');
    assert.match(cut('udp', 38), /^IP truncated-ip - 36 bytes missing! .* \[\|udp\]$/);
    assert.match(cut('echo request', 36), / \[\|icmp\]$/);
    assert.match(cut('tcp syn', 50), / \[\|tcp\]$/);
  });

  it('does not follow tunnels and quotes without end', () => {
    let frame = sample('udp');
    for (let i = 0; i < 40; i++) frame = ethernetBytes(0x0800, ipv4Bytes(udpBytes(1, 4789, vxlanBytes(i, frame))));
    assert.match(textOf(frame), /\[nested too deep\]$/);
    let quote = ipv4Bytes(ramp(8));
    for (let i = 0; i < 40; i++) quote = ipv4Bytes(icmpBytes(3, 1, 0, quote), { protocol: 1 });
    assert.match(textOf(ethernetBytes(0x0800, quote), dissectVerbose), /\[nested too deep\]/);
  });

  it('reads a frame inside a larger buffer as if it stood alone', () => {
    for (const [name, frame] of SAMPLES) {
      const buffer = new Uint8Array(frame.length + 50).fill(0x45);
      buffer.set(frame, 23);
      for (const [how] of STYLES) {
        assert.equal(how(new DataView(buffer.buffer), 23, 23 + frame.length), textOf(frame, how), name);
      }
    }
  });

  it('prints every sample as tcpdump does', function () {
    needTcpdump(this);
    assertSameAsTcpdump(SAMPLE_FRAMES, (index) => SAMPLES[index]![0]);
  });

  it('prints frames cut at every length as tcpdump does', function () {
    needTcpdump(this);
    // Every sample at full effort, every eighth at the usual one.
    const step = EFFORT >= 8 ? 1 : 8;
    const names: string[] = [];
    const frames: Uint8Array[] = [];
    SAMPLES.forEach(([name, frame], index) => {
      if (index % step !== 0) return;
      for (let length = 1; length < frame.length; length++) {
        names.push(`${name}, cut to ${length}`);
        frames.push(frame.slice(0, length));
      }
    });
    assertSameAsTcpdump(frames, (index) => names[index]!);
  });
});
