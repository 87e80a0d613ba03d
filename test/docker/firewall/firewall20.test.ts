/** The lines are those that the log of a real daemon 20.10 shows, `--wait` and all. */
import assert from 'node:assert/strict';
import { ip4, parseCidr } from '../../../src/base/addr.ts';
import { DaemonError } from '../../../src/docker/errors.ts';
import { Firewall20 } from '../../../src/docker/firewall/firewall20.ts';
import type { FirewalledNetwork } from '../../../src/docker/firewall/firewall.ts';
import { TablesDoor } from './tables-door.ts';

const NETWORK: FirewalledNetwork = {
  bridge: 'br0',
  subnet: parseCidr('172.18.0.0/16')!,
  isIccEnabled: true,
  isInternal: false,
  isMasqueraded: true,
  gatewayMode: 'nat',
  hostIp: null,
  trustedHostInterfaces: [],
};

/** What is typed behind `iptables --wait`. */
function typed(door: TablesDoor): string[] {
  return door.take().map((line) => line.replace('iptables --wait ', ''));
}

describe('the firewall of 20.10', () => {
  let door: TablesDoor;
  let firewall: Firewall20;

  beforeEach(() => {
    door = new TablesDoor();
    firewall = new Firewall20(door);
    firewall.setUp({ hasUserlandProxy: true });
  });

  it('takes away what an earlier daemon has left, and makes its chains', () => {
    assert.deepEqual(typed(door), [
      '-t filter -C FORWARD -j DOCKER-ISOLATION',
      '-t nat -D PREROUTING -m addrtype --dst-type LOCAL -j DOCKER',
      '-t nat -D OUTPUT -m addrtype --dst-type LOCAL ! --dst 127.0.0.0/8 -j DOCKER',
      '-t nat -D OUTPUT -m addrtype --dst-type LOCAL -j DOCKER',
      '-t nat -D PREROUTING',
      '-t nat -D OUTPUT',
      ...['nat DOCKER', 'filter DOCKER', 'filter DOCKER-ISOLATION-STAGE-1', 'filter DOCKER-ISOLATION-STAGE-2']
        .concat('filter DOCKER-ISOLATION')
        .flatMap((chain) => [chain.replace(' ', ' -F '), chain.replace(' ', ' -X ')].map((words) => `-t ${words}`)),
      ...['nat DOCKER', 'filter DOCKER', 'filter DOCKER-ISOLATION-STAGE-1', 'filter DOCKER-ISOLATION-STAGE-2'].flatMap(
        (chain) => [`-t ${chain.replace(' ', ' -n -L ')}`, `-t ${chain.replace(' ', ' -N ')}`],
      ),
      '-t filter -C DOCKER-ISOLATION-STAGE-1 -j RETURN',
      '-A DOCKER-ISOLATION-STAGE-1 -j RETURN',
      '-t filter -C DOCKER-ISOLATION-STAGE-2 -j RETURN',
      '-A DOCKER-ISOLATION-STAGE-2 -j RETURN',
    ]);
  });

  it('starts again from what an earlier daemon has left, and leaves the rules of users', () => {
    firewall.dropForwarded();
    firewall.addNetwork(NETWORK);
    firewall.isolateNetwork(NETWORK);
    firewall.arrangeUserRules();
    door.type('iptables -I DOCKER-USER -s 10.0.0.0/8 -j DROP');
    const before = door.save();
    const next = new Firewall20(door);
    next.setUp({ hasUserlandProxy: true });
    next.addNetwork(NETWORK);
    next.isolateNetwork(NETWORK);
    next.arrangeUserRules();
    assert.equal(door.save(), before);
  });

  it('programs a network in the order of a real daemon', () => {
    door.take();
    firewall.addNetwork(NETWORK);
    assert.deepEqual(typed(door), [
      '-t nat -C POSTROUTING -s 172.18.0.0/16 ! -o br0 -j MASQUERADE',
      '-t nat -I POSTROUTING -s 172.18.0.0/16 ! -o br0 -j MASQUERADE',
      '-t nat -C DOCKER -i br0 -j RETURN',
      '-t nat -I DOCKER -i br0 -j RETURN',
      '-D FORWARD -i br0 -o br0 -j DROP',
      '-t filter -C FORWARD -i br0 -o br0 -j ACCEPT',
      '-I FORWARD -i br0 -o br0 -j ACCEPT',
      '-t filter -C FORWARD -i br0 ! -o br0 -j ACCEPT',
      '-I FORWARD -i br0 ! -o br0 -j ACCEPT',
      '-t nat -C PREROUTING -m addrtype --dst-type LOCAL -j DOCKER',
      '-t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER',
      '-t nat -C OUTPUT -m addrtype --dst-type LOCAL -j DOCKER ! --dst 127.0.0.0/8',
      '-t nat -A OUTPUT -m addrtype --dst-type LOCAL -j DOCKER ! --dst 127.0.0.0/8',
      '-t filter -C FORWARD -o br0 -j DOCKER',
      '-I FORWARD -o br0 -j DOCKER',
      '-t filter -C FORWARD -o br0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      '-I FORWARD -o br0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      '-t filter -C FORWARD -j DOCKER-ISOLATION-STAGE-1',
      '-I FORWARD -j DOCKER-ISOLATION-STAGE-1',
    ]);
    firewall.removeNetwork(NETWORK);
    assert.deepEqual(typed(door).slice(-6), [
      '-t filter -C FORWARD -o br0 -j DOCKER',
      '-t filter -C FORWARD -o br0 -j DOCKER',
      '-D FORWARD -o br0 -j DOCKER',
      '-t filter -C FORWARD -o br0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      '-t filter -C FORWARD -o br0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      '-D FORWARD -o br0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    ]);
  });

  it('has nothing left of an internal network and of one whose containers do not talk', () => {
    const fresh = door.save();
    for (const options of [{ isInternal: true }, { isIccEnabled: false }, { isInternal: true, isIccEnabled: false }]) {
      const network = { ...NETWORK, ...options };
      firewall.addNetwork(network);
      assert.match(door.save(), / -j DROP$/m);
      firewall.removeNetwork(network);
    }
    const left = door.save().replaceAll(/^-A (?:PREROUTING|OUTPUT|FORWARD -j DOCKER-ISOLATION-STAGE-1).*\n/gm, '');
    assert.equal(left, fresh);
  });

  it('publishes and links, and takes both back', () => {
    const port = { bridge: 'br0', gatewayMode: 'nat', protocol: 'udp', hostIp: 0, hostPort: 53 } as const;
    const link = { bridge: 'br0', parentIp: ip4('172.18.0.3'), childIp: ip4('172.18.0.2') };
    const ports = [{ port: 53, protocol: 'udp' }];
    const fresh = door.save();
    firewall.publishPort({ ...port, containerIp: ip4('172.18.0.2'), containerPort: 5353 });
    firewall.linkContainers({ ...link, ports });
    assert.equal(door.save().match(/^-A .*(?:172\.18\.0\.[23])/gm)?.length, 5);
    firewall.unlinkContainers({ ...link, ports });
    firewall.unpublishPort({ ...port, containerIp: ip4('172.18.0.2'), containerPort: 5353 });
    assert.equal(door.save(), fresh);
    door.take();
    firewall.forgetConnections(ip4('172.18.0.2'));
    assert.deepEqual(door.take(), ['conntrack -D --reply-src 172.18.0.2', 'conntrack -D --reply-dst 172.18.0.2']);
  });

  it('says what is missing when somebody has taken its chains away', () => {
    door.type('iptables -t nat -F');
    door.type('iptables -t nat -X');
    const gone = 'iptables: No chain/target/match by that name.\n (exit status 1))';
    const port = {
      bridge: 'br0',
      gatewayMode: 'nat',
      protocol: 'tcp',
      hostIp: 0,
      hostPort: 80,
      containerPort: 80,
    } as const;
    assert.throws(
      () => {
        firewall.publishPort({ ...port, containerIp: ip4('172.18.0.2') });
      },
      new DaemonError(
        ' (iptables failed: iptables --wait -t nat -A DOCKER -p tcp -d 0/0 --dport 80 -j DNAT ' +
          `--to-destination 172.18.0.2:80 ! -i br0: ${gone}`,
      ),
    );
    assert.throws(
      () => {
        firewall.addNetwork(NETWORK);
      },
      new DaemonError(
        'Failed to Setup IP tables: Unable to enable SKIP DNAT rule:  ' +
          `(iptables failed: iptables --wait -t nat -I DOCKER -i br0 -j RETURN: ${gone}`,
      ),
    );
  });
});
