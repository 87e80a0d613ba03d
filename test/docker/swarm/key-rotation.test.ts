import assert from 'node:assert/strict';
import { SwarmLab } from '../swarm-lab.ts';

/** The longest that a step may take is ten minutes. */
const STEP_SECONDS = 590;
const ROTATION_SECONDS = 12 * 3600;

/** SPI and key of each association, in order. */
function associations(text: string): string[] {
  return [...text.matchAll(/spi (0x[0-9a-f]{8})[^]*?(0x[0-9a-f]{40})/g)]
    .map(([, spi, key]) => `${spi!} ${key!}`)
    .sort(byText);
}

function byText(left: string, right: string): number {
  return left < right ? -1 : 1;
}

describe('the keys of a swarm', () => {
  it('turn after twelve hours on all nodes, without a datagram lost in tunnels', () => {
    const lab = new SwarmLab({ hosts: 2 });
    lab.formSwarm();
    lab.ok(1, 'docker network create -d overlay --attachable --opt encrypted secret');
    lab.ok(1, 'docker run -itd --name c1 --network secret busybox');
    lab.ok(2, 'docker run -itd --name c2 --network secret busybox');
    assert.match(lab.ok(1, 'docker exec c1 ping -c 1 c2'), /1 packets received/);
    const before = associations(lab.ok(1, 'ip xfrm state'));
    for (let seconds = 0; seconds < ROTATION_SECONDS; seconds += STEP_SECONDS) lab.wait(STEP_SECONDS);
    const after = associations(lab.ok(1, 'ip xfrm state'));
    // One that comes in for each key of three, and one that goes out: the oldest key has gone, a new one has come.
    assert.equal(before.length, 4);
    assert.equal(after.length, 4);
    assert.equal(after.filter((each) => !before.includes(each)).length, 2);
    assert.deepEqual(associations(lab.ok(2, 'ip xfrm state')).length, 4);
    assert.match(lab.ok(1, 'docker exec c1 ping -c 2 c2'), /2 packets received/);
    assert.match(lab.ok(2, 'docker exec c2 ping -c 2 c1'), /2 packets received/);
    assert.match(lab.ok(1, 'docker network inspect -f "{{len .Peers}}" secret'), /^2$/);
  }).timeout(120_000);
});
