import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { formatCidr, formatIp4 } from '../../src/base/addr.ts';
import { goCidrContains, goIp4, invalidCidrText, ip4Cidr, parseGoCidr, parseGoIp } from '../../src/docker/go-net.ts';
import { needTools } from '../machine.ts';

const hex = (groups: readonly number[] | undefined) => groups?.map((group) => group.toString(16)).join(':');

describe('an address as Go reads it', () => {
  it('is of IPv4 or of IPv6, and of nothing else', () => {
    const all: readonly [string, string | undefined][] = [
      ['10.5.0.9', '0:0:0:0:0:ffff:a05:9'],
      ['::ffff:10.5.0.9', '0:0:0:0:0:ffff:a05:9'],
      ['255.255.255.255', '0:0:0:0:0:ffff:ffff:ffff'],
      ['fd00::1', 'fd00:0:0:0:0:0:0:1'],
      ['::', '0:0:0:0:0:0:0:0'],
      ['1::', '1:0:0:0:0:0:0:0'],
      ['::1', '0:0:0:0:0:0:0:1'],
      ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
      ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
      ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
      ['0000001::', '1:0:0:0:0:0:0:0'],
      ['FD00::aB', 'fd00:0:0:0:0:0:0:ab'],
      ...['', 'foo', '10.5.0', '10.05.0.9', '10.5.0.256', '10.5.0.9.1', ' 10.5.0.9', '10.5.0.9 '].map(none),
      ...['1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8::', '::1::', ':::', ':1', '1:', '1:::2'].map(none),
      ...['fd00::zz', 'fd00::12345', '1.2.3.4::', '::1.2.3', '::1.2.3.4:5', '1:2:3:4:5:6:7:1.2.3.4'].map(none),
      ...['fe80::1%eth0', ':'].map(none),
    ];
    for (const [text, wanted] of all) assert.equal(hex(parseGoIp(text)), wanted, text);
  });

  it('is what Python’s ipaddress reads, too', function () {
    needTools(this, ['python3']);
    const group = fc.oneof(fc.constantFrom('', '0', 'ffff', '10000', 'g', '1.2.3.4', '1.2.3'), fc.constant('a1'));
    const texts = fc.sample(fc.array(group, { minLength: 2, maxLength: 9 }), { numRuns: 600, seed: 4 });
    const typed = texts.map((groups) => groups.join(':'));
    const script = `
import sys, ipaddress
for line in sys.stdin.read().split("\\n"):
    try: print(ipaddress.IPv6Address(line).exploded)
    except ValueError: print("none")
`;
    const run = spawnSync('python3', ['-c', script], { input: typed.join('\n'), encoding: 'utf8' });
    const full = (text: string) => parseGoIp(text)?.map((each) => each.toString(16).padStart(4, '0'));
    const got = typed.map((text) => full(text)?.join(':') ?? 'none');
    assert.deepEqual(got, run.stdout.trimEnd().split('\n'));
    assert.ok(got.some((text) => text !== 'none'));
  });
});

const none = (text: string): [string, undefined] => [text, undefined];

describe('a subnet as Go reads it', () => {
  it('has an address and a length that fits, with leading zeros if somebody likes', () => {
    const text = (typed: string): string | undefined => {
      const cidr = parseGoCidr(typed);
      return cidr === undefined ? undefined : `${hex(cidr.ip)!}/${cidr.prefixLen}`;
    };
    assert.equal(text('10.1.2.3/24'), '0:0:0:0:0:ffff:a01:203/120');
    assert.equal(text('10.1.2.3/0024'), '0:0:0:0:0:ffff:a01:203/120');
    assert.equal(text('::ffff:10.1.2.3/120'), '0:0:0:0:0:ffff:a01:203/120');
    assert.equal(text('fd00::/64'), 'fd00:0:0:0:0:0:0:0/64');
    for (const typed of ['', '/', '/24', 'foo', '10.1.2.3', '10.1.2.3/', '10.1.2.3/33', '10.1.2.3/-1', '10.1.2.3/+8']) {
      assert.equal(text(typed), undefined, typed);
    }
    for (const typed of ['fd00::/129', '10.1.2/24', '10.1.2.3/24/1', '10.1.2.3/24 ', '10.1.2.3/0x8', 'fd00::1%1/64']) {
      assert.equal(text(typed), undefined, typed);
    }
    assert.equal(invalidCidrText('foo'), 'invalid CIDR address: foo');
  });

  it('is one of IPv4 or one of IPv6', () => {
    const ip4Text = (typed: string): string | undefined => {
      const cidr = ip4Cidr(parseGoCidr(typed)!);
      return cidr === undefined ? undefined : formatCidr(cidr);
    };
    assert.equal(ip4Text('200.1.2.3/24'), '200.1.2.3/24');
    assert.equal(ip4Text('::ffff:200.1.2.3/120'), '200.1.2.3/24');
    assert.equal(ip4Text('::ffff:200.1.2.3/90'), undefined);
    assert.equal(ip4Text('fd00::/64'), undefined);
    assert.equal(formatIp4(goIp4(parseGoIp('200.1.2.3')!)!), '200.1.2.3');
    assert.equal(goIp4(parseGoIp('::1')!), undefined);
  });

  it('contains addresses of its own version only', () => {
    const contains = (cidr: string, ip: string): boolean => goCidrContains(parseGoCidr(cidr)!, parseGoIp(ip)!);
    assert.ok(contains('10.1.2.3/24', '10.1.2.255'));
    assert.ok(!contains('10.1.2.3/24', '10.1.3.0'));
    assert.ok(contains('0.0.0.0/0', '255.1.2.3'));
    assert.ok(contains('fd00::7/64', 'fd00::1:2:3:4'));
    assert.ok(!contains('fd00::7/64', 'fd00:0:0:1::'));
    assert.ok(contains('fd00:8000::/17', 'fd00:8001::'));
    assert.ok(!contains('fd00:8000::/17', 'fd00:7fff::'));
    assert.ok(!contains('::/0', '10.1.2.3'));
    assert.ok(!contains('10.0.0.0/8', '::10.1.2.3'));
  });
});
