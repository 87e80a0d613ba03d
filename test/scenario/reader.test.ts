import { assertMistakes } from './plan-helper.ts';

const ADDRESS = 'expected an IPv4 address of four numbers without leading zeros, such as 192.168.50.1';
const TIME = 'expected a time with a unit (ns us ms s m h), such as 50us';
const SCENARIO_KEYS = 'name, title, engine, seed, epoch, until, linger, limit, softirq, wakeup, hosts, lans';
const HOST_KEYS = 'address, mac, docker, forward, interfaces, routes, gateway, dns, softirq, wakeup, sysctls';

describe('what is wrong with keys and types', () => {
  it('unknown keys get a suggestion, or the list of what there is', () => {
    assertMistakes('hosts: { a: { ‹1›adress: 10.0.0.1/24, ‹2›vlan: 3 } }\n‹3›lnas: {}\n‹4›x: 1\n', [
      'unknown key "adress" in a host; did you mean "address"?',
      `unknown key "vlan" in a host; expected one of ${HOST_KEYS}`,
      'unknown key "lnas" in the scenario; did you mean "lans"?',
      `unknown key "x" in the scenario; expected one of ${SCENARIO_KEYS}, … (16 in all)`,
    ]);
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

  it('settings of a wrong type', () => {
    assertMistakes(
      'hosts:\n  a: { mac: ‹1›zz, dns: [1.2.3.4, ‹2›x], gateway: ‹3›10, docker: ‹4›yes,\n' +
        '       forward: ‹5›1, softirq: ‹6›5 }\n',
      [
        'mac is "zz"; expected a MAC address, such as 52:54:00:00:50:0b',
        `dns[1] is "x"; ${ADDRESS}`,
        `gateway is 10; ${ADDRESS}`,
        'docker is "yes"; expected true, false, or settings as in daemon.json, such as { userland-proxy: false }',
        'forward is 1; expected true or false',
        `softirq is 5; ${TIME}`,
      ],
    );
  });
});
