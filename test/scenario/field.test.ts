import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { Address4 } from 'ip-address';
import { address, hostCidr, matcher, size } from '../../src/scenario/field.ts';
import { assertMistakes } from './plan-helper.ts';

const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);
const CIDR = 'expected an IPv4 address with a prefix length from 0 to 32, such as 192.168.50.11/24';
const TIME = 'expected a time with a unit (ns us ms s m h), such as 50us';
const RATE = 'expected a rate with a unit (kbit Mbit Gbit), such as 1Gbit';
const HOSTS = 'hosts: { a: , b: , c: }\n';

describe('mistakes of values', () => {
  it('a title over several lines, and times that are too long or too fine', () => {
    assertMistakes('title: ‹1›"a\\nb"\nuntil: ‹2›9999h\nlinger: ‹3›0.5ns\nhosts: { a: }\n', [
      'title is "a\\nb"; expected a text on one line',
      `until is "9999h"; ${TIME}`,
      `linger is "0.5ns"; ${TIME}`,
    ]);
  });

  it('addresses that other parsers would take', () => {
    const wrong = [
      '010.0.0.1/24',
      '10.0.0.1/33',
      '10.1/8',
      '0x0a000001/8',
      '10.0.0.9/08',
      '10.0.0.256/24',
      '10.0.0.1/-1',
      '10.0.0.1',
    ];
    const hosts = wrong.map((text, i) => `  h${i}: { address: ‹${i + 1}›${text} }\n`).join('');
    assertMistakes(
      `hosts:\n${hosts}`,
      wrong.map((text) => `address is "${text}"; ${CIDR}`),
    );
  });

  it('addresses that are not those of one machine', () => {
    const cases = [
      ['10.0.0.0/24', 'the address of the subnet itself'],
      ['10.0.0.255/24', 'the broadcast address of its subnet'],
      ['10.0.1.127/25', 'the broadcast address of its subnet'],
      ['224.0.0.1/4', 'a multicast address'],
      ['127.0.0.1/8', 'a loopback address'],
      ['0.0.0.0/0', 'no address of a machine'],
      ['255.255.255.255/32', 'no address of a machine'],
    ] as const;
    const hosts = cases.map(([text], i) => `  h${i}: { address: ‹${i + 1}›${text} }\n`).join('');
    assertMistakes(
      `hosts:\n${hosts}`,
      cases.map(([text, what]) => `${text} is ${what}; expected the address of one machine`),
    );
  });

  it('one bad address of several, and addresses of a wrong type', () => {
    assertMistakes(
      'hosts:\n  a: { address: [10.0.0.1/24, ‹1›10.0.0.0/24] }\n  b: { address: ‹2›5 }\n  c: { address: ‹3›{} }\n',
      [
        '10.0.0.0/24 is the address of the subnet itself; expected the address of one machine',
        'address is 5; expected an address with a prefix length, a list of them, or none',
        'address is a mapping; expected an address with a prefix length, a list of them, or none',
      ],
    );
  });

  it('MAC addresses that no card has', () => {
    assertMistakes(
      'hosts:\n  a: { mac: ‹1›01:00:5e:00:00:01 }\n  b: { mac: ‹2›00:00:00:00:00:00 }\n' +
        '  c: { mac: ‹3›52:54:0:0:50:b }\n',
      [
        '01:00:5e:00:00:01 is a group address; expected an even first byte',
        '00:00:00:00:00:00 is no address of a machine; expected a MAC address, such as 52:54:00:00:50:0b',
        'mac is "52:54:0:0:50:b"; expected a MAC address, such as 52:54:00:00:50:0b',
      ],
    );
  });

  it('rates, times and numbers without a unit, with a wrong one, or below zero', () => {
    const text = `${HOSTS}lans:
  l1: { rate: ‹1›5, delay: ‹2›5, queue: ‹3›-1, mtu: ‹4›"1500", framing: ‹5›eth, switch: ‹6›0 }
  l2: { rate: ‹7›0bit, delay: ‹8›-5us, queue: ‹9›1.5, mtu: ‹10›10 }
  l3: { rate: ‹11›1Gb, delay: ‹12›5 parsecs, queue: ‹13›0, mtu: ‹14›70000 }
  l4: { rate: ‹15›-1Mbit, delay: ‹16›[], queue: ‹17›many, mtu: ‹18›.inf }
`;
    const queue = 'expected a whole number from 1 to 1000000';
    const mtu = 'expected a whole number from 68 to 65535';
    assertMistakes(text, [
      `rate is 5; ${RATE}`,
      `delay is 5; ${TIME}`,
      `queue is -1; ${queue}`,
      `mtu is the text "1500"; ${mtu}`,
      'framing is "eth"; expected ethernet or none',
      'switch is 0; expected true or false',
      'a rate of 0bit lets nothing pass; expected more, or unlimited',
      `delay is "-5us"; ${TIME}`,
      `queue is 1.5; ${queue}`,
      `mtu is 10; ${mtu}`,
      `rate is "1Gb"; ${RATE}`,
      `delay is "5 parsecs"; ${TIME}`,
      `queue is 0; ${queue}`,
      `mtu is 70000; ${mtu}`,
      `rate is "-1Mbit"; ${RATE}`,
      `delay is a list; ${TIME}`,
      `queue is "many"; ${queue}`,
      `mtu is Infinity; ${mtu}`,
    ]);
  });
});

describe('values', () => {
  const part = fc.oneof(
    fc.nat({ max: 300 }).map(String),
    fc.constantFrom('', '00', '010', '-1', '0x1', ' 1', '1e1', '999', '٣'),
  );
  const dotted = fc.array(part, { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.'));

  it('take the addresses that the strict library ip-address takes, and no others', () => {
    const property = fc.property(fc.oneof(fc.ipV4(), dotted), (text) => {
      assert.equal(address().safeParse(text).success, Address4.isValid(text) && !text.includes('/'), text);
    });
    fc.assert(property, { numRuns: 500 * EFFORT });
  });

  it('take no address with a prefix length that ip-address refuses', () => {
    const length = fc.oneof(fc.nat({ max: 40 }).map(String), fc.constantFrom('', '-1', '024', '24x', ' 24', '2.4'));
    const property = fc.property(fc.oneof(fc.ipV4(), dotted), length, (text, prefix) => {
      if (hostCidr().safeParse(`${text}/${prefix}`).success) assert.ok(Address4.isValid(`${text}/${prefix}`), text);
    });
    fc.assert(property, { numRuns: 500 * EFFORT });
  });

  it('take sizes with and without a unit', () => {
    const bytes = ['64B', '1.5kB', '2 MB', 64].map((text) => size(10_000_000).parse(text));
    assert.deepEqual(bytes, [64, 1500, 2_000_000, 64]);
    assert.ok(
      !size(100).safeParse('101B').success && !size(100).safeParse('0.5B').success && !size(100).safeParse(-1).success,
    );
  });

  it('take a text between slashes for a regular expression only when flags or nothing follow', () => {
    const kinds = ['/a/', '/a/i', '/a/b/', '/etc/hosts', '//', '/a', 'a/', '/a/g'].map(
      (text) => matcher().parse(text).kind,
    );
    assert.deepEqual(kinds, ['regex', 'regex', 'regex', 'text', 'text', 'text', 'text', 'text']);
  });
});
