import {
  parseDnsSearch,
  parseExtraHost,
  parseIpAddress,
  parseMacAddress,
} from '../../../../src/docker/cli/values/address.ts';
import { assertVectors } from './vectors.ts';

describe('addresses and names of hosts', () => {
  it('may be IP addresses', () => {
    assertVectors(parseIpAddress, [
      ['1.2.3.4', '1.2.3.4'],
      [' 1.2.3.4 ', '1.2.3.4'],
      ['::1', '::1'],
      ['FE80:0:0::1', 'fe80::1'],
    ]);
    for (const text of ['', 'x', '1.2.3', '01.2.3.4', '1.2.3.4/24', '[::1]']) {
      assertVectors(parseIpAddress, [[text, `! ${text} is not an ip address`]]);
    }
  });

  it('may be hosts with an address', () => {
    assertVectors(parseExtraHost, [
      ['a:1.2.3.4', { name: 'a', address: '1.2.3.4' }],
      ['a:host-gateway', { name: 'a', address: 'host-gateway' }],
      ['a:::1', { name: 'a', address: '::1' }],
      ['a b: 1.2.3.4', { name: 'a b', address: ' 1.2.3.4' }],
      ['x', '! bad format for add-host: "x"'],
      ['', '! bad format for add-host: ""'],
      [':1.2.3.4', '! bad format for add-host: ":1.2.3.4"'],
      ['a:b', '! invalid IP address in add-host: "b"'],
      ['a:', '! invalid IP address in add-host: ""'],
      ['a:1.2.3.4:5', '! invalid IP address in add-host: "1.2.3.4:5"'],
    ]);
  });

  it('may be domains to search in', () => {
    assertVectors(parseDnsSearch, [
      ['x', 'x'],
      ['a.b', 'a.b'],
      ['x.y.', 'x.y'],
      [' x ', 'x'],
      ['.', '.'],
      ['', '!  is not a valid domain'],
    ]);
    for (const text of ['a b', '-x', '.b', 'a..b', 'a_b', '1.2', 'a'.repeat(255)]) {
      assertVectors(parseDnsSearch, [[text, `! ${text} is not a valid domain`]]);
    }
  });

  it('may be hardware addresses', () => {
    for (const text of [
      ...['92:d0:c6:0a:29:33', '92-D0-c6-0a-29-33', '92d0.c60a.2933', '92:d0:c6:0a:29:33:44:55'],
      Array.from({ length: 20 }, () => '0a').join(':'),
    ]) {
      assertVectors(parseMacAddress, [[text, text]]);
    }
    for (const text of ['x', '', '92:d0', '92:d0:c6:0a:29:3g', '9:d0:c6:0a:29:33', '92:d0-c6:0a:29:33', '92d0.c60a']) {
      assertVectors(parseMacAddress, [[text, `! ${text} is not a valid mac address`]]);
    }
  });
});
