import assert from 'node:assert/strict';
import { SwarmLab } from '../swarm-lab.ts';

const DENIED =
  "Error response from daemon: This node is not a swarm manager. Worker nodes can't be used to view or modify " +
  'cluster state. Please run this command on a manager node or promote the current node to a manager.\n';

/** The nodes by the number of their host: state and where they are. */
function statesOf(lab: SwarmLab): string[] {
  return lab.engine(1).swarm.nodes.map(({ description, status }) => `${description?.hostname} ${status.state}`);
}

function begin(hosts = 3): { lab: SwarmLab; token: string } {
  const lab = new SwarmLab({ hosts });
  lab.ok(1, 'docker swarm init --advertise-addr 192.168.50.11');
  return { lab, token: lab.ok(1, 'docker swarm join-token -q worker') };
}

describe('docker/swarm/join-swarm', () => {
  it('makes workers of nodes with a token, which have the ingress network and may do nothing else', () => {
    const { lab, token } = begin();
    for (const number of [2, 3]) {
      const answer = lab.ok(number, `docker swarm join --token ${token} 192.168.50.11:2377`);
      assert.equal(answer, 'This node joined a swarm as a worker.');
    }
    assert.deepEqual(statesOf(lab), ['h1 ready', 'h2 ready', 'h3 ready']);
    const nodes = lab.engine(1).swarm.nodes;
    assert.equal(nodes[1]!.versionIndex, 15);
    assert.equal(nodes[1]!.status.addr, '192.168.50.12');
    // It comes when the nodes' gossip has heard of this one.
    lab.wait(1);
    assert.equal(lab.ok(2, `docker network ls -f name=ingress --format '{{.Name}} {{.Driver}}'`), 'ingress overlay');
    assert.equal(lab.sh(2, 'docker swarm join-token worker').stderr, DENIED);
    assert.equal(lab.sh(2, 'docker swarm ca').stderr, DENIED);
    const again = lab.sh(2, `docker swarm join --token ${token} 192.168.50.11:2377`);
    assert.match(again.stderr, /This node is already part of a swarm/);
  });

  it('finds a node down that has left, and lets it in again as another', () => {
    const { lab, token } = begin();
    lab.ok(2, `docker swarm join --token ${token} 192.168.50.11`);
    const first = lab.engine(2).swarm.nodeId;
    lab.wait(7);
    assert.equal(lab.ok(2, 'docker swarm leave'), 'Node left the swarm.');
    assert.equal(lab.ok(2, `docker network ls -q -f name=ingress`), '');
    lab.wait(9);
    assert.deepEqual(statesOf(lab), ['h1 ready', 'h2 ready']);
    lab.wait(8);
    assert.deepEqual(statesOf(lab), ['h1 ready', 'h2 down']);
    lab.ok(2, `docker swarm join --token ${token} 192.168.50.11`);
    assert.notEqual(lab.engine(2).swarm.nodeId, first);
    assert.deepEqual(statesOf(lab), ['h1 ready', 'h2 down', 'h2 ready']);
  });

  it('finds a node down whose packets do not come, and ready again when they do', () => {
    const { lab, token } = begin();
    lab.ok(2, `docker swarm join --token ${token} 192.168.50.11`);
    lab.ok(1, 'iptables -A INPUT -p tcp --dport 2377 -j DROP');
    lab.wait(30);
    assert.deepEqual(statesOf(lab), ['h1 ready', 'h2 down']);
    lab.ok(1, 'iptables -F INPUT');
    lab.wait(40);
    assert.deepEqual(statesOf(lab), ['h1 ready', 'h2 ready']);
  });

  it('finds a machine down that has lost its power, which says nothing any more', () => {
    const { lab, token } = begin(2);
    lab.ok(2, `docker swarm join --token ${token} 192.168.50.11`);
    lab.wait(7);
    lab.engine(2).swarm.powerOff();
    lab.wait(20);
    assert.deepEqual(statesOf(lab), ['h1 ready', 'h2 down']);
  });

  it('refuses what a real engine refuses, as late as it does', () => {
    const { lab, token } = begin();
    const [, , digest, secret] = token.split('-') as [string, string, string, string];
    const other = (digit: string): string => (digit === 'a' ? 'b' : 'a');
    const join = (asked: string, remote = '192.168.50.11:2377'): string => {
      const startNs = lab.nowNs;
      const { exit, stdout, stderr } = lab.sh(2, `docker swarm join --token ${asked} ${remote}`);
      assert.equal(`${exit} ${stdout}`, '1 ');
      assert.equal(Math.round((lab.nowNs - startNs) / 1e9), 10);
      assert.equal(lab.engine(2).swarm.localState, 'inactive');
      return stderr.replace('Error response from daemon: ', '').trim();
    };
    const wrongSecret = `SWMTKN-1-${digest}-${secret.slice(0, 24)}${other(secret[24]!)}`;
    const invalid = 'rpc error: code = InvalidArgument desc = A valid join token is necessary to join this cluster';
    assert.equal(join(wrongSecret), invalid);
    const wrongDigest = `SWMTKN-1-${digest.slice(0, 49)}${other(digest[49]!)}-${secret}`;
    assert.match(join(wrongDigest), /^remote CA does not match fingerprint. Expected: [0-9a-f]{64}$/);
    assert.equal(
      join(token, '192.168.50.11:2378'),
      'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing ' +
        'dial tcp 192.168.50.11:2378: connect: connection refused"',
    );
  });

  it('goes on in the background when a manager does not answer', () => {
    const { lab, token } = begin();
    const startNs = lab.nowNs;
    const { stderr } = lab.sh(2, `docker swarm join --token ${token} 192.168.50.99:2377`);
    assert.match(stderr, /^Error response from daemon: Timeout was reached before node joined\./);
    assert.equal(((lab.nowNs - startNs) / 1e9).toFixed(3), '20.000');
    assert.equal(lab.engine(2).swarm.localState, 'pending');
    lab.ok(2, 'docker swarm leave');
    lab.ok(2, `docker swarm join --token ${token} 192.168.50.11`);
  });

  it('knows names only from the file of hosts', () => {
    const { lab, token } = begin();
    lab.ok(2, 'echo 192.168.50.11 boss >> /etc/hosts');
    const { stderr } = lab.sh(2, `docker swarm join --token ${token} nosuchhost:2377`);
    assert.equal(
      stderr,
      'Error response from daemon: could not find local IP address: dial udp: lookup nosuchhost: no such host\n',
    );
    lab.ok(2, `docker swarm join --token ${token} boss`);
  });
});
