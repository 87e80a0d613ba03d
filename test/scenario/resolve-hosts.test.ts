import assert from 'node:assert/strict';
import { assertMistakes, planOf } from './plan-helper.ts';

const CIDR = 'expected an IPv4 address with a prefix length from 0 to 32, such as 192.168.50.11/24';
const HOSTS = 'hosts: { a: , b: , c: }\n';

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
      'router 10.8.9.9 is no neighbour of host "a"; ' +
        'expected an address in the subnet of 10.0.0.1/24 or the subnet of 10.9.0.1/24',
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
      'hosts:\n  a: { address: 10.0.0.1/24, gateway: 10.0.0.9, interfaces: { eth0: { lan: ‹1›x } } }\n' +
        'lans: { lan: { hosts: [] } }\n',
      ['unknown LAN "x"; expected lan'],
    );
  });
});

describe('mistakes of settings', () => {
  it('sysctls that are none', () => {
    assertMistakes('hosts:\n  a: { sysctls: { ‹1›ip_forward: 1, net.ipv4.ip_forward: ‹2›[1] } }\n', [
      '"ip_forward" is not the name of a sysctl; expected one such as net.ipv4.ip_forward',
      'net.ipv4.ip_forward is a list; expected a text or a number',
    ]);
  });

  it("keys that are netem's words, of the wrong kind", () => {
    assertMistakes(`${HOSTS}lans:\n  lan: { jitter: ‹1›1x, duplicate: ‹2›5, gap: ‹3›0 }\n`, [
      'jitter is "1x"; expected a time with a unit (ns us ms s m h), such as 50us',
      "duplicate is 5; expected a share of duplicates in netem's words, such as 1% or 1% 25%",
      'gap is 0; expected a whole number from 1 to 1000000000',
    ]);
  });
});

describe('a host on which no engine can start', () => {
  it('is a mistake, unless it has no engine or leaves a default pool free', () => {
    const mistake =
      'the engine finds no subnet for docker0: all of 172.17.0.0/16 to 172.31.0.0/16 and 192.168.0.0/16 is in use ' +
      'on its host; expected a free one, or docker: false';
    const text = `
hosts:
  ‹1›a: { address: 172.17.5.1/1 }
  ‹2›b:
    address: 172.16.0.2/12
    dns: [ 192.168.240.9 ]
    routes:
      192.168.0.0/17: dev eth0
      192.168.128.0/18: dev eth0
      192.168.192.0/19: dev eth0
      192.168.224.0/20: dev eth0
  c: { address: 172.16.0.3/12, docker: false }
  d: { address: 172.16.0.4/12, routes: { 192.168.0.0/17: dev eth0, 192.168.128.0/17: 172.16.0.2 } }
  e: { address: 172.16.0.5/12, routes: { default: dev eth0 } }
`;
    assertMistakes(text, [mistake, mistake]);
  });
});

describe('the settings of an engine', () => {
  it('are those of daemon.json, or none', () => {
    const text = `
hosts:
  a: {}
  b: { docker: { userland-proxy: false } }
  c: { docker: {} }
  d: { docker: false }
`;
    const { hosts } = planOf(text);
    assert.deepEqual(
      hosts.map(({ docker, daemon }) => [docker, daemon.hasUserlandProxy]),
      [
        [true, true],
        [true, false],
        [true, true],
        [false, true],
      ],
    );
  });

  it('are kept one by one', () => {
    const text = `
hosts:
  a: { docker: { iptables: false, ip: 127.0.0.1, ip-masq: false } }
  b: { docker: { icc: false } }
`;
    const own = { hasUserlandProxy: true, hasIptables: true, isIccEnabled: true, isIpMasqueradeEnabled: true };
    const plain = { ...own, hostBindingIp: '0.0.0.0' };
    assert.deepEqual(
      planOf(text).hosts.map(({ daemon }) => daemon),
      [
        { ...plain, hasIptables: false, isIpMasqueradeEnabled: false, hostBindingIp: '127.0.0.1' },
        { ...plain, isIccEnabled: false },
      ],
    );
  });

  it('with which a daemon does not start are a mistake', () => {
    const why = 'icc: false needs iptables to keep containers from each other; expected iptables: true';
    assertMistakes('hosts:\n  a: { docker: ‹1›{ iptables: false, icc: false } }\n', [
      `the engine does not start: ${why}`,
    ]);
  });

  it('that nobody knows are a mistake', () => {
    const mistakes = [
      'docker is a mapping; expected settings as in daemon.json: ' +
        'userland-proxy, iptables, icc, ip-masq, ip; and not userland-prxy',
      'docker is "yes"; expected true, false, or settings as in daemon.json, such as { userland-proxy: false }',
    ];
    assertMistakes('hosts:\n  a: { docker: ‹1›{ userland-prxy: false } }\n  b: { docker: ‹2›"yes" }\n', mistakes);
  });
});
