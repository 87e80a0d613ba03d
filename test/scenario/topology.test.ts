import { assertMistakes } from './plan-helper.ts';

const NAME = 'expected small letters, digits and dashes, beginning with a letter or digit, at most 63';
const RATE = 'expected a rate with a unit (kbit Mbit Gbit), such as 1Gbit';
const HOSTS = 'hosts: { a: , b: , c: }\n';

describe('mistakes of hosts', () => {
  it('no hosts at all', () => {
    const message = 'no hosts; expected `hosts:` with at least one, such as `node1:`';
    assertMistakes('‹1›name: x\n', [message]);
    assertMistakes('‹1›hosts:\n', [message]);
    assertMistakes('‹1›hosts: {}\n', [message]);
    assertMistakes('hosts: ‹1›[a]\n', ['hosts is a list; expected a mapping']);
  });

  it('names that are no host names', () => {
    const message = `is not the name of a host; ${NAME}`;
    assertMistakes(`hosts:\n  ‹1›Node:\n  ‹2›a_b:\n  ‹3›-a:\n  ‹4›a/b:\n  ‹5›${'x'.repeat(64)}:\n  1:\n`, [
      `"Node" ${message}`,
      `"a_b" ${message}`,
      `"-a" ${message}`,
      `"a/b" ${message}`,
      `"${'x'.repeat(60)}…" ${message}`,
    ]);
  });

  it('the same host twice', () => {
    assertMistakes('hosts:\n  a:\n  b:\n  ‹1›a: { docker: false }\n', [
      'duplicate key "a"; expected each key once, and line 2 has it',
    ]);
  });
});

describe('mistakes of interfaces', () => {
  it('unknown LANs, and names that a device cannot have', () => {
    const text = `
hosts:
  a:
    interfaces:
      eth0: { lan: lan }
      eth1: { lan: ‹1›fra }
      ‹2›lo: { lan: lan }
      ‹3›"A b": { lan: lan }
      ‹4›eth2: {}
      eth3: { lan: ‹5›3 }
      eth4: { lan: far, mtu: ‹6›"1500", ‹7›adress: 10.0.0.1/8 }
lans:
  lan:
  far:
`;
    assertMistakes(text, [
      'unknown LAN "fra"; did you mean "far"?',
      'lo is made by the machine itself; expected another name, such as eth0',
      '"A b" is not the name of an interface; ' +
        'expected a device name of small letters, digits, dots and dashes, such as eth0, at most 15',
      'eth2 hangs on no LAN; expected lan: and the name of one, as there are 2',
      'lan is 3; expected the name of a LAN',
      'mtu is the text "1500"; expected a whole number from 68 to 65535',
      'unknown key "adress" in an interface; did you mean "address"?',
    ]);
  });

  it('the short form beside the long one, and without any interface', () => {
    const text = `
hosts:
  a:
    address: ‹1›10.0.0.1/24
    mac: ‹2›52:54:00:00:00:02
    interfaces: { eth0: { address: 10.0.0.2/24, mac: 52:54:00:00:00:03 } }
  b: { address: ‹3›10.0.0.3/24 }
lans:
  lan: { hosts: [] }
`;
    assertMistakes(text, [
      'address is short for that of eth0, which has one of its own; expected one of the two',
      'mac is short for that of eth0, which has one of its own; expected one of the two',
      'host "b" has the address of an interface and hangs on no LAN; expected it in the hosts: of one',
    ]);
  });
});

describe('mistakes of LANs', () => {
  it('unknown hosts, and hosts that are listed twice', () => {
    assertMistakes(`${HOSTS}lans:\n  lan: { hosts: [a, ‹1›d, ‹2›a, ‹3›5] }\n  ‹4›L2: { hosts: ‹5›b }\n`, [
      'unknown host "d"; expected one of a, b, c',
      '"a" is in the list twice; expected each host once',
      'a host of the LAN is 5; expected the name of a host',
      `"L2" is not the name of a LAN; ${NAME}`,
      'hosts is "b"; expected a list',
    ]);
  });

  it('cables that have not two ends', () => {
    const text = `${HOSTS}lans:
  one: { hosts: [a], switch: ‹1›false }
  three: { hosts: [a, b, c], switch: ‹2›false }
  two: { hosts: [a, b], switch: false }
  unsure: { hosts: [a, ‹3›bb], switch: false }
`;
    assertMistakes(text, [
      'LAN "one" without a switch has 1 interface on it; expected exactly two',
      'LAN "three" without a switch has 3 interfaces on it; expected exactly two',
      'unknown host "bb"; expected one of a, b, c',
    ]);
  });
});

describe('mistakes of uplinks', () => {
  it('LANs that are not there or have no switch', () => {
    const text = `${HOSTS}lans:
  far: { uplink: { to: ‹1›fra, rate: ‹2›fast, ‹3›mtu: 1500 } }
  p: { hosts: [a, b], switch: false, uplink: ‹4›far }
  q: { uplink: ‹5›p }
  r: { uplink: ‹6›5 }
  s: { uplink: ‹7›{ rate: 1Gbit } }
`;
    assertMistakes(text, [
      'unknown LAN "fra"; did you mean "far"?',
      `rate is "fast"; ${RATE}`,
      'unknown key "mtu" in an uplink; expected one of to, rate, delay',
      'LAN "p" has no switch; expected one that could hang on another',
      'LAN "p" has no switch; expected one to hang this one\'s on',
      'an uplink is 5; expected a mapping',
      'an uplink has no "to"; expected the name of a LAN',
    ]);
  });

  it('loops, each of them once', () => {
    const text = `${HOSTS}lans:
  self: { uplink: ‹1›self }
  below: { uplink: x }
  x: { uplink: ‹2›y }
  y: { uplink: { to: z } }
  z: { uplink: { to: x } }
`;
    assertMistakes(text, [
      'the uplinks go round in a loop (self → self); expected a tree of switches',
      'the uplinks go round in a loop (x → y → z → x); expected a tree of switches',
    ]);
  });

  it('loops that are long are shown shortened', () => {
    const lans = Array.from({ length: 50 }, (_, i) => `  l${i}: { uplink: ${i === 0 ? '‹1›' : ''}l${(i + 1) % 50} }\n`);
    assertMistakes(`${HOSTS}lans:\n${lans.join('')}`, [
      'the uplinks go round in a loop (l0 → l1 → l2 → l3 → l4 → l5 → … → l0); expected a tree of switches',
    ]);
  });
});
