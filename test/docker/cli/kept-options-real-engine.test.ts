/** Options that are kept for `docker inspect`, and what the engine refuses of them, beside a real engine. */
import assert from 'node:assert/strict';
import { EngineLab } from '../engine-lab.ts';
import type { RealEngine } from '../real-engine.ts';
import { startRealEngine } from '../real-engine.ts';

const KEPT: readonly string[] = [
  ...['-m 64m', '-m 64m --memory-swap -1', '--memory-reservation 64m', '--memory-swappiness 0', '--kernel-memory 50m'],
  ...['--cpus 0.5', '-c 100', '--cpu-period 50000 --cpu-quota 25000', '--cpuset-cpus 0 --cpuset-mems 0'],
  ...['--cap-add NET_ADMIN --cap-add net_raw --cap-drop CHOWN', '--privileged', '--cgroup-parent x'],
  ...['--cgroupns private', '--ipc host', '--ipc shareable', '--isolation default'],
  ...['--log-driver json-file --log-opt max-size=1m --log-opt max-file=3', '--oom-kill-disable -m 64m'],
  ...['--oom-score-adj 5 --pids-limit 10', '--pids-limit 0', '--runtime runc', '--shm-size 1m'],
  ...['--security-opt no-new-privileges', '--security-opt systempaths=unconfined', '--security-opt label:disable'],
  ...['--tmpfs /b:ro --tmpfs /a', '--ulimit nofile=5:10 --ulimit core=0 --ulimit nofile=7', '--userns host'],
  ...[
    '-u 0:0',
    '--group-add 5',
    '--volume-driver x',
    '-e B=1 -e A',
    '-l a -l b=2 -l b=3',
    '--mac-address 92-d0-c6-0a-29-33',
  ],
  ...['--dns 1.1.1.1 --dns-opt x --dns-search a.b', '--add-host a:host-gateway', '--sysctl net.ipv4.ip_forward=0'],
];

const REFUSED: readonly string[] = [
  ...['-m 5m', '-m 64m --memory-swap 32m', '--memory-swap 64m', '--memory-reservation 5m', '--kernel-memory 1m'],
  ...['-m 32m --memory-reservation 64m', '--cpu-period 100', '--cpu-quota 100', '--cpus 1 --cpu-quota 5000'],
  ...['--cpus 1 --cpu-period 5000', '--cpuset-cpus x', '--cap-add bogus', '--cap-drop bogus', '--isolation hyperv'],
  ...['--log-opt x=1', '--oom-score-adj 2000', '--runtime x', '--security-opt a:b', '--tmpfs x'],
  ...['--network a --ip x', '--network a --ip6 1.2.3.4', '--ip6 x --network bridge'],
  ...['--mac-address x', '--security-opt x', '--network bridge --network-alias x', '--userns x', '--cgroupns x'],
];

/** Each value below HostConfig and Config by its path. */
function leaves(document: unknown, path = ''): Map<string, string> {
  if (typeof document !== 'object' || document === null || Object.keys(document).length === 0) {
    return new Map([[path, JSON.stringify(document)]]);
  }
  return new Map(Object.entries(document).flatMap(([key, value]) => [...leaves(value, `${path}.${key}`)]));
}

function difference(base: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): Record<string, string> {
  const paths = [...new Set([...base.keys(), ...other.keys()])].filter((path) => base.get(path) !== other.get(path));
  return Object.fromEntries(
    paths.sort((left, right) => (left < right ? -1 : 1)).map((path) => [path, other.get(path) ?? '']),
  );
}

const SHOWN = `'[{{json .HostConfig}},{{json .Config.Env}},{{json .Config.Labels}},{{json .Config.User}}]'`;

/** The leaves of the document; variables by their text, since a real engine now and then has them in another order. */
function shownLeaves(text: string): Map<string, string> {
  const [hostConfig, env, ...rest] = JSON.parse(text) as unknown[];
  const sorted = Array.isArray(env) ? (env as string[]).toSorted((left, right) => (left < right ? -1 : 1)) : env;
  return leaves([hostConfig, sorted, ...rest]);
}

describe('docker run beside a real engine', () => {
  const lab = new EngineLab();
  let engine: RealEngine;

  before(function () {
    engine = startRealEngine(this);
  });

  after(() => {
    (engine as RealEngine | undefined)?.stop();
  });

  function real(options: string): Map<string, string> {
    const { stdout } = engine.sh(`docker inspect -f ${SHOWN} $(docker create ${options} bb sleep 1000 2>/dev/null)`);
    return shownLeaves(stdout);
  }

  function emulated(options: string): Map<string, string> {
    const { exit, stdout, stderr } = lab.sh(`docker run -d --name cc ${options} bb sleep 1000`);
    assert.equal(exit, 0, `${options}: ${stderr}`);
    const document = lab.sh(`docker inspect -f ${SHOWN} cc`);
    lab.sh('docker rm -f cc');
    assert.equal(stdout.length, 65);
    return shownLeaves(document.stdout);
  }

  it('shows in docker inspect what was kept', () => {
    const [realBase, base] = [real(''), emulated('')];
    for (const options of KEPT) {
      assert.deepEqual(difference(base, emulated(options)), difference(realBase, real(options)), options);
    }
  });

  it('refuses the same in the same words', () => {
    for (const options of REFUSED) {
      const wanted = engine.sh(`docker run ${options} bb true`);
      assert.deepEqual(lab.sh(`docker run ${options} bb true`), wanted, options);
      // What the engine looks at first, and what it looks at when it has the image.
      const { exit, stderr } = engine.sh(`docker create --pull never ${options} nosuch true`);
      const created = lab.sh(`docker create --pull never ${options} nosuch true`);
      assert.deepEqual([created.exit, created.stderr], [exit, stderr], options);
    }
    assert.equal(lab.sh('docker ps -aq').stdout, '');
  });
});
