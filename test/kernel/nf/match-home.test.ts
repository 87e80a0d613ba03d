import assert from 'node:assert/strict';
import type { Host } from '../../../src/kernel/host.ts';
import { PSEUDO_FILES } from '../../../src/kernel/show/procfs.ts';
import type { Peer } from '../kit.ts';
import { datagramBytes, netnsOf, SECOND, type, World } from '../kit.ts';

const RECENT = '/proc/net/xt_recent';
const HASHLIMIT = '/proc/net/ipt_hashlimit';

interface Lab {
  readonly world: World;
  readonly host: Host;
  readonly peer: Peer;
}

function lab(...rules: readonly string[]): Lab {
  const world = new World();
  const host = world.host('h', { eth0: '10.0.0.1/24' });
  const peer = world.peer(host, 'eth0');
  for (const rule of rules) type(host, `iptables ${rule}`);
  return { world, host, peer };
}

function give({ world, peer }: Lab, count: number): void {
  for (let i = 0; i < count; i++) {
    peer.gives(datagramBytes(4000, 53, [1]));
    world.run(SECOND / 1000);
  }
}

/** The packets that each rule of INPUT has counted. */
function counts({ host }: Lab): number[] {
  const { stdout } = host.admin.run(host.rootNs, ['iptables-save', '-c']);
  return [...stdout.matchAll(/^\[(\d+):\d+\] -A INPUT/gm)].map(([, packets]) => Number(packets));
}

const viewer = ({ host }: Lab): { ns: ReturnType<typeof netnsOf>; hostname: string } => {
  return { ns: netnsOf(host, ''), hostname: 'h' };
};
const read = (where: Lab, path: string): unknown => PSEUDO_FILES.read(viewer(where), path);
const names = (where: Lab, path: string): string[] => PSEUDO_FILES.list(viewer(where), path);

const HALF = '-m statistic --mode nth --every 2 --packet 0';

describe('kernel/nf/match-home', () => {
  it('keeps what rules share for as long as one of them is there', () => {
    const where = lab('-A INPUT -m recent --set --name x', '-A INPUT -m recent --rcheck --name x', '-N other');
    give(where, 1);
    assert.deepEqual(names(where, RECENT), ['x']);
    type(where.host, 'iptables -D INPUT 1');
    give(where, 1);
    assert.deepEqual(counts(where), [2]);
    type(where.host, 'iptables -A other -m recent --rcheck --name x');
    type(where.host, 'iptables -F INPUT');
    assert.match((read(where, `${RECENT}/x`) as { text: string }).text, /^src=10\.0\.0\.2 ttl: 64 last_seen: 42\d{8} /);
    type(where.host, 'iptables -F other');
    assert.deepEqual(names(where, RECENT), []);
    assert.equal(read(where, `${RECENT}/x`), 'ENOENT');
    type(where.host, 'iptables -A INPUT -m recent --rcheck --name x');
    give(where, 1);
    assert.deepEqual(counts(where), [0]);
  });

  it('keeps it when rules are restored that ask for it again', () => {
    const where = lab('-A INPUT -m recent --set --name x');
    give(where, 1);
    const text = '*filter\n-A INPUT -m recent --rcheck --name x\nCOMMIT\n';
    assert.equal(where.host.admin.run(where.host.rootNs, ['iptables-restore'], text).exit, 0);
    give(where, 1);
    assert.deepEqual(counts(where), [1]);
  });

  it('writes what recent remembers, and nothing else', () => {
    const where = lab(
      '-A INPUT -m recent --rcheck --name x',
      '-A INPUT -m hashlimit --hashlimit-upto 1/hour --hashlimit-mode srcip --hashlimit-name y',
    );
    assert.equal(PSEUDO_FILES.write(viewer(where), `${RECENT}/x`, '+10.0.0.2\n'), '');
    give(where, 1);
    assert.deepEqual(counts(where), [1, 1]);
    assert.deepEqual(names(where, HASHLIMIT), ['y']);
    assert.match(
      (read(where, `${HASHLIMIT}/y`) as { text: string }).text,
      /^\d+ 10\.0\.0\.2:0->0\.0\.0\.0:0 \d+ \d+ \d+\n$/,
    );
    assert.equal(PSEUDO_FILES.write(viewer(where), `${HASHLIMIT}/y`, '/\n'), 'EACCES');
    assert.equal(PSEUDO_FILES.write(viewer(where), `${RECENT}/z`, '/\n'), 'ENOENT');
  });

  it('counts for each rule of a line by itself', () => {
    const where = lab(`-A INPUT -s 10.0.0.2,10.0.0.0/24 ${HALF}`);
    give(where, 4);
    assert.deepEqual(counts(where), [2, 2]);
  });

  it('goes on counting for rules that stay', () => {
    const where = lab(`-A INPUT ${HALF}`);
    give(where, 1);
    const more = '*filter\n-A INPUT -p tcp\nCOMMIT\n';
    assert.equal(where.host.admin.run(where.host.rootNs, ['iptables-restore', '-n'], more).exit, 0);
    give(where, 1);
    assert.deepEqual(counts(where), [1, 0]);
  });

  it('draws about as often as it was told, the same for the same seed', () => {
    const rule = '-A INPUT -m statistic --mode random --probability 0.25';
    const [first, second] = [lab(rule), lab(rule)];
    give(first, 400);
    give(second, 400);
    const [drawn] = counts(first);
    assert.ok(drawn! > 70 && drawn! < 130, String(drawn));
    assert.deepEqual(counts(second), [drawn]);
  });
});
