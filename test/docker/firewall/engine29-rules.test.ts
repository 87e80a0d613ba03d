/**
 * The rules of an engine of version 29 from the first command to the last: what commands make of them, that nothing is
 * left, and that a real kernel into which the same lines are typed has the same.
 */
import assert from 'node:assert/strict';
import { Rng } from '../../../src/sim/rng.ts';
import { Lab } from '../lab.ts';
import { onRealLinux } from '../recordings.ts';
import { withoutTimes } from './tables-door.ts';

/** What iptables-save says on the host. */
function saved(lab: Lab): string {
  const { exit, stdout } = lab.host.admin.run(lab.host.rootNs, ['iptables-save']);
  assert.equal(exit, 0);
  return withoutTimes(stdout);
}

/** The rules of a chain. */
function rules(lab: Lab, chain: string): string[] {
  return saved(lab)
    .split('\n')
    .filter((line) => line.startsWith(`-A ${chain} `))
    .map((line) => line.slice(3));
}

const BRIDGE = 'com.docker.network.bridge.name';
const MODE = 'com.docker.network.bridge.gateway_mode_ipv4';

/** A few containers and networks of every kind, and what happens to them. */
const SESSION = [
  `network create -o ${BRIDGE}=one net1`,
  `network create -o ${BRIDGE}=two -o com.docker.network.bridge.enable_icc=false net2`,
  `network create -o ${BRIDGE}=three -o ${MODE}=routed net3`,
  `network create -o ${BRIDGE}=four -o ${MODE}=nat-unprotected -o com.docker.network.host_ipv4=192.168.50.11 net4`,
  `network create -o ${BRIDGE}=five --internal net5`,
  'run -d --name ca --network net1 -p 8080:80 -p 127.0.0.1:5353:53/udp bb sleep 1000',
  'run -d --name cb --network net2 -p 8081:80 bb sleep 1000',
  'run -d --name cc --network net3 -p 8082:80 bb sleep 1000',
  'run -d --name cd --network net4 -p 8083:80 bb sleep 1000',
  'run -d --name ce --network net5 -p 8084:80 bb sleep 1000',
  'run -d --name cf -p 80 bb sleep 1000',
  'network connect net3 ca',
  'network connect net1 cc',
  'network connect net1 cf',
  'restart -t 0 ca',
  'network disconnect net1 ca',
  'network disconnect bridge cf',
];

