import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { ip4 } from '../../src/base/addr.ts';
import { FilterError } from '../../src/wire/filter-token.ts';
import { compileFilter } from '../../src/wire/filter.ts';
import {
  SAMPLES,
  SAMPLE_FRAMES,
  ethernetBytes,
  exactView,
  icmpBytes,
  ipv4Bytes,
  ramp,
  sample,
  tcpBytes,
  udpBytes,
  vxlanBytes,
} from './frames.ts';
import { EFFORT, needTcpdump, pcapOf, tcpdumpMatches } from './machine.ts';

function matches(filter: string, frame: Uint8Array): boolean {
  return compileFilter(filter, resolve).matches(exactView(frame), 0, frame.length);
}

function resolve(name: string): number | undefined {
  return name === 'c1' ? ip4('172.17.0.2') : name === 'web.1' ? ip4('172.17.0.3') : undefined;
}

/** The names of the samples among `names` that the filter lets through. */
function among(filter: string, names: readonly string[]): readonly string[] {
  return names.filter((name) => matches(filter, sample(name)));
}

/** What the filter is refused with, as `column: message`. */
function refusal(filter: string): string {
  try {
    compileFilter(filter, resolve);
  } catch (error) {
    assert.ok(error instanceof FilterError, String(error));
    return `${error.at}: ${error.message}`;
  }
  return 'taken';
}

