import { strict as assert } from 'node:assert';
import { ip4, mac } from '../../src/base/addr.ts';
import type { PlanCount, PlanStep } from '../../src/scenario/plan.ts';
import { CONTRACT_EXAMPLE } from './contract-example.ts';
import { hostOf, lanOf, mistakesOf, planOf } from './plan-helper.ts';

const HOSTS = 'hosts: { a: , b: }\n';

function stepOf<K extends PlanStep['kind']>(text: string, kind: K): Extract<PlanStep, { kind: K }> {
  const [step] = planOf(text).steps;
  assert.equal(step?.kind, kind);
  return step as Extract<PlanStep, { kind: K }>;
}

describe('the plan of the smallest scenario', () => {
  it('has every default of the contract', () => {
    assert.deepEqual(planOf('hosts:\n  a:\n', {}, 'scenarios/01-pair.yaml'), {
      name: '01-pair',
      title: undefined,
      file: 'scenarios/01-pair.yaml',
      engine: '20.10',
      seed: 1,
      epochSeconds: 1_735_689_600,
      untilNs: undefined,
      lingerNs: 0,
      limitNs: 3_600_000_000_000,
      softirqNs: 2000,
      wakeupNs: 10_000,
      hosts: [
        {
          name: 'a',
          docker: true,
          daemon: {
            hasUserlandProxy: true,
            hasIptables: true,
            isIccEnabled: true,
            isIpMasqueradeEnabled: true,
            hostBindingIp: '0.0.0.0',
          },
          forward: false,
          softirqNs: 2000,
          wakeupNs: 10_000,
          interfaces: [
            {
              name: 'eth0',
              lan: 'lan',
              addresses: [{ address: ip4('192.168.50.11'), prefixLen: 24 }],
              mac: mac('52:54:00:00:50:0b'),
              mtu: 1500,
            },
          ],
          routes: [],
          gateway: undefined,
          dns: [],
          sysctls: {},
          line: 2,
          col: 3,
        },
      ],
      lans: [
        {
          name: 'lan',
          index: 0,
          isSwitch: true,
          rateBitsPerSecond: 1_000_000_000,
          delayNs: 50_000,
          queueFrames: 1000,
          mtu: 1500,
          framing: 'ethernet',
          netem: undefined,
          uplink: undefined,
          members: [{ host: 'a', interfaceName: 'eth0' }],
        },
      ],
      capture: ['**'],
      images: [],
      steps: [],
      flows: [],
    });
  });

  it('is the same when empty keys are written out', () => {
    const plan = planOf('hosts:\n  a:\nlans:\nimages:\nsteps:\nflows:\n', {}, '01-pair.yaml');
    assert.deepEqual(plan, planOf('hosts:\n  a:\n', {}, '01-pair.yaml'));
  });
});

describe('the settings of a scenario', () => {
  it('are taken over in base units', () => {
    const plan = planOf(`${HOSTS}name: x-1
title: Two hosts
seed: 7
epoch: 2025-06-01T12:30:00Z
until: 1.5s
linger: 0
limit: 2 h
softirq: 0
wakeup: 250ns
capture: ["a/*", b]
`);
    assert.deepEqual([plan.name, plan.title, plan.seed, plan.epochSeconds], ['x-1', 'Two hosts', 7, 1_748_781_000]);
    assert.deepEqual([plan.untilNs, plan.lingerNs, plan.limitNs], [1_500_000_000, 0, 7_200_000_000_000]);
    assert.deepEqual([plan.softirqNs, plan.wakeupNs], [0, 250]);
    assert.deepEqual(plan.capture, ['a/*', 'b']);
  });

  it('may be given as one glob, none, and a date without a time', () => {
    assert.deepEqual(planOf(`${HOSTS}capture: a\n`).capture, ['a']);
    assert.deepEqual(planOf(`${HOSTS}capture: []\n`).capture, []);
    assert.equal(planOf(`${HOSTS}epoch: 1970-01-02\n`).epochSeconds, 86_400);
  });

  it('take the engine in all its spellings', () => {
    for (const written of ['"20.10"', "'20.10'", '20.10', '20.1']) {
      assert.equal(planOf(`${HOSTS}engine: ${written}\n`).engine, '20.10');
    }
  });

  it('take their name from the file when it has none', () => {
    const names = [
      '-',
      'W5 Tree.yml',
      '/x/y/ring',
      'a.b.yaml',
      'Ünï.yaml',
      '.yaml',
      'x/.hidden',
      '\\win\\01_A.yaml',
    ].map((file) => planOf(HOSTS, {}, file).name);
    assert.deepEqual(names, ['stdin', 'w5-tree', 'ring', 'a-b', 'n', 'yaml', 'hidden', '01-a']);
    assert.equal(planOf(HOSTS, {}, '###').name, 'scenario');
  });

  it('are refused when the name of the file is reserved', () => {
    assert.throws(
      () => planOf(HOSTS, {}, 'bench.yaml'),
      /^ScenarioError: bench\.yaml:1:1: the name "bench" is reserved /,
    );
  });

  it('give way to those of the command line', () => {
    assert.equal(planOf(`${HOSTS}seed: 3\n`, { seed: 9 }).seed, 9);
    assert.equal(planOf(HOSTS, { engine: '20.10' }).engine, '20.10');
    assert.equal(planOf(`${HOSTS}engine: "20.10"\n`, { engine: '29' }).engine, '29');
    const unknown = '1:1: --engine: unknown engine "1"; expected "20.10" or "29"';
    assert.deepEqual(mistakesOf(HOSTS, { engine: '1' }), [unknown]);
    assert.deepEqual(mistakesOf(HOSTS, { seed: -1 }), ['1:1: --seed is -1; expected a whole number from 0']);
  });
});