describe('the rules of an engine of version 29', () => {
  it('follow what is published where', () => {
    const lab = new Lab({ version: '29' });
    const fresh = saved(lab);
    for (const command of SESSION.slice(0, 11)) lab.ok(command);
    assert.deepEqual(
      rules(lab, 'DOCKER').filter((rule) => rule.includes('DNAT')),
      [
        'DOCKER -d 127.0.0.1/32 ! -i one -p udp -m udp --dport 5353 -j DNAT --to-destination 172.18.0.2:53',
        'DOCKER ! -i one -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.18.0.2:80',
        'DOCKER ! -i two -p tcp -m tcp --dport 8081 -j DNAT --to-destination 172.19.0.2:80',
        'DOCKER ! -i four -p tcp -m tcp --dport 8083 -j DNAT --to-destination 172.21.0.2:80',
        'DOCKER ! -i docker0 -p tcp -m tcp --dport 32768 -j DNAT --to-destination 172.17.0.2:80',
      ],
    );
    assert.deepEqual(
      rules(lab, 'PREROUTING').filter((rule) => rule.endsWith('DROP')),
      [
        'PREROUTING -d 172.18.0.2/32 ! -i one -j DROP',
        'PREROUTING -d 127.0.0.1/32 ! -i lo -p udp -m udp --dport 5353 -j DROP',
        'PREROUTING -d 172.19.0.2/32 ! -i two -j DROP',
        'PREROUTING -d 172.17.0.2/32 ! -i docker0 -j DROP',
      ],
    );
    assert.deepEqual(rules(lab, 'POSTROUTING'), [
      'POSTROUTING -s 172.21.0.0/16 ! -o four -j SNAT --to-source 192.168.50.11',
      'POSTROUTING -s 172.19.0.0/16 ! -o two -j MASQUERADE',
      'POSTROUTING -s 172.18.0.0/16 ! -o one -j MASQUERADE',
      'POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE',
    ]);
    assert.deepEqual(rules(lab, 'DOCKER-INTERNAL'), [
      'DOCKER-INTERNAL ! -s 172.22.0.0/16 -o five -j DROP',
      'DOCKER-INTERNAL ! -d 172.22.0.0/16 -i five -j DROP',
    ]);
    assert.equal(lab.ok("ps --format '{{.Names}} {{.Ports}}' -f name=cc"), 'cc [::]:8082->80/tcp');
    lab.ok('rm -f ca cb cc cd ce cf');
    lab.ok('network rm net1 net2 net3 net4 net5');
    assert.equal(saved(lab).replace(/\*raw[^]*?COMMIT\n/, ''), fresh);
    assert.deepEqual(rules(lab, 'PREROUTING'), ['PREROUTING -m addrtype --dst-type LOCAL -j DOCKER']);
  });

  it('open a routed network beside the one that gives the way out, and move with the way out', () => {
    const lab = new Lab({ version: '29' });
    for (const command of SESSION.slice(0, 6)) lab.ok(command);
    const open = (): string[] => rules(lab, 'DOCKER').filter((rule) => /--dport 80 -j ACCEPT/.test(rule));
    const ownOne = 'DOCKER -d 172.18.0.2/32 ! -i one -o one -p tcp -m tcp --dport 80 -j ACCEPT';
    const ownThree = 'DOCKER -d 172.20.0.2/32 ! -i three -o three -p tcp -m tcp --dport 80 -j ACCEPT';
    assert.deepEqual(open(), [ownOne]);
    lab.ok('network connect net3 ca');
    assert.deepEqual(open(), [ownThree, ownOne]);
    const ports = '{"53/udp":[{"HostIp":"127.0.0.1","HostPort":"5353"},{"HostIp":"0.0.0.0","HostPort":""}],';
    assert.ok(lab.ok("inspect -f '{{json .NetworkSettings.Ports}}' ca").startsWith(ports));
    lab.ok('network disconnect net1 ca');
    assert.deepEqual(open(), [ownThree]);
    assert.equal(rules(lab, 'DOCKER').filter((rule) => rule.includes('DNAT')).length, 0);
    lab.ok('network connect net1 ca');
    assert.equal(rules(lab, 'DOCKER').filter((rule) => rule.includes('DNAT')).length, 2);
    lab.ok('rm -f ca');
    assert.deepEqual(open(), []);
  });

  it('link containers where others may not talk, until one of them goes', () => {
    const lab = new Lab({ version: '29', isIccEnabled: false });
    lab.ok('run -d --name db --expose 5432 bb sleep 1000');
    lab.ok('run -d --name web --link db -p 80 bb sleep 1000');
    const within = '-i docker0 -o docker0 -p tcp -m tcp';
    const linked = [
      `DOCKER -s 172.17.0.3/32 -d 172.17.0.2/32 ${within} --dport 5432 -j ACCEPT`,
      `DOCKER -s 172.17.0.2/32 -d 172.17.0.3/32 ${within} --sport 5432 -j ACCEPT`,
    ];
    const links = (): string[] => rules(lab, 'DOCKER').filter((rule) => rule.includes(' -s '));
    assert.deepEqual(links(), linked);
    lab.ok('stop -t 0 web');
    assert.deepEqual(links(), []);
    lab.ok('start web');
    assert.deepEqual(links(), linked);
  });

  it('are those of a real kernel into which the engine has typed', function () {
    for (const hasUserlandProxy of [true, false]) {
      const lab = new Lab({ version: '29', hasUserlandProxy });
      for (const command of SESSION) lab.ok(command);
      const verbs = lab.host.admin.verbs.filter((line) => !line.startsWith('conntrack '));
      const prelude = 'ip link add eth0 type veth peer name wire0\n';
      const text = onRealLinux(this, `${prelude}{\n${verbs.join('\n')}\n} >/dev/null\niptables-save\n`);
      assert.equal(saved(lab), withoutTimes(text), hasUserlandProxy ? 'with the proxy' : 'without it');
    }
  });

  it('property: whatever happens, nothing is left when all has gone', () => {
    for (const seed of [1, 2, 3, 4]) {
      const lab = new Lab({ version: '29', hasUserlandProxy: seed % 2 === 0 });
      const fresh = saved(lab).replace(/\*raw[^]*?COMMIT\n/, '');
      const done = randomStory(lab, Rng.fromSeed(seed));
      for (const name of CONTAINERS) lab.docker(`rm -f ${name}`);
      for (const name of NETWORKS) lab.docker(`network rm ${name}`);
      assert.equal(saved(lab).replace(/\*raw[^]*?COMMIT\n/, ''), fresh, done.join('\n'));
      const raw = saved(lab)
        .split('\n')
        .filter((line) => line.startsWith('-A PREROUTING -d'));
      assert.deepEqual(raw, [], done.join('\n'));
    }
  });
});

const CONTAINERS = ['c1', 'c2', 'c3'];
const NETWORKS = ['n1', 'n2', 'n3'];
const OPTIONS = ['', '--internal', `-o ${MODE}=routed`, `-o ${MODE}=nat-unprotected`, `--internal -o ${MODE}=isolated`];

/** Commands of which some fail; gives them for the message of a failure. */
function randomStory(lab: Lab, rng: Rng): string[] {
  const pick = (words: readonly string[]): string => words[rng.below(words.length)]!;
  const done: string[] = [];
  for (let i = 0; i < 40; i++) {
    const [container, network] = [pick(CONTAINERS), pick(NETWORKS)];
    const publish = pick(['', '-p 8080:80', '-p 80/udp', '-p 127.0.0.1:81:81', '-P --expose 9']);
    const command = pick([
      `network create ${pick(OPTIONS)} ${network}`,
      `network rm ${network}`,
      `run -d --name ${container} --network ${pick([...NETWORKS, 'bridge'])} ${publish} bb sleep 1000`,
      `rm -f ${container}`,
      `network connect ${network} ${container}`,
      `network disconnect ${pick([...NETWORKS, 'bridge'])} ${container}`,
      `${pick(['stop -t 0', 'start', 'restart -t 0'])} ${container}`,
    ]);
    done.push(command);
    lab.docker(command.replaceAll(/ +/g, ' '));
  }
  return done;
}
