import assert from 'node:assert/strict';
import type { Manager } from '../../../src/docker/swarm/manager/manager.ts';
import { Rng } from '../../../src/sim/rng.ts';
import { SwarmLab } from '../swarm-lab.ts';

const STORIES = 2 * Number(process.env['DOCKWIRE_EFFORT'] ?? 1);
const STORY_COMMANDS = 10;
const NO_LEADER =
  "Error response from daemon: rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that " +
  'too few managers are online. Make sure more than half of the managers are online.\n';

/** An order. */
function byText(left = '', right = ''): number {
  return left < right ? -1 : 1;
}

/** What a manager's store says. */
function storeOf(lab: SwarmLab, number: number): string {
  const swarm = lab.engine(number).swarm as unknown as { readonly runner: { readonly manager: Manager } };
  return JSON.stringify(swarm.runner.manager.context.store.snapshot());
}

/** `h1 Ready Leader` and so on, as a manager lists them. */
function listed(lab: SwarmLab, number: number): readonly string[] {
  return lab.ok(number, 'docker node ls --format "{{.Hostname}} {{.Status}} {{.ManagerStatus}}"').split('\n');
}

/** A cable that is cut or mended, or something that an operator wants. */
function randomCommand(rng: Rng, number: number): string {
  const kind = rng.below(6);
  if (kind < 2) return 'ip link set eth0 down';
  if (kind === 2) return 'ip link set eth0 up';
  if (kind === 3) return `docker network create -d overlay n${number}`;
  return `docker node ${kind === 4 ? 'demote' : 'promote'} h${1 + rng.below(3)}`;
}

function threeManagers(seed = 1): SwarmLab {
  const lab = new SwarmLab({ seed });
  lab.ok(1, 'docker swarm init --advertise-addr 192.168.50.11');
  const manager = lab.ok(1, 'docker swarm join-token -q manager');
  const worker = lab.ok(1, 'docker swarm join-token -q worker');
  lab.wait(2);
  assert.equal(
    lab.ok(2, `docker swarm join --token ${manager} 192.168.50.11:2377`),
    'This node joined a swarm as a manager.',
  );
  lab.ok(3, `docker swarm join --token ${worker} 192.168.50.11:2377`);
  lab.wait(2);
  lab.ok(1, 'docker node promote h3');
  lab.wait(4);
  return lab;
}

