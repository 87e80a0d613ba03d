import { strict as assert } from 'node:assert';
import { ip4 } from '../../../src/base/addr.ts';
import { startAgent } from '../../../src/docker/agent/start-agent.ts';
import { Rng } from '../../../src/sim/rng.ts';
import type { ClusterKey } from '../../../src/docker/swarm/cluster.ts';
import { FakeSwarm } from '../fake-swarm.ts';
import { SwarmLab } from '../swarm-lab.ts';

const MANAGER = ip4('192.168.50.11');

function keys(first: number): ClusterKey[] {
  const rng = Rng.fromSeed(first);
  return [first, first + 1, first + 2].map((lamportTime) => {
    return { subsystem: 'networking:gossip', key: rng.bytes(16), lamportTime };
  });
}

/** Starts the agent of a host, which joins the first one's. */
function start(lab: SwarmLab, number: number, ring = keys(1)): void {
  const address = MANAGER + number - 1;
  const addresses = { bindAddress: 0, advertiseAddress: address, dataPathAddress: address };
  const remotes = number === 1 ? [] : [MANAGER];
  startAgent(lab.engine(number), { hostName: `h${number}`, ...addresses, keys: ring, remotes });
}

/** Three hosts that gossip on their own sockets, with a network and a container each. */
function threeHosts(seed: number): { lab: SwarmLab; swarm: FakeSwarm } {
  const lab = new SwarmLab({ seed });
  const swarm = new FakeSwarm();
  for (const number of [1, 2, 3]) {
    start(lab, number);
    lab.wait(1);
    swarm.joinWithAgent(lab.engine(number), number === 1);
    lab.wait(1);
  }
  lab.ok(1, 'docker network create -d overlay --attachable ov1');
  for (const number of [1, 2, 3]) {
    const alias = number === 2 ? '--network-alias other' : '';
    lab.ok(number, `docker run -d --name o${number} --network ov1 ${alias} busybox sleep 1000`);
    lab.wait(1);
  }
  return { lab, swarm };
}

function peersOf(lab: SwarmLab, number: number, network = 'ov1'): string[] {
  const { id } = lab.engine(number).getNetwork(network);
  return lab
    .engine(number)
    .agent!.peers(id)
    .map(({ ip }) => ip);
}

const canPing = (lab: SwarmLab, from: number, name: string): boolean =>
  lab.sh(from, `docker exec o${from} ping -c 1 -w 2 ${name}`).exit === 0;

describe('startAgent', () => {
  it('lets containers of three hosts find each other by name and address', () => {
    const { lab } = threeHosts(1);
    const all = ['192.168.50.11', '192.168.50.12', '192.168.50.13'];
    for (const number of [1, 2, 3]) assert.deepEqual(new Set(peersOf(lab, number)), new Set(all));
    assert.deepEqual(peersOf(lab, 1), all);
    for (const number of [1, 2, 3]) {
      for (const name of ['o1', 'o2', 'o3', 'other', 'o3.ov1'])
        assert.ok(canPing(lab, number, name), `${number} ${name}`);
    }
    const other = lab.ok(1, 'docker exec o1 nslookup other 127.0.0.11');
    assert.match(other, /Name:\s+other\nAddress:\s+10\.0\.1\.\d+/);
  });

  it('lets a dead host go on schedule, and takes it in when it is back', () => {
    const { lab } = threeHosts(2);
    lab.sh(3, 'ip link set eth0 down');
    const diedNs = lab.nowNs;
    while (peersOf(lab, 1).length === 3) lab.wait(0.1);
    const seconds = (lab.nowNs - diedNs) / 1e9;
    // Chosen within two seconds, one for the probe, four as a suspect; recorded was 5.4.
    assert.ok(seconds > 4.5 && seconds < 8, `${seconds}`);
    lab.wait(2);
    assert.equal(lab.sh(2, 'docker exec o2 nslookup o3 127.0.0.11').exit, 1);
    assert.deepEqual(peersOf(lab, 2), ['192.168.50.11', '192.168.50.12']);
    lab.sh(3, 'ip link set eth0 up; ip route add default via 192.168.50.100');
    lab.wait(40);
    for (const number of [1, 2, 3]) {
      assert.equal(peersOf(lab, number).length, 3, `${number}`);
      for (const name of ['o1', 'o2', 'o3']) assert.ok(canPing(lab, number, name), `${number} ${name}`);
    }
  });

  it('says goodbye: names and peers go at once', () => {
    const { lab } = threeHosts(3);
    const agent = lab.engine(3).agent!;
    let isGone = false;
    agent.leave(() => {
      isGone = true;
    });
    assert.equal(lab.engine(3).agent, null);
    lab.wait(3);
    assert.ok(isGone);
    assert.deepEqual(peersOf(lab, 1), ['192.168.50.11', '192.168.50.12']);
    assert.equal(lab.sh(1, 'docker exec o1 nslookup o3 127.0.0.11').exit, 1);
    // The port is free again.
    start(lab, 3);
    lab.wait(2);
    assert.equal(lab.engine(1).agent!.peers(lab.engine(1).getNetwork('ingress').id).length, 2);
  });

  it('keeps to its keys: others are not heard, and keys turn without a loss', () => {
    const lab = new SwarmLab({ seed: 4 });
    start(lab, 1);
    start(lab, 2);
    start(lab, 3, keys(50));
    lab.wait(3);
    const names = (): number => lab.engine(1).agent!.peers('net').length;
    for (const number of [1, 2, 3]) lab.engine(number).agent!.joinNetwork('net');
    lab.wait(3);
    assert.equal(names(), 2);
    const turned = [...keys(1).slice(1), keys(60)[0]!];
    for (const number of [1, 2]) {
      lab.engine(number).agent!.setKeys(turned);
      lab.engine(number).agent!.createEntry('t', 'net', `k${number}`, new Uint8Array([number]));
      lab.wait(3);
    }
    const heard: string[] = [];
    lab.engine(1).agent!.watch('t', 'net', ({ key }) => heard.push(key));
    assert.deepEqual(heard, ['k1', 'k2']);
    assert.equal(names(), 2);
  });
});
