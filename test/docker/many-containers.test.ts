/** Many containers on one host: how long their start takes, and that they are all there. */
import assert from 'node:assert/strict';
import { EFFORT } from '../kernel/kit.ts';
import { EngineLab } from './engine-lab.ts';

const CONTAINERS = 100;
const NETWORKS = 10;
/** Of this process's own time, so that it does not matter what else the machine does. */
const CPU_LIMIT_MS = 1000;
/** What a person would type for one container on a bridge: the pair, its two ends, the inside. */
const VERBS_MAX = 20;
const CROWD = Math.min(250 * EFFORT, 1000);

function type(lab: EngineLab, line: string): void {
  const { exit, stderr } = lab.sh(line);
  assert.equal(exit, 0, `${line}: ${stderr}`);
}

/** Starts a hundred containers on ten networks on a new host; the milliseconds of processor time that it takes. */
function startHundred(): { readonly lab: EngineLab; readonly cpuMs: number } {
  const lab = new EngineLab();
  const before = process.cpuUsage();
  for (let i = 0; i < NETWORKS; i++) type(lab, `docker network create net${i}`);
  for (let i = 0; i < CONTAINERS; i++) {
    type(lab, `docker run -d --name c${i} --network net${i % NETWORKS} busybox sleep 1000`);
  }
  const { user, system } = process.cpuUsage(before);
  return { lab, cpuMs: (user + system) / 1000 };
}

describe('many containers', () => {
  it('a hundred on ten networks start in less than a second', () => {
    const runs = [startHundred(), startHundred()];
    const best = Math.min(...runs.map(({ cpuMs }) => cpuMs));
    assert.ok(best < CPU_LIMIT_MS, `${best} ms`);
    const { lab } = runs[0]!;
    assert.equal(lab.sh('docker ps -q | wc -l').stdout.trim(), String(CONTAINERS));
    // All ten on the last network, and nobody else, know each other's address: 172.18 is the first network's.
    assert.equal(lab.inContainer('c99', 'ip -o -4 addr show eth0').stdout.split(/ +/)[3], '172.27.0.11/16');
    assert.equal(lab.inContainer('c99', 'ping -c 1 172.27.0.2').exit, 0);
  }).timeout(60_000);

  it('each costs the same few lines in the kernel, however many there are', () => {
    const lab = new EngineLab();
    const linesOf = (name: string): number => {
      const before = lab.verbs.length;
      type(lab, `docker run -d --name ${name} busybox sleep 1000`);
      return lab.verbs.length - before;
    };
    const counts = Array.from({ length: 20 }, (_, i) => linesOf(`c${i}`));
    assert.equal(new Set(counts).size, 1, counts.join(' '));
    assert.ok(counts[0]! <= VERBS_MAX, String(counts[0]));
  });

  it(`${CROWD} live on one bridge and reach each other`, () => {
    const lab = new EngineLab();
    for (let i = 0; i < CROWD; i++) type(lab, `docker run -d --name c${i} busybox sleep 10000`);
    const last = lab.inContainer(`c${CROWD - 1}`, 'ip -o -4 addr show eth0').stdout.split(/ +/)[3]!;
    assert.equal(lab.inContainer('c0', `ping -c 1 ${last.split('/')[0]!}`).exit, 0);
    assert.equal(lab.sh('docker ps -q | wc -l').stdout.trim(), String(CROWD));
    assert.equal(lab.sh('docker rm -f $(docker ps -q) | wc -l').stdout.trim(), String(CROWD));
    assert.equal(lab.sh('ip -o link | grep -c veth').stdout, '0\n');
  }).timeout(60_000);
});
