import { strict as assert } from 'node:assert';
import { recordedText } from '../recordings.ts';
import { SwarmLab } from '../swarm-lab.ts';

/** What a real engine's server has said about containers of other nodes, as dig tells it; all but the moment's. */
function recordedAnswers(text: string): Map<string, string> {
  const blocks = text.matchAll(/-n (dig .*)\n([\s\S]*?)\n\[rc=0\]/g);
  // Of networks the recorded one was the third.
  const ours = (each: string): string => each.replaceAll('10.0.2.', '10.0.1.').replaceAll('.2.0.10.', '.1.0.10.');
  return new Map([...blocks].map(([, line = '', answer = '']) => [ours(line), plain(ours(answer))]));
}

function plain(answer: string): string {
  return answer
    .replace(/id: \d+/, 'id: ID')
    .replace(/Query time: \d+/, 'Query time: 0')
    .replace(/WHEN: .*/, 'WHEN: now')
    .trim();
}

function threeNodes(seed: number): SwarmLab {
  const lab = new SwarmLab({ seed });
  lab.formSwarm();
  lab.ok(1, 'docker network create -d overlay --attachable ov1');
  for (const number of [1, 2, 3]) {
    lab.ok(number, `docker run -d --name o${number} --network ov1 busybox sleep 1000`);
    lab.wait(1);
  }
  return lab;
}

function peersOf(lab: SwarmLab, number: number): string[] {
  const format = "'{{range .Peers}}{{.IP}} {{end}}'";
  return lab.ok(number, `docker network inspect ov1 -f ${format}`).trim().split(' ');
}

describe('gossip of a swarm', () => {
  it('lets containers on three nodes find each other, and forget a node that dies until it is back', () => {
    const lab = threeNodes(1);
    const canPing = (from: number, name: string): boolean =>
      lab.sh(from, `docker exec o${from} ping -c 1 -w 2 ${name}`).exit === 0;
    for (const number of [1, 2, 3]) {
      assert.equal(peersOf(lab, number).length, 3);
      for (const other of [1, 2, 3]) assert.ok(canPing(number, `o${other}`), `${number} ${other}`);
    }
    lab.sh(3, 'ip link set eth0 down');
    lab.wait(10);
    assert.deepEqual(peersOf(lab, 1), ['192.168.50.11', '192.168.50.12']);
    assert.ok(!canPing(1, 'o3'));
    assert.ok(canPing(1, 'o2'));
    lab.sh(3, 'ip link set eth0 up; ip route add default via 192.168.50.100');
    lab.wait(40);
    for (const number of [1, 2, 3]) for (const other of [1, 2, 3]) assert.ok(canPing(number, `o${other}`));
  });

  it('answers questions about containers of other nodes as recorded, digit by digit', function () {
    const recorded = recordedAnswers(recordedText(this, 'swarm/03-overlay-traffic.txt'));
    const lab = threeNodes(4);
    // Of a server outside, which the recorded engine had, there is none here.
    const answered = [...recorded].filter(([, answer]) => !answer.includes('NXDOMAIN'));
    assert.equal(answered.length, 4);
    for (const [line, answer] of answered) assert.equal(plain(lab.inContainer(1, 'o1', line).stdout), answer, line);
    const shortId = lab.engine(2).getContainer('o2').id.slice(0, 12);
    assert.match(lab.inContainer(3, 'o3', `dig +short @127.0.0.11 ${shortId}`).stdout, /^10\.0\.1\.4\n$/);
  });

  it('forgets a node that leaves the swarm at once', () => {
    const lab = threeNodes(2);
    lab.ok(3, 'docker swarm leave');
    lab.wait(1);
    assert.deepEqual(peersOf(lab, 1), ['192.168.50.11', '192.168.50.12']);
    assert.equal(lab.engine(3).agent, null);
    assert.equal(lab.sh(3, 'docker network inspect ov1').exit, 1);
  });

  it('is none where its port is taken, without which a node is in the swarm all the same', () => {
    const lab = new SwarmLab({ seed: 3, hosts: 2 });
    lab.ok(1, 'docker swarm init --advertise-addr 192.168.50.11');
    const token = lab.ok(1, 'docker swarm join-token -q worker');
    lab.ok(2, 'nc -l -p 7946 & sleep 1');
    lab.ok(2, `docker swarm join --token ${token} 192.168.50.11:2377`);
    lab.wait(1);
    assert.equal(lab.engine(2).agent, null);
    const states = lab.engine(1).swarm.nodes.map(({ status }) => status.state);
    assert.deepEqual(states, ['ready', 'ready']);
  });
});
