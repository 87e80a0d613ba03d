import { strict as assert } from 'node:assert';
import { formatCidr, formatMac } from '../../src/base/addr.ts';
import type { Plan } from '../../src/scenario/plan.ts';
import { assertMistakes, hostOf, planOf } from './plan-helper.ts';

/** `eth0 192.168.50.11/24 52:54:00:00:50:0b` for each interface of a host. */
function cards(plan: Plan, host: string): string[] {
  return hostOf(plan, host).interfaces.map(({ name, addresses, mac }) =>
    [name, ...addresses.map(formatCidr), formatMac(mac)].join(' '),
  );
}

function allMacs(plan: Plan): number[] {
  return plan.hosts.flatMap(({ interfaces }) => interfaces.map(({ mac }) => mac));
}

describe('left-out addresses', () => {
  it('are 192.168.(50+k).11 and on, in the order of the hosts in the file', () => {
    const plan = planOf('hosts: { a: , b: , c: }\nlans:\n  x: { hosts: [c, a] }\n  y: { hosts: [b, c] }\n');
    assert.deepEqual(cards(plan, 'a'), ['eth0 192.168.50.11/24 52:54:00:00:50:0b']);
    assert.deepEqual(cards(plan, 'b'), ['eth0 192.168.51.11/24 52:54:00:00:51:0b']);
    assert.deepEqual(cards(plan, 'c'), [
      'eth0 192.168.50.12/24 52:54:00:00:50:0c',
      'eth1 192.168.51.12/24 52:54:00:00:51:0c',
    ]);
  });

  it('pass over those that the file gives away', () => {
    const plan = planOf(
      'hosts: { a: , b: { address: 192.168.50.11/24 }, c: , d: { address: [10.0.0.1/8, 192.168.50.13/24] }, e: }\n',
    );
    assert.deepEqual(
      ['a', 'c', 'e'].map((name) => cards(plan, name)[0]?.split(' ')[1]),
      ['192.168.50.12/24', '192.168.50.14/24', '192.168.50.15/24'],
    );
  });

  it('do not depend on other wires, and do on the same one', () => {
    const hosts = 'hosts: { a: , b: { address: 192.168.50.11/24 } }\n';
    const apart = planOf(`${hosts}lans: { x: { hosts: [a] }, y: { hosts: [b] } }\n`);
    assert.deepEqual(cards(apart, 'a'), ['eth0 192.168.50.11/24 52:54:00:00:50:0b']);
    const joined = planOf(`${hosts}lans: { x: { hosts: [a] }, y: { hosts: [b], uplink: x } }\n`);
    assert.deepEqual(cards(joined, 'a'), ['eth0 192.168.50.12/24 52:54:00:00:50:0c']);
  });

  it('end at .254', () => {
    const hosts = (count: number): string =>
      Array.from({ length: count }, (_, i) => `  ${i === 244 ? '‹1›' : ''}h${i}:\n`).join('');
    const last = planOf(`hosts:\n${hosts(244)}`);
    assert.deepEqual(cards(last, 'h243'), ['eth0 192.168.50.254/24 52:54:00:00:50:fe']);
    assertMistakes(`hosts:\n${hosts(250)}`, [
      'LAN "lan" has no address left in 192.168.50.0/24 for host "h244"; expected an address: for it',
    ]);
  });

  it('count on in the second byte behind 192.168.255.0', () => {
    const lans = Array.from({ length: 300 }, (_, i) => `  l${i}: { hosts: [a] }\n`).join('');
    const plan = planOf(`hosts: { a: }\nlans:\n${lans}`);
    const own = cards(plan, 'a');
    assert.equal(own[205], 'eth205 192.168.255.11/24 52:54:00:01:1d:0b');
    assert.equal(own[206], 'eth206 192.169.0.11/24 52:54:00:01:1e:0b');
    assert.deepEqual(
      [own[175], own[176]],
      ['eth175 192.168.225.11/24 52:54:00:00:ff:0b', 'eth176 192.168.226.11/24 52:54:00:01:00:0b'],
    );
  });
});

describe('left-out MACs', () => {
  it('are made of the LAN and the last byte of the address', () => {
    const plan = planOf('hosts: { a: { address: 10.9.8.7/16 }, b: { address: 10.1.2.254/8 } }\n');
    assert.deepEqual(
      [cards(plan, 'a'), cards(plan, 'b')],
      [['eth0 10.9.8.7/16 52:54:00:00:50:07'], ['eth0 10.1.2.254/8 52:54:00:00:50:fe']],
    );
  });

  it('give way to those that the file names', () => {
    const plan = planOf('hosts: { a: , b: { mac: "52:54:00:00:50:0b" }, c: { mac: "02:00:00:00:00:01" } }\n');
    assert.deepEqual(
      [cards(plan, 'a'), cards(plan, 'b'), cards(plan, 'c')],
      [
        ['eth0 192.168.50.11/24 52:54:01:00:50:0b'],
        ['eth0 192.168.50.12/24 52:54:00:00:50:0b'],
        ['eth0 192.168.50.13/24 02:00:00:00:00:01'],
      ],
    );
  });

  it('are told apart by the host bits above the last byte in wide subnets', () => {
    const plan = planOf(
      'hosts: { a: { address: 10.0.0.1/16 }, b: { address: 10.0.3.1/16 }, c: { address: 10.1.0.1/16 } }\n',
    );
    assert.deepEqual(
      [cards(plan, 'a')[0], cards(plan, 'b')[0], cards(plan, 'c')[0]],
      [
        'eth0 10.0.0.1/16 52:54:00:00:50:01',
        'eth0 10.0.3.1/16 52:54:03:00:50:01',
        'eth0 10.1.0.1/16 52:54:01:00:50:01',
      ],
    );
  });

  it('are there for interfaces without an address', () => {
    const plan = planOf('hosts: { a: { address: none }, b: { address: none }, c: { address: [] } }\n');
    assert.deepEqual(
      ['a', 'b', 'c'].flatMap((name) => cards(plan, name)),
      ['eth0 52:54:00:00:50:0b', 'eth0 52:54:00:00:50:0c', 'eth0 52:54:00:00:50:0d'],
    );
  });

  it('are unique with thousands of hosts on one LAN, whatever their addresses', () => {
    const wide = Array.from(
      { length: 3000 },
      (_, i) => `  h${i}: { address: 10.0.${(i + 1) >> 8}.${(i + 1) & 255}/8 }\n`,
    );
    const alike = Array.from({ length: 2000 }, (_, i) => `  g${i}: { address: 11.${i >> 8}.${i & 255}.1/24 }\n`);
    const plan = planOf(`hosts:\n${wide.join('')}${alike.join('')}`);
    const macs = allMacs(plan);
    assert.equal(new Set(macs).size, 5000);
    assert.ok(
      macs.every((mac) => Math.floor(mac / 2 ** 40) === 0x52),
      'all are locally administered and no group',
    );
  }).timeout(20_000);
});

describe('addresses that are there twice', () => {
  it('are mistakes on one wire, MACs too', () => {
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
