import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  BROADCAST_MAC,
  broadcastOf,
  cidrContains,
  cidrsOverlap,
  compareIp4,
  formatCidr,
  formatIp4,
  formatMac,
  ip4,
  isLoopbackIp4,
  isMulticastIp4,
  mac,
  macFrom,
  macHi,
  macLo,
  maskLength,
  networkOf,
  parseCidr,
  parseIp4,
  parseMac,
  prefixMask,
} from '../../src/base/addr.ts';
import type { Cidr } from '../../src/base/addr.ts';

const effort = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);
const runs = { numRuns: 500 * effort };
const int32 = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
const cidrs = fc.record({ address: int32, prefixLen: fc.integer({ min: 0, max: 32 }) });

function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  assert(parsed !== undefined);
  return parsed;
}

describe('base/addr: IPv4', () => {
  it('reads a dotted quad as an int32', () => {
    assert.equal(parseIp4('0.0.0.0'), 0);
    assert.equal(parseIp4('0.0.0.10'), 10);
    assert.equal(parseIp4('172.17.0.2'), 0xac110002 | 0);
    assert.equal(parseIp4('255.255.255.255'), -1);
    assert.equal(ip4('127.0.0.1'), 0x7f000001);
    assert.throws(() => ip4('127.0.0'), /dotted quad/);
  });

  for (const text of [
    ...[
      '',
      '1',
      '1.2.3',
      '1.2.3.',
      '.1.2.3',
      '1..2.3',
      '1.2.3.4.5',
      '1.2.3.4.',
      '256.1.1.1',
      '1.2.3.256',
      '1.2.3.1000',
    ],
    ...['010.0.0.1', '1.2.3.04', '00.0.0.0', '0x7f.0.0.1', '1.2.3.4 ', ' 1.2.3.4', '1.2.3.4\n', '1.2.3.-4', '+1.2.3.4'],
    ...['1e1.0.0.1', '1.2.3.4/24', 'a.b.c.d', '１.2.3.4', '::1', '::ffff:1.2.3.4', '2130706433'],
  ]) {
    it(`refuses the address ${JSON.stringify(text)}`, () => {
      assert.equal(parseIp4(text), undefined);
    });
  }

  it('formats what it reads and reads what it formats', () => {
    fc.assert(
      fc.property(int32, (ip) => {
        assert.equal(parseIp4(formatIp4(ip)), ip);
      }),
      runs,
    );
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        const ip = parseIp4(text);
        assert(ip !== undefined && (ip | 0) === ip);
        assert.equal(formatIp4(ip), text);
      }),
      runs,
    );
  });

  it('orders addresses as unsigned numbers', () => {
    const texts = ['255.0.0.1', '10.0.0.2', '192.168.0.1', '10.0.0.1', '0.0.0.0', '128.0.0.0', '127.255.255.255'];
    assert.deepEqual(texts.map(ip4).sort(compareIp4).map(formatIp4), [
      ...['0.0.0.0', '10.0.0.1', '10.0.0.2', '127.255.255.255', '128.0.0.0', '192.168.0.1', '255.0.0.1'],
    ]);
    assert.equal(compareIp4(-1, -1), 0);
  });

  it('knows multicast and loopback addresses by their ranges', () => {
    for (const text of ['224.0.0.0', '239.255.255.255']) assert.equal(isMulticastIp4(ip4(text)), true, text);
    for (const text of ['223.255.255.255', '240.0.0.0', '127.0.0.1'])
      assert.equal(isMulticastIp4(ip4(text)), false, text);
    for (const text of ['127.0.0.0', '127.255.255.255']) assert.equal(isLoopbackIp4(ip4(text)), true, text);
    for (const text of ['126.255.255.255', '128.0.0.0', '224.0.0.1'])
      assert.equal(isLoopbackIp4(ip4(text)), false, text);
  });
});

