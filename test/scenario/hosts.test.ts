import { assertMistakes } from './plan-helper.ts';

const CIDR = 'expected an IPv4 address with a prefix length from 0 to 32, such as 192.168.50.11/24';
const ADDRESS = 'expected an IPv4 address of four numbers without leading zeros, such as 192.168.50.1';
const TIME = 'expected a time with a unit (ns us ms s m h), such as 50us';
const HOST_KEYS = 'address, mac, docker, forward, interfaces, routes, gateway, dns, softirq, wakeup, sysctls';

describe('mistakes at the top of a scenario', () => {
  it('unknown keys get a suggestion, or the list of what there is', () => {
    assertMistakes('hosts: { a: { ‹1›adress: 10.0.0.1/24, ‹2›vlan: 3 } }\n‹3›lnas: {}\n‹4›x: 1\n', [
      'unknown key "adress" in a host; did you mean "address"?',
      `unknown key "vlan" in a host; expected one of ${HOST_KEYS}`,
      'unknown key "lnas" in the scenario; did you mean "lans"?',
      'unknown key "x" in the scenario; expected one of name, title, engine, seed, epoch, until, linger, limit, softirq, wakeup, hosts, lans, … (16 in all)',
    ]);
  });

  it('settings of a wrong type or form', () => {
    const text = `
name: ‹1›Foo Bar
title: ‹2›5
engine: ‹3›29
seed: ‹4›-1
epoch: ‹5›2025-02-30
until: ‹6›5
linger: ‹7›1x
limit: ‹8›soon
softirq: ‹9›-2us
wakeup: ‹10›
capture: [‹11›5, ‹12›""]
hosts: { a: }
`;
    // a key without a value is named itself
    assertMistakes(text.replace('wakeup: ‹10›', '‹10›wakeup:'), [
      'name is "Foo Bar"; expected small letters, digits and dashes',
      'title is 5; expected a text',
      'engine "29" is not supported yet; expected "20.10"',
      'seed is -1; expected a whole number from 0 to 9007199254740991',
      'epoch is "2025-02-30"; expected a date and time in UTC between 1970 and 2105, such as 2025-01-01T00:00:00Z',
      `until is 5; ${TIME}`,
      `linger is "1x"; ${TIME}`,
      `limit is "soon"; ${TIME}`,
      `softirq is "-2us"; ${TIME}`,
      `wakeup is empty; ${TIME}`,
      'capture is 5; expected a glob over interfaces, such as node*/eth0, of at most 1000 characters',
      'capture is ""; expected a glob over interfaces, such as node*/eth0, of at most 1000 characters',
    ]);
  });

  it('a title over several lines, and times that are too long or too fine', () => {
    assertMistakes('title: ‹1›"a\\nb"\nuntil: ‹2›9999h\nlinger: ‹3›0.5ns\nhosts: { a: }\n', [
      'title is "a\\nb"; expected a text on one line',
      `until is "9999h"; ${TIME}`,
      `linger is "0.5ns"; ${TIME}`,
    ]);
  });

  it('names that are reserved, and engines that nobody knows', () => {
    const message = 'is reserved (out/js, out/bench, out/coverage are used otherwise); expected another `name:`';
    for (const name of ['js', 'bench', 'coverage']) {
      assertMistakes(`name: ‹1›${name}\nhosts: { a: }\n`, [`the name "${name}" ${message}`]);
    }
    assertMistakes('engine: ‹1›"20.11"\nhosts: { a: }\n', ['unknown engine "20.11"; expected "20.10"']);
  });

  it('captures of hosts that are not there', () => {
    assertMistakes('capture: [nod*/eth0, "**", lan/x, ‹1›nod1/eth0]\nhosts: { node1: }\n', [
      'unknown host "nod1"; did you mean "node1"?',
    ]);
    assertMistakes('capture: ‹1›b\nhosts: { node1: , node2: }\n', ['unknown host "b"; expected one of node1, node2']);
  });

  it('no hosts at all', () => {
    const message = 'no hosts; expected `hosts:` with at least one, such as `node1:`';
    assertMistakes('‹1›name: x\n', [message]);
    assertMistakes('‹1›hosts:\n', [message]);
    assertMistakes('‹1›hosts: {}\n', [message]);
    assertMistakes('hosts: ‹1›[a]\n', ['hosts is a list; expected a mapping']);
  });

  it('lists and mappings mixed up', () => {
    assertMistakes('hosts: { a: ‹1›5, b: ‹2›[1] }\nlans: ‹3›x\nsteps: ‹4›{}\nflows: ‹5›true\nimages: ‹6›[]\n', [
      'a host is 5; expected a mapping',
      'a host is a list; expected a mapping',
      'lans is "x"; expected a mapping',
      'steps is a mapping; expected a list',
      'flows is true; expected a list',
      'images is a list; expected a mapping',
    ]);
  });
});

