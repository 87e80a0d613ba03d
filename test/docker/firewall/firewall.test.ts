/** What the engine makes of its firewall is what a real engine had made of it: `single` and `noproxy`. */
import assert from 'node:assert/strict';
import { Firewall20 } from '../../../src/docker/firewall/firewall20.ts';
import { Lab } from '../lab.ts';
import { recordedText } from '../recordings.ts';
import { TablesDoor, withoutTimes } from './tables-door.ts';

/** The commands of the recorded session between its dumps of the rules. */
const SESSION: [dump: string, commands: string[]][] = [
  ['single/01-fresh.iptables', []],
  ['single/02-publish-8585.iptables', ['run -d --name web -p 8585:80 bb httpd -f -h /www']],
  [
    'single/02b-publish-more.iptables',
    [
      'run -d --name dns -p 5353:53/udp bb sleep 100000',
      'run -d --name many -p 127.0.0.1:9000:9000 -p 7000-7002:7000-7002 -P --expose 1234 bb sleep 100000',
    ],
  ],
  ['single/03-net1.iptables', ['rm -f many', 'network create net1']],
  ['single/03-net1-net2-internal.iptables', ['network create net2', 'network create --internal int1']],
  [
    'single/03-all-networks.iptables',
    [
      'network create --subnet 10.99.0.0/24 --gateway 10.99.0.254 --ip-range 10.99.0.128/25 net3',
      'network create -o com.docker.network.bridge.name=mybr0 -o com.docker.network.bridge.enable_icc=false noicc',
      'network create -o com.docker.network.bridge.enable_ip_masquerade=false nomasq',
    ],
  ],
  [
    'single/04-web-two-nets.iptables',
    [
      'network rm noicc nomasq',
      'run -d --name ca --network net1 bb sleep 100000',
      'run -d --name cb --network net1 bb sleep 100000',
      'run -d --name cz --network net1 bb sleep 100000',
      'run -d --name cy --network net1 bb sleep 100000',
      'network connect net1 web',
    ],
  ],
  ['single/04-web-disconnected-bridge.iptables', ['network disconnect bridge web']],
];

function labBehind(door: TablesDoor, hasUserlandProxy = true): Lab {
  return new Lab({ firewall: () => new Firewall20(door), hasUserlandProxy });
}

describe('the firewall that the engine calls', () => {
  it('has the rules of every step of the recorded session, in their order', function () {
    const door = new TablesDoor();
    const lab = labBehind(door);
    for (const [file, commands] of SESSION) {
      for (const command of commands) lab.ok(command);
      assert.equal(door.save(), withoutTimes(recordedText(this, file)), file);
    }
  });

  it('has nothing left of what was published and made, once it is gone', () => {
    const door = new TablesDoor();
    const lab = labBehind(door);
    const fresh = door.save();
    for (const [, commands] of SESSION) for (const command of commands) lab.ok(command);
    assert.ok(door.save().length > fresh.length);
    lab.ok('rm -f web dns ca cb cz cy');
    lab.ok('network rm net1 net2 int1 net3');
    assert.equal(door.save(), fresh);
  });

  it('lets linked containers talk where others may not, until the one that asked for it goes', () => {
    const lab = new Lab({ isIccEnabled: false });
    const rules = (): string[] =>
      lab.typed('iptables-save').stdout.match(/^-A (?:DOCKER|FORWARD) .*docker0 .*/gm) ?? [];
    assert.ok(rules().includes('-A FORWARD -i docker0 -o docker0 -j DROP'));
    lab.ok('run -d --name db --expose 53/udp -p 8001:80 bb sleep 9999');
    lab.ok('run -d --name web --link db:d bb sleep 9999');
    const linked = [
      '-A DOCKER -s 172.17.0.3/32 -d 172.17.0.2/32 -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT',
      '-A DOCKER -s 172.17.0.2/32 -d 172.17.0.3/32 -i docker0 -o docker0 -p tcp -m tcp --sport 80 -j ACCEPT',
      '-A DOCKER -s 172.17.0.3/32 -d 172.17.0.2/32 -i docker0 -o docker0 -p udp -m udp --dport 53 -j ACCEPT',
      '-A DOCKER -s 172.17.0.2/32 -d 172.17.0.3/32 -i docker0 -o docker0 -p udp -m udp --sport 53 -j ACCEPT',
    ];
    const links = (): string[] => rules().filter((rule) => /\/32 -i docker0 -o docker0 -p/.test(rule));
    assert.deepEqual(links(), linked);
    lab.ok('stop -t 0 web');
    assert.deepEqual(links(), []);
    lab.ok('start web');
    assert.deepEqual(links(), linked);
    // Of the other one's first endpoint nothing is left to be taken back.
    lab.ok('restart -t 0 db');
    lab.ok('rm -f web');
    assert.deepEqual(links(), linked);
  });

  it('publishes SCTP, whose checksums are filled in', () => {
    const lab = new Lab();
    lab.ok('run -d --name sig -p 2905:3905/sctp bb sleep 9999');
    const rules = lab.typed('iptables-save').stdout.match(/^-A .* sctp .*/gm);
    assert.deepEqual(rules, [
      '-A POSTROUTING -p sctp -m sctp --sport 3905 -j CHECKSUM --checksum-fill',
      '-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p sctp -m sctp --dport 3905 -j ACCEPT',
      '-A POSTROUTING -s 172.17.0.2/32 -d 172.17.0.2/32 -p sctp -m sctp --dport 3905 -j MASQUERADE',
      '-A DOCKER ! -i docker0 -p sctp -m sctp --dport 2905 -j DNAT --to-destination 172.17.0.2:3905',
    ]);
    lab.ok('rm -f sig');
    assert.doesNotMatch(lab.typed('iptables-save').stdout, /sctp/);
  });

  it('leaves the bridge of a network that it could not protect, and gives a port back', () => {
    const lab = new Lab();
    lab.typed('iptables -t nat -F');
    lab.typed('iptables -t nat -X');
    const made = lab.docker('network create net1');
    assert.match(
      made.stderr,
      /^Error response from daemon: Failed to Setup IP tables: Unable to enable SKIP DNAT rule: /,
    );
    assert.equal(lab.ok('network ls -q --filter name=net1'), '');
    assert.equal(lab.host.rootNs.devices.filter((dev) => dev?.name.startsWith('br-') === true).length, 1);
    for (let tries = 0; tries < 2; tries++) {
      const { stderr } = lab.docker('run -d --rm -p 8585:80 bb sleep 9');
      assert.match(stderr, /iptables --wait -t nat -A DOCKER -p tcp .*No chain\/target\/match by that name\.\n/s);
    }
  });

  it('brings loopback addresses and hairpins to containers where there is no proxy, as recorded', function () {
    const door = new TablesDoor();
    const lab = labBehind(door, false);
    assert.equal(door.save(), withoutTimes(recordedText(this, 'noproxy/01-start.iptables')));
    lab.ok('run -d --name web -p 8585:80 bb httpd -f -h /www');
    lab.ok('run -d --name c2 bb sleep 10000');
    lab.ok('network create net1');
    lab.ok('run -d --name c3 --network net1 bb sleep 10000');
    assert.equal(door.save(), withoutTimes(recordedText(this, 'noproxy/02-after-publish.iptables')));
  });
});