describe('hosts', () => {
  it('have their own settings, or those of the scenario', () => {
    const plan = planOf(`softirq: 5us
hosts:
  a:
    docker: false
    forward: true
    softirq: 1us
    wakeup: 0
    dns: [8.8.8.8, 1.1.1.1]
    sysctls: { net.ipv4.tcp_rmem: "4096 1 2", net.ipv4.ip_forward: 1 }
  b:
`);
    const [a, b] = [hostOf(plan, 'a'), hostOf(plan, 'b')];
    assert.deepEqual([a.docker, a.forward, a.softirqNs, a.wakeupNs], [false, true, 1000, 0]);
    assert.deepEqual([b.docker, b.forward, b.softirqNs, b.wakeupNs], [true, false, 5000, 10_000]);
    assert.deepEqual(a.dns, [ip4('8.8.8.8'), ip4('1.1.1.1')]);
    assert.deepEqual(a.sysctls, { 'net.ipv4.tcp_rmem': '4096 1 2', 'net.ipv4.ip_forward': '1' });
  });

  it('may be called what JavaScript calls its own, and by numbers', () => {
    const plan = planOf(
      'hosts: { constructor: , 1: , valueof: }\nsteps: [{ on: constructor, run: ls }, { on: "1", run: ls }]\n',
    );
    assert.deepEqual(
      plan.hosts.map(({ name }) => name),
      ['constructor', '1', 'valueof'],
    );
  });

  it('have routes in an order in which the kernel takes them', () => {
    const plan = planOf(`hosts:
  a:
    address: 10.0.0.1/24
    gateway: 10.0.0.254
    routes:
      10.7.0.0/16: 10.8.0.1
      10.8.0.0/16: dev eth0
      10.9.0.1: via 10.0.0.3 dev eth0
  b: { address: 10.0.0.2/31, routes: { default: 10.0.0.3 } }
`);
    const { gateway, routes } = hostOf(plan, 'a');
    assert.equal(gateway, ip4('10.0.0.254'));
    assert.deepEqual(routes, [
      { destination: { address: ip4('10.8.0.0'), prefixLen: 16 }, via: undefined, dev: 'eth0' },
      { destination: { address: ip4('10.7.0.0'), prefixLen: 16 }, via: ip4('10.8.0.1'), dev: undefined },
      { destination: { address: ip4('10.9.0.1'), prefixLen: 32 }, via: ip4('10.0.0.3'), dev: 'eth0' },
    ]);
    const byDefault = { destination: { address: 0, prefixLen: 0 }, via: ip4('10.0.0.3'), dev: undefined };
    assert.deepEqual(hostOf(plan, 'b').routes, [byDefault]);
  });
});