describe('base/addr: networks', () => {
  it('turns lengths into masks and back', () => {
    assert.equal(prefixMask(0), 0);
    assert.equal(prefixMask(1), ip4('128.0.0.0'));
    assert.equal(prefixMask(24), ip4('255.255.255.0'));
    assert.equal(prefixMask(32), -1);
    for (let prefixLen = 0; prefixLen <= 32; prefixLen++) assert.equal(maskLength(prefixMask(prefixLen)), prefixLen);
    for (const text of ['255.0.255.0', '0.0.0.255', '255.255.255.1', '1.0.0.0'])
      assert.equal(maskLength(ip4(text)), undefined, text);
    assert.throws(() => prefixMask(33), /0\.\.32/);
    assert.throws(() => prefixMask(-1), /0\.\.32/);
  });

  it('reads a network with host bits', () => {
    assert.deepEqual(parseCidr('192.168.50.11/24'), { address: ip4('192.168.50.11'), prefixLen: 24 });
    assert.equal(formatCidr(cidr('192.168.50.11/24')), '192.168.50.11/24');
    assert.equal(formatIp4(networkOf(cidr('192.168.50.11/24'))), '192.168.50.0');
    assert.equal(formatIp4(broadcastOf(cidr('192.168.50.11/24'))), '192.168.50.255');
    assert.equal(formatIp4(broadcastOf(cidr('10.1.2.3/0'))), '255.255.255.255');
    assert.equal(networkOf(cidr('10.1.2.3/0')), 0);
    assert.equal(networkOf(cidr('10.1.2.3/32')), broadcastOf(cidr('10.1.2.3/32')));
  });

  for (const text of [
    ...['10.0.0.1', '10.0.0.1/', '10.0.0.1/33', '10.0.0.1/-1', '10.0.0.1/08', '10.0.0.1/024', '10.0.0.1/2 4'],
    ...['10.0.0.1/24/24', '10.0.0/24', '010.0.0.1/24', '/24', '10.0.0.1/255.255.255.0', '10.0.0.1 /24', '10.0.0.1/1e1'],
  ]) {
    it(`refuses the network ${JSON.stringify(text)}`, () => {
      assert.equal(parseCidr(text), undefined);
    });
  }

  it('contains exactly the addresses from network to broadcast', () => {
    fc.assert(
      fc.property(cidrs, int32, (network, ip) => {
        const first = compareIp4(networkOf(network), ip);
        const last = compareIp4(ip, broadcastOf(network));
        assert.equal(cidrContains(network, ip), first <= 0 && last <= 0);
      }),
      runs,
    );
  });

  it('finds two networks to overlap when their ranges do', () => {
    assert.equal(cidrsOverlap(cidr('10.0.0.0/8'), cidr('10.9.0.0/16')), true);
    assert.equal(cidrsOverlap(cidr('10.9.0.0/16'), cidr('10.0.0.0/8')), true);
    assert.equal(cidrsOverlap(cidr('10.8.0.0/16'), cidr('10.9.0.0/16')), false);
    // Near relatives, so that overlaps and near misses are both frequent.
    const pairs = fc.tuple(cidrs, fc.integer({ min: 0, max: 32 }), fc.integer({ min: 0, max: 31 }));
    fc.assert(
      fc.property(pairs, ([left, prefixLen, bit]) => {
        const right = { address: left.address ^ (1 << bit), prefixLen };
        const startsBefore = compareIp4(networkOf(left), broadcastOf(right)) <= 0;
        const endsAfter = compareIp4(networkOf(right), broadcastOf(left)) <= 0;
        assert.equal(cidrsOverlap(left, right), startsBefore && endsAfter);
        assert.equal(cidrsOverlap(right, left), cidrsOverlap(left, right));
      }),
      runs,
    );
  });
});

describe('base/addr: MAC', () => {
  it('reads six pairs of hexadecimal digits as a 48-bit integer', () => {
    assert.equal(parseMac('02:42:ac:11:00:02'), 0x0242ac110002);
    assert.equal(parseMac('02:42:AC:11:00:02'), 0x0242ac110002);
    assert.equal(mac('ff:ff:ff:ff:ff:ff'), BROADCAST_MAC);
    assert.equal(formatMac(0x0242ac110002), '02:42:ac:11:00:02');
    assert.equal(formatMac(0), '00:00:00:00:00:00');
    assert.throws(() => mac('02:42'), /MAC address/);
  });

  for (const text of [
    ...['', '02:42:ac:11:00', '02:42:ac:11:00:02:03', '2:42:ac:11:00:02', '02:42:ac:11:00:0g', '02-42-ac-11-00-02'],
    ...['0242ac110002', '02:42:ac:11:00:02 ', '02:42:ac:11:00:002', '02:42:ac:11:00:02\n', '02::ac:11:00:02'],
  ]) {
    it(`refuses the MAC address ${JSON.stringify(text)}`, () => {
      assert.equal(parseMac(text), undefined);
    });
  }

  it('splits into halves and joins them again', () => {
    assert.equal(macHi(mac('02:42:ff:11:00:02')), 0x0242);
    assert.equal(macLo(mac('02:42:ff:11:00:02')), 0xff110002 | 0);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: BROADCAST_MAC }), (address) => {
        const hi = macHi(address);
        const lo = macLo(address);
        assert(hi >= 0 && hi <= 0xffff && (lo | 0) === lo);
        assert.equal(macFrom(hi, lo), address);
        assert.equal(macFrom(hi, lo >>> 0), address);
        assert.equal(parseMac(formatMac(address)), address);
      }),
      runs,
    );
  });
});
