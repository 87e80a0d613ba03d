import assert from 'node:assert/strict';
import { DaemonError } from '../../src/docker/errors.ts';
import { parseReference } from '../../src/docker/images.ts';
import { Lab } from './lab.ts';

/** What changes something of what the log of a real daemon shows when it starts, behind `iptables --wait`. */
const RULE_LINES = [
  '-t nat -N DOCKER',
  '-t filter -N DOCKER',
  '-t filter -N DOCKER-ISOLATION-STAGE-1',
  '-t filter -N DOCKER-ISOLATION-STAGE-2',
  '-A DOCKER-ISOLATION-STAGE-1 -j RETURN',
  '-A DOCKER-ISOLATION-STAGE-2 -j RETURN',
  '-t filter -P FORWARD DROP',
  '-t filter -N DOCKER-USER',
  '-A DOCKER-USER -j RETURN',
  '-I FORWARD -j DOCKER-USER',
  '-D FORWARD -j DOCKER-USER',
  '-I FORWARD -j DOCKER-USER',
  '-t nat -I POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE',
  '-t nat -I DOCKER -i docker0 -j RETURN',
  '-I FORWARD -i docker0 -o docker0 -j ACCEPT',
  '-I FORWARD -i docker0 ! -o docker0 -j ACCEPT',
  '-t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER',
  '-t nat -A OUTPUT -m addrtype --dst-type LOCAL -j DOCKER ! --dst 127.0.0.0/8',
  '-I FORWARD -o docker0 -j DOCKER',
  '-I FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  '-I FORWARD -j DOCKER-ISOLATION-STAGE-1',
  '-t filter -I DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2',
  '-t filter -I DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP',
  '-D FORWARD -j DOCKER-USER',
  '-I FORWARD -j DOCKER-USER',
];

describe('an engine', () => {
  it('starts with none, host and bridge, and with docker0 up and without a carrier', () => {
    const lab = new Lab();
    const networks = [...lab.engine.networks.values()].map((each) => `${each.name} ${each.driver} ${each.scope}`);
    assert.deepEqual(networks, ['none null local', 'host host local', 'bridge bridge local']);
    const docker0 = lab.host.rootNs.deviceByName('docker0')!;
    assert.deepEqual([docker0.isUp, docker0.hasCarrier, docker0.mtu], [true, false, 1500]);
    lab.ok('run -itd --name c1 busybox');
    assert.equal(docker0.hasCarrier, true);
    lab.ok('rm -f c1');
    assert.equal(docker0.hasCarrier, false);
  });

  it('programs its host with these lines when it starts', () => {
    const verbs = new Lab().host.admin.verbs.map((line) => line.replace(/02:42(:[0-9a-f]{2}){4}/, 'MAC'));
    const ofRules = /^iptables --wait /;
    assert.deepEqual(
      verbs.filter((line) => ofRules.test(line)).map((line) => line.replace(ofRules, '')),
      RULE_LINES,
    );
    assert.deepEqual(verbs.filter((line) => !ofRules.test(line)).slice(-6), [
      'sysctl -w net.ipv4.ip_forward=1',
      'ip link add name docker0 txqueuelen 0 type bridge',
      'ip link set docker0 address MAC',
      'sysctl -w net.ipv6.conf.docker0.accept_ra=0',
      'ip addr add 172.17.0.1/16 brd 172.17.255.255 dev docker0',
      'ip link set docker0 up',
    ]);
  });

  it("takes another subnet when the host's own network or name server is in the first", () => {
    const subnet = '{{json .IPAM.Config}}';
    const onHost = new Lab({ address: '172.17.9.9/24' });
    assert.equal(onHost.ok(`network inspect -f '${subnet}' bridge`), '[{"Subnet":"172.18.0.0/16"}]');
    assert.equal(onHost.ok('run --rm busybox cat /etc/hosts').split('\n')[6]!.split('\t')[0], '172.18.0.2');
    const server = new Lab({ resolvConf: 'nameserver 172.17.0.53\nnameserver 172.18.0.53\n' });
    assert.equal(server.ok(`network inspect -f '${subnet}' bridge`), '[{"Subnet":"172.19.0.0/16"}]');
  });

  it('finds networks and containers by id, name, and the beginning of an id', () => {
    const { engine } = new Lab();
    const bridge = engine.getNetwork('bridge');
    assert.equal(engine.findNetwork(bridge.id), bridge);
    assert.equal(engine.findNetwork(bridge.id.slice(0, 6)), bridge);
    assert.equal(engine.findNetwork(''), undefined);
    assert.throws(() => engine.getNetwork('nosuch'), new DaemonError('network nosuch not found', true));
  });

  it('says whether a container does not exist or several are meant', () => {
    const lab = new Lab();
    const ids = Array.from({ length: 17 }, () => lab.ok('run -d busybox'));
    assert.equal(lab.engine.getContainer(ids[3]!.slice(0, 12)).id, ids[3]);
    assert.equal(lab.engine.getContainer(`/${lab.engine.getContainer(ids[3]!).name}`).id, ids[3]);
    // Of 17 ids two begin with the same digit.
    const digit = '0123456789abcdef'.split('').find((each) => ids.filter((full) => full.startsWith(each)).length > 1)!;
    const several = new DaemonError(`Multiple IDs found with provided prefix: ${digit}`);
    assert.throws(() => lab.engine.getContainer(digit), several);
    assert.throws(() => lab.engine.getContainer('zz'), new DaemonError('No such container: zz', true));
    assert.throws(() => lab.engine.getContainer(''), new DaemonError('invalid name or ID supplied: ""'));
  });

  it('cannot pull: it asks a name server that knows no registry, or is denied', () => {
    const pull = (lab: Lab, image: string): void => {
      const reference = parseReference(image);
      assert.ok(typeof reference !== 'string');
      lab.engine.pullImage(reference);
    };
    const cause = "repository does not exist or may require 'docker login'";
    const denied = `pull access denied for nosuch, ${cause}: denied: requested access to the resource is denied`;
    assert.throws(() => {
      pull(new Lab(), 'nosuch');
    }, new DaemonError(denied));
    const lookup = 'Get "https://quay.io/v2/": dial tcp: lookup quay.io on 10.0.0.1:53: no such host';
    assert.throws(() => {
      pull(new Lab({ resolvConf: 'nameserver 10.0.0.1\n' }), 'quay.io/team/shop');
    }, new DaemonError(lookup));
  });

  it('gives the same ids, names and addresses for the same seed, and others for another', () => {
    const story = (seed: number): string => {
      const lab = new Lab({ seed });
      lab.ok('run -itd busybox');
      return `${lab.ok('ps -a --no-trunc')}\n${lab.host.admin.verbs.join('\n')}`;
    };
    assert.equal(story(5), story(5));
    assert.notEqual(story(5), story(6));
  });
});