/** Filters in every word of the language; tcpdump judges them over all samples. */
const FILTERS: readonly string[] = [
  ...['arp', 'ip', 'icmp', 'udp', 'tcp', 'ip6', 'not arp', 'not not arp', '! arp && ! icmp', 'arp || icmp'],
  ...['host 172.17.0.2', 'src host 172.17.0.2', 'dst 172.17.0.3', 'src 172.17.0.2 or 172.17.0.3', 'host 10.1'],
  ...[
    'src and dst 172.17.0.2',
    'dst or src host 172.17.0.3',
    'host (172.17.0.2 or 172.17.0.3)',
    'host 255.255.255.255',
  ],
  ...['arp host 172.17.0.2', 'ip host 172.17.0.2', 'not host 172.17.0.2 and not 172.17.0.3'],
  ...['net 172.17', 'net 172.17.0.0/16', 'net 10', 'net 172.17.0.0 mask 255.255.255.0', 'src net 172', 'net 0.0.0.0/0'],
  ...['dst net 224.0.0.0/4', 'net 172.17.0.2', 'ip net 172.17', 'arp dst net 172.17'],
  ...[
    'port 4789',
    'port 40001 or 9080',
    'udp port 40001 or 40002',
    'tcp src port 9080',
    'not port 40001',
    'port (40001)',
  ],
  ...[
    'dst portrange 40000-40002',
    'portrange 1-9',
    'portrange 9',
    'portrange 9-1',
    'tcp or udp port 4789',
    'port domain',
  ],
  ...[
    'port 40001 and 40002',
    'port 40001 and not 40002',
    'src and dst port 40001',
    'src or dst port 9080',
    'port (40001 or 9080)',
  ],
  ...['host 172.17.0.2 and not port 9080', 'ip and not (tcp or udp)', '(host 172.17.0.2) and (port 40001 or 40002)'],
  ...[
    'host 172.17.0.2 and (port 9080) and 172.17.0.3',
    'arp or icmp and host 172.17.0.3',
    '(arp or icmp) and host 172.17.0.3',
  ],
  ...[
    'ether src 02:42:ac:11:00:02',
    'ether dst 2:42:ac:11:0:3',
    'ether host 02-42-ac-11-00-03',
    'ether host 0242.ac11.0002',
  ],
  ...['ether src and dst 02:42:ac:11:00:02', 'link host 02:42:ac:11:00:02'],
  ...['broadcast', 'multicast', 'ether broadcast', 'ether multicast', 'ip multicast'],
  ...['ether proto 0x806', 'ether proto \\arp', 'ip proto 1', 'ip proto \\udp', 'proto 6', 'proto 99', 'ip proto igmp'],
  ...['esp', 'ah', 'igmp', 'not esp and not arp'],
  ...[
    'less 60',
    'greater 100',
    'len > 70',
    'len = 74',
    'length > 70',
    'len / 2 > 40',
    'len % 2 = 1',
    'len - 1 > 0xfffffff0',
  ],
  ...[
    'icmp[icmptype] == icmp-echo',
    'icmp[icmptype] = icmp-unreach and icmp[icmpcode] != 3',
    'icmp[0] = 8 or icmp[0] = 0',
  ],
  ...['tcp[tcpflags] & (tcp-syn|tcp-fin) != 0', 'tcp[13] & 2 != 0 and tcp[13] & 0x10 == 0', 'tcp[12]>>4>5'],
  ...[
    'ip[0] & 0xf != 5',
    'ip[6:2] & 0x1fff != 0',
    '(ip[6:2] & 0x1fff) != 0 or ip[6] & 0x20 != 0',
    'ip[12:4] = 0xac110002',
  ],
  ...[
    'ip[2:2] - ((ip[0]&0xf)<<2) > 60',
    'udp[4:2] = 40',
    'udp[4:2] >= 050',
    'ether[0] & 1 = 1',
    'ether[12:2] = 0x0806',
  ],
  ...['arp[6:2] = 1', 'arp[7] = 2', 'ip[ip[0] & 0xf] = 0', 'ip[8] << 2 = 256', 'ip[8] >> 3 = 8', 'ip[8] * 2 = 128'],
  ...[
    'ip[16:4] - ip[12:4] = 1',
    'ip[12:4] > 0x80000000',
    'ip[12:4]/0x1000000=172',
    'ip[8] ^ 64 = 0',
    'udp[0:2] | 1 = 40001',
  ],
  ...[
    '-1 = 0xffffffff',
    '1 = 2',
    '1 + 2 * 3 = 7',
    '8 - 4 - 2 = 2',
    '(1 + 2) * 3 = 9',
    '1 << 31 > 0',
    '7 / 2 = 3',
    '1 <= 1',
  ],
  ...['tcp[100] = 0 or arp', 'not tcp[100] = 0', 'ip[ip[0]] = 1 or arp', 'len / (len - 74) > 0'],
  ...[
    'vlan',
    'vlan 100',
    'vlan and ip',
    'vlan 100 and icmp',
    'vlan and vlan 100 and icmp',
    'ip or vlan',
    'vlan or ip',
    'not vlan',
  ],
];