describe('LANs', () => {
  it('have settings of their own, and give the uplink theirs', () => {
    const plan = planOf(`${HOSTS}lans:
  top: { hosts: [], rate: unlimited, delay: 0 }
  x: { hosts: [b, a], rate: 100mbit, delay: 1ms, queue: 5, mtu: 9000, framing: none, uplink: top }
  y: { hosts: [], uplink: { to: x, rate: 10Gbit, delay: 1us } }
`);
    assert.deepEqual([lanOf(plan, 'top').rateBitsPerSecond, lanOf(plan, 'top').delayNs], [0, 0]);
    const lan = lanOf(plan, 'x');
    assert.deepEqual(
      [lan.index, lan.rateBitsPerSecond, lan.delayNs, lan.queueFrames, lan.mtu, lan.framing],
      [1, 100_000_000, 1_000_000, 5, 9000, 'none'],
    );
    assert.deepEqual(lan.uplink, { to: 'top', rateBitsPerSecond: 100_000_000, delayNs: 1_000_000, netem: undefined });
    assert.deepEqual(lanOf(plan, 'y').uplink, {
      to: 'x',
      rateBitsPerSecond: 10_000_000_000,
      delayNs: 1000,
      netem: undefined,
    });
    assert.deepEqual(
      lan.members.map(({ host }) => host),
      ['b', 'a'],
      'ports in the order of the list',
    );
    assert.equal(hostOf(plan, 'a').interfaces[0]?.mtu, 9000);
  });

  it('give a host eth0, eth1 … in the order of LANs in the file', () => {
    const plan = planOf(`${HOSTS}lans:\n  z: { hosts: [a] }\n  m: { hosts: [b, a] }\n  c: { hosts: [a] }\n`);
    assert.deepEqual(
      hostOf(plan, 'a').interfaces.map(({ name, lan }) => `${name} ${lan}`),
      ['eth0 z', 'eth1 m', 'eth2 c'],
    );
    assert.deepEqual(
      hostOf(plan, 'b').interfaces.map(({ name, lan }) => `${name} ${lan}`),
      ['eth0 m'],
    );
  });

  it('know the interfaces that hosts name themselves, in lists or not', () => {
    const plan = planOf(`hosts:
  r:
    interfaces:
      wan: { lan: far, mtu: 1400 }
      eth1: { lan: near, address: 10.0.0.1/24 }
      eth2: { lan: near, address: none }
  h:
lans:
  near: { hosts: [h, r] }
  far:
  third: { hosts: [r] }
`);
    const names = (lan: string): string[] =>
      lanOf(plan, lan).members.map((member) => `${member.host}/${member.interfaceName}`);
    assert.deepEqual(
      [names('near'), names('far'), names('third')],
      [['h/eth0', 'r/eth1', 'r/eth2'], ['r/wan'], ['r/eth0']],
    );
    assert.deepEqual(
      hostOf(plan, 'r').interfaces.map(({ name, mtu }) => `${name} ${mtu}`),
      ['wan 1400', 'eth1 1500', 'eth2 1500', 'eth0 1500'],
    );
    assert.deepEqual(hostOf(plan, 'r').interfaces[2]?.addresses, []);
  });

  it('have every host when there is one LAN and it lists none', () => {
    const plan = planOf('hosts: { a: { interfaces: { eth5: {} } }, b: }\nlans: { office: { rate: 10Mbit } }\n');
    assert.deepEqual(lanOf(plan, 'office').members, [
      { host: 'a', interfaceName: 'eth5' },
      { host: 'b', interfaceName: 'eth0' },
    ]);
  });

  it('leave hosts alone that are on none', () => {
    const plan = planOf(`${HOSTS}lans: { lan: { hosts: [b] } }\n`);
    assert.deepEqual(hostOf(plan, 'a').interfaces, []);
  });

  it('are one cable without a switch', () => {
    const lan = lanOf(planOf(`${HOSTS}lans: { p2p: { hosts: [a, b], switch: false } }\n`), 'p2p');
    assert.deepEqual([lan.isSwitch, lan.members.length], [false, 2]);
  });
});

describe('images', () => {
  it('are the servers that listen', () => {
    const plan = planOf(
      `${HOSTS}images:\n  shop: { listen: [ { tcp: 8080, http: "hello" }, { udp: 53 } ] }\n  team/tool:1.0:\n`,
    );
    assert.deepEqual(plan.images, [
      {
        name: 'shop',
        listen: [
          { protocol: 'tcp', port: 8080, http: 'hello' },
          { protocol: 'udp', port: 53 },
        ],
        line: 3,
        col: 3,
      },
      { name: 'team/tool:1.0', listen: [], line: 4, col: 3 },
    ]);
  });
});