describe('mistakes of hosts', () => {
  it('names that are no host names', () => {
    const message =
      'is not the name of a host; expected small letters, digits and dashes, beginning with a letter or digit, at most 63';
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

  it('settings of a wrong type', () => {
    assertMistakes(
      'hosts:\n  a: { mac: ‹1›zz, dns: [1.2.3.4, ‹2›x], gateway: ‹3›10, docker: ‹4›yes, forward: ‹5›1, softirq: ‹6›5 }\n',
      [
        'mac is "zz"; expected a MAC address, such as 52:54:00:00:50:0b',
        `dns[1] is "x"; ${ADDRESS}`,
        `gateway is 10; ${ADDRESS}`,
        'docker is "yes"; expected true or false',
        'forward is 1; expected true or false',
        `softirq is 5; ${TIME}`,
      ],
    );
  });

  it('MAC addresses that no card has', () => {
    assertMistakes(
      'hosts:\n  a: { mac: ‹1›01:00:5e:00:00:01 }\n  b: { mac: ‹2›00:00:00:00:00:00 }\n  c: { mac: ‹3›52:54:0:0:50:b }\n',
      [
        '01:00:5e:00:00:01 is a group address; expected an even first byte',
        '00:00:00:00:00:00 is no address of a machine; expected a MAC address, such as 52:54:00:00:50:0b',
        'mac is "52:54:0:0:50:b"; expected a MAC address, such as 52:54:00:00:50:0b',
      ],
    );
  });

  it('sysctls that are none', () => {
    assertMistakes('hosts:\n  a: { sysctls: { ‹1›ip_forward: 1, net.ipv4.ip_forward: ‹2›[1] } }\n', [
      '"ip_forward" is not the name of a sysctl; expected one such as net.ipv4.ip_forward',
      'net.ipv4.ip_forward is a list; expected a text or a number',
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
      '"A b" is not the name of an interface; expected a device name of small letters, digits, dots and dashes, such as eth0, at most 15',
      'eth2 hangs on no LAN; expected lan: and the name of one, as there are 2',
      'lan is 3; expected the name of a LAN',
      'mtu is the text "1500"; expected a whole number from 68 to 65535',
      'unknown key "adress" in an interface; did you mean "address"?',
    ]);
  });

  it('the short form beside the long one, and without any interface', () => {
    const text = `
hosts:
  a: { address: ‹1›10.0.0.1/24, mac: ‹2›52:54:00:00:00:02, interfaces: { eth0: { address: 10.0.0.2/24, mac: 52:54:00:00:00:03 } } }
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

  it('the same address or MAC twice on one wire', () => {
    const text = `
hosts:
  a: { address: 10.0.0.1/24 }
  b: { address: ‹1›10.0.0.1/16 }
  c: { mac: 52:54:00:00:00:01 }
  d: { mac: ‹2›52:54:00:00:00:01 }
  e: { address: 10.0.0.7/24 }
  f: { address: [10.0.0.8/24, ‹3›10.0.0.7/24] }
lans:
  lan: { hosts: [f, e, d, c, b], uplink: top }
  top: { hosts: [a] }
`;
    // the list of f is named as a whole
    assertMistakes(text.replace('[10.0.0.8/24, ‹3›', '‹3›[10.0.0.8/24, '), [
      '10.0.0.1 belongs to eth0 of host "a" on the same LAN; expected another one',
      '52:54:00:00:00:01 belongs to eth0 of host "c" on the same LAN; expected another one',
      '10.0.0.7 belongs to eth0 of host "e" on the same LAN; expected another one',
    ]);
  });
});

describe('mistakes of routes', () => {
  it('destinations and targets that cannot be read', () => {
    const text = `
hosts:
  a:
    address: 10.0.0.1/24
    routes:
      ‹1›10.1.0.1/16: 10.0.0.9
      ‹2›foo: 10.0.0.9
      10.3.0.0/16: ‹3›bar
      10.4.0.0/16: ‹4›010.0.0.9
      10.5.0.0/16: ‹5›
      10.6.0.0/16: ‹6›via 10.0.0.9 eth0
`;
    const target = 'expected the next router and the device, such as 10.9.0.2 or "dev eth1"';
    assertMistakes(text.replace('10.5.0.0/16: ‹5›', '‹5›10.5.0.0/16:'), [
      '10.1.0.1/16 has bits set behind its prefix; expected the address of a subnet',
      '"foo" is no destination; expected a subnet such as 10.9.0.0/16, an address, or default',
      `the route to 10.3.0.0/16 is "bar"; ${target}`,
      `the route to 10.4.0.0/16 is "010.0.0.9"; ${target}`,
      `the route to 10.5.0.0/16 is empty; ${target}`,
      `the route to 10.6.0.0/16 is "via 10.0.0.9 eth0"; ${target}`,
    ]);
  });

  it('what the kernel would refuse: routers that are no neighbours, and routes that are there already', () => {
    const text = `
hosts:
  a:
    interfaces: { eth0: { address: 10.0.0.1/24 }, eth1: { address: 10.9.0.1/24 } }
    routes:
      default: 10.0.0.5
      ‹1›0.0.0.0/0: 10.0.0.6
      ‹2›10.0.0.0/24: dev eth0
      10.2.0.0/16: ‹3›10.8.9.9
      10.3.0.0/16: ‹4›dev eth7
      10.4.0.0/16: ‹5›10.0.0.255
      10.5.0.0/16: ‹6›127.0.0.1
      10.6.0.0/16: ‹7›10.0.0.1
      10.7.0.0/16: ‹8›10.9.0.2 dev eth0
    gateway: ‹9›10.0.0.7
  b: { address: 10.0.0.2/24, gateway: ‹10›10.0.1.1 }
  c: { address: none, gateway: ‹11›1.2.3.4 }
`;
    assertMistakes(text, [
      'the route to 0.0.0.0/0 is there twice; expected one route to a destination',
      'the route to 10.0.0.0/24 is there by the address of eth0; expected another destination',
      'router 10.8.9.9 is no neighbour of host "a"; expected an address in the subnet of 10.0.0.1/24 or the subnet of 10.9.0.1/24',
      'unknown interface "eth7" of host "a"; did you mean "eth0"?',
      'router 10.0.0.255 is no address of a machine; expected another machine on one of its subnets',
      'router 127.0.0.1 is no address of a machine; expected another machine on one of its subnets',
      'router 10.0.0.1 is host "a" itself; expected another machine on one of its subnets',
      'router 10.9.0.2 is no neighbour of host "a"; expected an address in the subnet of 10.0.0.1/24',
      'the route to 0.0.0.0/0 is there twice; expected one route to a destination',
      'gateway 10.0.1.1 is no neighbour of host "b"; expected an address in the subnet of 10.0.0.2/24',
      'gateway 1.2.3.4 is no neighbour of host "c"; expected a host that has an address there',
    ]);
  });

  it('are not judged when the addresses of the host could not be read', () => {
    assertMistakes('hosts:\n  a: { address: ‹1›10.0.0.1/33, gateway: 10.0.0.9, routes: { 10.2.0.0/16: 10.0.0.8 } }\n', [
      `address is "10.0.0.1/33"; ${CIDR}`,
    ]);
    assertMistakes(
      'hosts:\n  a: { address: 10.0.0.1/24, gateway: 10.0.0.9, interfaces: { eth0: { lan: ‹1›x } } }\nlans: { lan: { hosts: [] } }\n',
      ['unknown LAN "x"; expected lan'],
    );
  });
});