describe('docker/swarm with several managers', () => {
  it('has the same store on all of them, whoever is asked', () => {
    const lab = threeManagers();
    for (const number of [1, 2, 3]) {
      assert.deepEqual(listed(lab, number), ['h1 Ready Leader', 'h2 Ready Reachable', 'h3 Ready Reachable']);
    }
    lab.ok(3, 'docker network create -d overlay --attachable ov1');
    lab.ok(3, 'docker network inspect ov1');
    lab.ok(2, 'docker run -d --name c2 --network ov1 alpine sleep 1000');
    lab.wait(1);
    assert.equal(storeOf(lab, 2), storeOf(lab, 1));
    assert.equal(storeOf(lab, 3), storeOf(lab, 1));
    const info = lab.ok(3, 'docker info');
    for (const text of ['Is Manager: true', 'Managers: 3', ' 192.168.50.13:2377']) assert.ok(info.includes(text), text);
  });

  it('elects another leader when one is lost, and keeps containers connected meanwhile', () => {
    const lab = threeManagers();
    lab.ok(1, 'docker network create -d overlay --attachable ov1');
    lab.ok(2, 'docker run -d --name c2 --network ov1 alpine sleep 1000');
    lab.ok(3, 'docker run -d --name c3 --network ov1 alpine sleep 1000');
    lab.ok(1, 'ip link set eth0 down');
    lab.ok(2, 'docker exec c2 ping -c 1 c3');
    lab.wait(45);
    const rest = listed(lab, 2);
    assert.ok(rest[0] === 'h1 Down Unreachable', rest.join());
    assert.deepEqual([...rest.slice(1)].map((line) => line.split(' ')[2]).sort(byText), ['Leader', 'Reachable']);
    assert.deepEqual(listed(lab, 3), rest);
    assert.equal(lab.sh(1, 'docker node ls').stderr, NO_LEADER);
    assert.ok(lab.ok(1, 'docker info').includes('Error: rpc error: code = Unknown desc = The swarm does not have'));
    lab.ok(3, 'docker network create -d overlay ov2');
    lab.ok(1, 'ip link set eth0 up');
    lab.ok(1, 'ip route replace default via 192.168.50.100');
    lab.wait(30);
    assert.equal(listed(lab, 1)[0], 'h1 Ready Reachable');
    assert.equal(storeOf(lab, 2), storeOf(lab, 1));
    assert.equal(storeOf(lab, 3), storeOf(lab, 1));
  });

  it('changes nothing without most of its managers, and goes on when one comes back', () => {
    const lab = threeManagers();
    lab.ok(1, 'docker network create -d overlay --attachable ov1');
    lab.ok(1, 'docker run -d --name c1 --network ov1 alpine sleep 1000');
    lab.ok(2, 'ip link set eth0 down');
    lab.ok(3, 'ip link set eth0 down');
    lab.wait(25);
    for (const command of ['node ls', 'network create -d overlay ov2', 'swarm join-token worker', 'node promote h2']) {
      assert.deepEqual(lab.sh(1, `docker ${command}`), { exit: 1, stdout: '', stderr: NO_LEADER }, command);
    }
    assert.ok(lab.ok(1, 'docker ps').includes('c1'));
    lab.ok(3, 'ip link set eth0 up');
    lab.wait(70);
    assert.equal(listed(lab, 3)[1], 'h2 Down Unreachable');
    lab.ok(3, 'docker network create -d overlay ov2');
    lab.wait(1);
    assert.equal(storeOf(lab, 3), storeOf(lab, 1));
    assert.match(lab.sh(1, 'docker node demote h3').stderr, /this would result in a loss of quorum/);
  });

  it('makes managers workers again, also the leader', () => {
    const lab = threeManagers();
    assert.equal(lab.ok(2, 'docker node demote h1'), 'Manager h1 demoted in the swarm.');
    lab.wait(8);
    const rest = listed(lab, 2);
    assert.deepEqual(rest.map((line) => line.split(' ')[2]).sort(byText), ['', 'Leader', 'Reachable']);
    assert.match(lab.sh(1, 'docker node ls').stderr, /This node is not a swarm manager/);
    lab.wait(15);
    assert.equal(listed(lab, 3)[0], 'h1 Ready ');
    lab.ok(3, 'docker node demote h2');
    lab.wait(8);
    assert.deepEqual(listed(lab, 3), ['h1 Ready ', 'h2 Ready ', 'h3 Ready Leader']);
    assert.match(lab.sh(3, 'docker node demote h3').stderr, /attempting to demote the last manager of the swarm/);
    lab.ok(3, 'docker node promote h1');
    lab.wait(8);
    assert.equal(listed(lab, 1)[0], 'h1 Ready Reachable');
    assert.equal(storeOf(lab, 3), storeOf(lab, 1));
  });

  it('agrees in the end, whatever has happened to its managers', () => {
    for (let seed = 1; seed <= STORIES; seed++) {
      const lab = threeManagers(seed);
      const rng = Rng.fromSeed(seed);
      for (let i = 0; i < STORY_COMMANDS; i++) {
        lab.sh(1 + rng.below(3), randomCommand(rng, i));
        lab.wait(1 + rng.below(20));
      }
      for (const number of [1, 2, 3]) lab.ok(number, 'ip link set eth0 up');
      lab.wait(150);
      const stores = [1, 2, 3].filter((number) => lab.engine(number).swarm.isManager).map((n) => storeOf(lab, n));
      assert.ok(stores.length > 0);
      assert.ok(
        stores.every((store) => store === stores[0]),
        `stores differ after story ${seed}`,
      );
      const first = [1, 2, 3].find((number) => lab.engine(number).swarm.isManager)!;
      const lines = listed(lab, first);
      assert.equal(lines.filter((line) => line.endsWith('Ready Leader')).length, 1, `story ${seed}: ${lines.join()}`);
    }
  });
});