describe('steps', () => {
  it('run a command and expect it to exit 0', () => {
    const step = stepOf(`${HOSTS}steps:\n  - on: a\n    run: ls -l\n`, 'run');
    assert.deepEqual(step, {
      kind: 'run',
      atNs: undefined,
      note: undefined,
      line: 3,
      col: 5,
      on: 'a',
      command: 'ls -l',
      commandLine: 4,
      background: false,
      save: undefined,
      expect: { exit: 0 },
      timeoutNs: 600_000_000_000,
    });
  });

  it('have everything that the contract gives them', () => {
    const step = stepOf(
      `${HOSTS}steps:
  - { on: b, run: x, background: true, save: out, at: 60s, note: Now., timeout: 1h,
      expect: { exit: any, stdout: "/^a.*b$/ms", stderr: /no } }
`,
      'run',
    );
    assert.deepEqual(
      [step.background, step.save, step.atNs, step.note, step.timeoutNs],
      [true, 'out', 60_000_000_000, 'Now.', 3_600_000_000_000],
    );
    assert.deepEqual(step.expect, {
      exit: 'any',
      stdout: { kind: 'regex', source: '^a.*b$', flags: 'ms' },
      stderr: { kind: 'text', text: '/no' },
    });
  });

  it('take a command that YAML takes for a truth value', () => {
    assert.equal(stepOf(`${HOSTS}steps: [{ on: a, run: true }]\n`, 'run').command, 'true');
    assert.equal(stepOf(`${HOSTS}steps: [{ on: a, run: false }]\n`, 'run').command, 'false');
  });

  it('keep a script whole, with the line of each of its lines', () => {
    const lines = ['- on: a', '  script: |', '    ip link', '', '    #@ 1.5', '    ip addr', '  expect: { exit: any }'];
    const text = `${HOSTS}steps:\n${lines.map((line) => `  ${line}\n`).join('')}`;
    const step = stepOf(text, 'script');
    assert.deepEqual(
      [step.text, step.textLines, step.expectExit],
      ['ip link\n\n#@ 1.5\nip addr\n', [5, 6, 7, 8], 'any'],
    );
    const block = stepOf(`${HOSTS}steps:\n  - on: a\n    run: |\n      cat <<x\n      y\n      x\n`, 'run');
    assert.deepEqual([block.line, block.commandLine], [3, 5]);
  });

  it('wait', () => {
    assert.equal(stepOf(`${HOSTS}steps: [{ wait: 1.5s }]\n`, 'wait').waitNs, 1_500_000_000);
    assert.equal(stepOf(`${HOSTS}steps: [{ wait: 0 }]\n`, 'wait').waitNs, 0);
  });

  it('count frames in every way of comparing', () => {
    const cases: readonly (readonly [string, PlanCount])[] = [
      ['5', { op: '==', value: 5 }],
      ['"7"', { op: '==', value: 7 }],
      ['">= 8"', { op: '>=', value: 8 }],
      ['">8"', { op: '>', value: 8 }],
      ['"<= 0"', { op: '<=', value: 0 }],
      ['"< 3"', { op: '<', value: 3 }],
      ['"== 0"', { op: '==', value: 0 }],
      ['"= 0"', { op: '==', value: 0 }],
      ['"!= 1"', { op: '!=', value: 1 }],
    ];
    for (const [written, count] of cases) {
      const step = stepOf(
        `${HOSTS}steps: [{ expect: { capture: a/eth0, filter: udp, count: ${written} } }]\n`,
        'expect',
      );
      assert.deepEqual(step.count, count);
    }
    const byDefault = stepOf(`${HOSTS}steps: [{ expect: { capture: "**" } }]\n`, 'expect');
    assert.deepEqual([byDefault.capture, byDefault.filter, byDefault.count], ['**', '', { op: '>=', value: 1 }]);
  });

  it('let the names of containers into filters', () => {
    assert.equal(
      stepOf(`${HOSTS}steps: [{ expect: { capture: a, filter: host c1 and udp } }]\n`, 'expect').filter,
      'host c1 and udp',
    );
  });
});

describe("the contract's example", () => {
  it('is understood apart from what is not there yet', () => {
    assert.deepEqual(mistakesOf(CONTRACT_EXAMPLE), [
      // it names a LAN that it does not define
      '15:37: unknown LAN "lan2"; did you mean "lan"?',
    ]);
  });

  it('makes a plan without that line', () => {
    const text = CONTRACT_EXAMPLE.replace('to: lan2', 'to: lan');
    const plan = planOf(text);
    assert.deepEqual(
      [plan.name, plan.hosts.length, plan.lans.length, plan.steps.length, plan.flows.length],
      ['overlay-two-nodes', 4, 2, 11, 1],
    );
    assert.deepEqual(
      plan.steps.map(({ kind }) => kind),
      [...Array<string>(7).fill('run'), 'fault', 'wait', 'expect', 'script'],
    );
    const router = hostOf(plan, 'r1');
    assert.deepEqual(
      router.interfaces.map(({ name, lan, mac: address }) => [name, lan, address]),
      [
        ['eth0', 'lan', mac('52:54:00:00:50:01')],
        ['eth1', 'far', mac('52:54:00:00:51:01')],
      ],
    );
    assert.deepEqual(
      lanOf(plan, 'lan').members.map(({ host }) => host),
      ['node1', 'node2', 'client', 'r1'],
    );
    const [flow] = plan.flows;
    assert.deepEqual(
      [flow?.from, flow?.count, flow?.intervalNs],
      [{ host: 'node1', container: 'c1' }, 1_000_000, 10_000],
    );
  });
});