describe('wire/filter', () => {
  it('matches every frame when empty', () => {
    for (const text of ['', '  ', '\t\n']) {
      const filter = compileFilter(text);
      assert.equal(filter.text, text);
      assert.ok(SAMPLE_FRAMES.every((frame) => filter.matches(exactView(frame), 0, frame.length)));
      assert.equal(filter.matches(exactView(new Uint8Array(0)), 0, 0), true);
    }
  });

  it('tells kinds of frames by their protocol', () => {
    const names = ['arp request', 'udp', 'tcp syn', 'echo request', 'vlan', 'an unknown type'];
    assert.deepEqual(among('arp', names), ['arp request']);
    assert.deepEqual(among('ip', names), ['udp', 'tcp syn', 'echo request']);
    assert.deepEqual(among('udp or icmp', names), ['udp', 'echo request']);
    assert.deepEqual(among('not ip and not arp', names), ['vlan', 'an unknown type']);
  });

  it('gives a bare identifier the qualifiers before it', () => {
    const names = ['udp', 'tcp data', 'arp request'];
    assert.deepEqual(among('port 9080 or 40002', names), ['udp', 'tcp data']);
    assert.deepEqual(among('tcp port 9080 or 40002', names), ['tcp data']);
    assert.deepEqual(among('src host 172.17.0.3 or 172.17.0.2', names), names);
    assert.deepEqual(among('dst host 172.17.0.2 or 10.0.0.1', names), []);
  });

  it('reads and and or from left to right with equal precedence', () => {
    assert.equal(matches('arp or arp and icmp', sample('arp request')), false);
    assert.equal(matches('arp or (arp and icmp)', sample('arp request')), true);
    assert.equal(matches('not arp or arp', sample('arp request')), true);
  });

  it('finds ports only where they are: not behind the first fragment', () => {
    const names = ['udp', 'first fragment', 'middle fragment', 'last fragment'];
    assert.deepEqual(among('port 40001', names), ['udp', 'first fragment']);
    assert.deepEqual(among('udp', names), names);
    assert.deepEqual(among('udp[0:2] = 40001', names), ['udp', 'first fragment']);
    const disguised = ethernetBytes(0x0800, ipv4Bytes(udpBytes(40_001, 40_001, []), { flags: 1 }));
    assert.equal(matches('port 40001', disguised), false);
  });

  it('finds ports behind options', () => {
    assert.equal(matches('udp src port 40001 and dst port 40002', sample('record route')), true);
    assert.equal(matches('port 2', sample('record route')), false);
  });

  it('resolves names, and takes protocols as names behind a backslash only', () => {
    assert.equal(matches('src host c1 and dst web.1', sample('udp')), true);
    assert.equal(matches('host web.1', sample('arp request')), true);
    assert.equal(matches('src web.1', sample('arp request')), false);
    const asked: string[] = [];
    compileFilter('host \\ip or 0242ac110002', (name) => {
      asked.push(name);
      return 1;
    });
    assert.deepEqual(asked, ['ip', '0242ac110002']);
  });

  it('looks at the inner frame behind vxlan', () => {
    const inner = ethernetBytes(
      0x0800,
      ipv4Bytes(tcpBytes([1000, 80], 2, [], []), { protocol: 6, src: ip4('10.0.1.2') }),
    );
    const frame = ethernetBytes(0x0800, ipv4Bytes(udpBytes(50_000, 4789, vxlanBytes(4097, inner))));
    const taken = [
      'vxlan',
      'vxlan 4097',
      'vxlan 4097 and tcp port 80',
      'vxlan and src 10.0.1.2',
      'udp and vxlan and tcp',
    ];
    for (const filter of [
      ...taken,
      'vxlan and tcp[13] = 2',
      'vxlan and ether[12:2] = 0x800',
      'host 172.17.0.2 and vxlan',
    ]) {
      assert.equal(matches(filter, frame), true, filter);
    }
    for (const filter of [
      'vxlan 4098',
      'vxlan and udp',
      'vxlan and host 172.17.0.2',
      'vxlan and vxlan',
      'tcp',
      'not vxlan',
    ]) {
      assert.equal(matches(filter, frame), false, filter);
    }
    assert.equal(matches('vxlan or ether[0] = 2', sample('udp')), false);
    assert.equal(matches('not vxlan and icmp', sample('echo request')), false);
    assert.equal(matches('icmp and not vxlan', sample('echo request')), true);
  });

  it('knows a tunnel by its port and its valid identifier', () => {
    const through = (port: number, header: number[]): boolean =>
      matches('vxlan and icmp', ethernetBytes(0x0800, ipv4Bytes(udpBytes(5, port, header))));
    const header = vxlanBytes(1, sample('echo request'));
    assert.equal(through(4789, header), true);
    assert.equal(through(8472, header), true);
    assert.equal(through(4790, header), false);
    assert.equal(through(4789, [0, ...header.slice(1)]), false);
  });

  it('does not match, even under not, where a test reaches beyond the frame', () => {
    const short = sample('udp').subarray(0, 36);
    assert.equal(matches('port 40002', short), false);
    assert.equal(matches('not port 40002', short), false);
    assert.equal(matches('port 40002 or ip', short), false);
    assert.equal(matches('ip or port 40002', short), true);
  });

  it('refuses with the column of the word and in the words of libpcap', () => {
    const refusals: readonly (readonly [string, string])[] = [
      ['host', '5: syntax error: the filter ends here; expected an address or name'],
      ['udp port 70000', '10: illegal port number 70000 > 65535'],
      ['host nobody', "6: unknown host 'nobody'"],
      ['net 10.1.2.3/8', '5: non-network bits set in "10.1.2.3/8"'],
      ['net 10.0.0.0/33', '14: mask length must be <= 32'],
      ['src 10.0.0.0/8', '5: Mask syntax for networks only'],
      ['host 256.1.1.1', "6: invalid IPv4 address '256.1.1.1'"],
      ['host 010.0.0.1', "6: invalid IPv4 address '010.0.0.1'"],
      ['tcp host 10.0.0.1', "10: 'tcp' modifier applied to host"],
      ['ether src 1.2.3.4', '11: illegal link layer address'],
      ['src 02:42:ac:11:00:02', '5: ethernet address used in non-ether expression'],
      ['ip broadcast', "4: netmask not known, so 'ip broadcast' not supported"],
      ['tcp broadcast', '5: only link-layer/IP broadcast filters supported'],
      ['udp proto 3', "11: 'udp proto' is bogus"],
      ['arp proto 1', '11: arp does not encapsulate another protocol'],
      ['proto nothing', '7: unknown protocol: nothing'],
      ['ip port 80', "9: illegal qualifier of 'port'"],
      ['port nothing', "6: unknown port 'nothing'"],
      ['portrange 80-nothing', "11: unknown port in range '80-nothing'"],
      ['port 1.2.3.4', "6: 'port' modifier applied to ip host"],
      ['vlan 5000', '6: VLAN tag 5000 greater than maximum 4095'],
      ['vxlan 16777216', '7: VNI 16777216 greater than maximum 16777215'],
      ['ip[0:3] = 1', '6: data size must be 1, 2, or 4'],
      ['ip[0] / 0 = 1', '7: division by zero'],
      ['1 % 0 = 1', '3: modulus by zero'],
      ['1 << 32 = 1', '3: shift by more than 31 bits'],
      ['tcp or 80', "8: syntax error: found '80'; expected a qualifier such as host, net or port before it"],
      ['10.0.0.1', "1: syntax error: found '10.0.0.1'; expected a qualifier such as host, net or port before it"],
      ['port 80 443', "9: syntax error: found '443'; expected and, or, or the end of the filter"],
      ['(arp', "5: syntax error: the filter ends here; expected ')'"],
      ['arp and', '8: syntax error: the filter ends here; expected a primitive such as host, port, tcp or arp'],
      ['ether[0]', '9: syntax error: the filter ends here; expected a comparison such as = or !='],
      ['ether', "1: syntax error: 'ether' needs an address, a type or an offset"],
      ['arp $', "5: '$' has no meaning in a filter"],
      ['len > 0x100000000', '7: number 0x100000000 overflows 32 bits'],
      ['len > 08', '7: number 08 contains a digit that is not octal'],
    ];
    for (const [filter, expected] of refusals) assert.equal(refusal(filter), expected, filter);
  });

  it('refuses filters that are too long or too deep, instead of running out of stack', () => {
    assert.match(refusal('('.repeat(2000) + 'arp'), /^\d+: nested more than 100 levels deep$/);
    assert.match(refusal('not '.repeat(2000) + 'arp'), /nested more than/);
    assert.match(refusal(`${'-'.repeat(2000)}1 = 1`), /nested more than/);
    assert.match(refusal('arp or '.repeat(1100) + 'arp'), /more than 2048 words/);
    assert.match(refusal('a'.repeat(20_000)), /at most 16384/);
    assert.equal(matches('arp or '.repeat(1000) + 'ip', sample('udp')), true);
  });

  it('allocates nothing to match', () => {
    const filter = compileFilter('host 172.17.0.3 and not port 22 and ip[12:4] > 0x80000000 and vxlan 4097 and icmp');
    const frame = sample('vxlan');
    const v = exactView(frame);
    let matched = 0;
    const run = (): void => {
      for (let i = 0; i < 100_000; i++) if (filter.matches(v, 0, frame.length)) matched++;
    };
    run();
    const grown = [1, 2, 3].map(() => {
      const before = process.memoryUsage().heapUsed;
      run();
      return process.memoryUsage().heapUsed - before;
    });
    assert.equal(matched, 400_000);
    // One boxed number per call would be 1.6 MB.
    assert.ok(Math.min(...grown) < 400_000, `grew by ${grown.join(', ')} bytes`);
  });

  it('reads a frame inside a larger buffer as if it stood alone', () => {
    for (const text of FILTERS) {
      const filter = compileFilter(text);
      for (const [name, frame] of SAMPLES) {
        const buffer = new Uint8Array(frame.length + 50).fill(0x45);
        buffer.set(frame, 23);
        const inside = filter.matches(new DataView(buffer.buffer), 23, 23 + frame.length);
        assert.equal(inside, filter.matches(exactView(frame), 0, frame.length), `${text} of ${name}`);
      }
    }
  });

  it('lets through what tcpdump lets through, of whole frames and of cut ones', function () {
    needTcpdump(this);
    const frames = [...SAMPLE_FRAMES];
    for (const [index, frame] of SAMPLE_FRAMES.entries()) {
      for (let length = 1 + (index % 5); length < frame.length; length += 5) frames.push(frame.slice(0, length));
    }
    // Each filter is a process: all of them at more effort, every third at the usual one.
    const step = EFFORT >= 4 ? 1 : 3;
    for (const text of FILTERS.filter((_, index) => index % step === 0)) {
      // tcpdump has protocols behind a backslash only.
      const theirs = tcpdumpMatches(frames, text.replace('proto igmp', 'proto \\igmp'));
      const filter = compileFilter(text);
      const ours = [...frames.keys()].filter((index) =>
        filter.matches(exactView(frames[index]!), 0, frames[index]!.length),
      );
      assert.deepEqual(ours, theirs, text);
    }
  });

  it('refuses what tcpdump refuses', function () {
    needTcpdump(this);
    const words = [
      'host',
      'ip',
      'src',
      'port',
      '80',
      'or',
      'and',
      'not',
      '(',
      ')',
      'tcp',
      '10.0.0.1',
      'net',
      'ip[0]',
      '=',
    ];
    const input = pcapOf([Uint8Array.from(ramp(60))]);
    let asked = 0;
    for (const first of words) {
      for (const second of words) {
        for (const third of ['', '80', ')', 'arp', '10.0.0.1']) {
          const text = `${first} ${second} ${third}`;
          // Each text is a process: all of them at more effort, one of 31 at the usual one.
          if (EFFORT < 4 && asked++ % 31 !== 0) continue;
          const { status } = spawnSync('tcpdump', ['-O', '-r', '-', '-w', '/dev/null', '--', text], { input });
          assert.equal(refusal(text) === 'taken', status === 0, `${text}: ${refusal(text)}`);
        }
      }
    }
  });

  it('takes the words that libpcap takes in ICMP examples', () => {
    const ping = ethernetBytes(0x0800, ipv4Bytes(icmpBytes(8, 0, 1, ramp(4)), { protocol: 1 }));
    assert.equal(matches('icmp[icmptype] == icmp-echo or icmp[icmptype] == icmp-echoreply', ping), true);
    assert.equal(matches('icmp[icmptype] != icmp-echo and icmp[icmptype] != icmp-echoreply', ping), false);
    assert.equal(matches('icmp[icmptype] == icmp-unreach', ping), false);
  });
});
