/**
 * A real Docker Engine 20.10 in namespaces of its own, for tests that ask it what Dockwire is to answer. Its host is
 * called h1 and has eth0 with 192.168.50.11/24, a default route to 192.168.50.100 and a name server there that answers
 * nothing. Its images are bb, busybox and alpine, all of them this machine's busybox.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Skippable } from '../machine.ts';
import { need, needTools } from '../machine.ts';

export interface RealAnswer {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

const VERSION = 'Docker version 20.10.';
const CLIENT = '/usr/bin/docker';
const START_TIMEOUT_MS = 30_000;
const COMMAND_TIMEOUT_MS = 60_000;
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;

/** $1 is the folder, $2 the name of the namespace; the rest goes to the daemon. */
const START_SCRIPT = `
set -e
exec >$1/log 2>&1
folder=$1; name=$2; shift 2
ip netns add $name; ip netns add $name-x
ip -n $name link add eth0 address 52:54:00:00:50:0b type veth peer name eth0 netns $name-x address 52:54:00:00:50:64
ip -n $name addr add 192.168.50.11/24 brd + dev eth0; ip -n $name link set eth0 up; ip -n $name link set lo up
ip -n $name-x addr add 192.168.50.100/24 brd + dev eth0; ip -n $name-x link set eth0 up; ip -n $name-x link set lo up
ip -n $name route add default via 192.168.50.100
mkdir -p $folder/data $folder/cg
exec nsenter --net=/var/run/netns/$name unshare --mount --uts --propagation private sh -c '
  folder=$1; shift
  hostname h1
  mount --rbind /sys/fs/cgroup $folder/cg
  umount -l /sys/fs/cgroup 2>/dev/null || true
  mount -t sysfs sysfs /sys
  mount --rbind $folder/cg /sys/fs/cgroup
  mount -t tmpfs tmpfs /run; mkdir -p /run/lock
  echo nameserver 192.168.50.100 > $folder/resolv.conf; mount --bind $folder/resolv.conf /etc/resolv.conf
  sysctl -qw net.ipv4.ip_forward=0
  exec dockerd --data-root $folder/data --exec-root /run/docker --pidfile $folder/pid -H unix://$folder/docker.sock \\
    --cgroup-parent /$(basename $folder) "$@"' sh $folder "$@"
`;

/** $1 is a fresh folder: it becomes a root file system with busybox and what busybox is linked to. */
const IMAGE_SCRIPT = `
set -e
root=$1; mkdir -p $root/bin $root/etc $root/tmp $root/root $root/www
busybox=$(command -v busybox)
cp -L $busybox $root/bin/busybox
ldd $busybox 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
  mkdir -p $root$(dirname $library); cp -L $library $root$library
done
for applet in $(busybox --list); do [ -e $root/bin/$applet ] || ln -s busybox $root/bin/$applet; done
echo root:x:0:0:root:/root:/bin/sh > $root/etc/passwd
tar -C $root -c . | ${CLIENT} import -c 'CMD ["/bin/sh"]' - bb:latest > /dev/null
${CLIENT} tag bb busybox; ${CLIENT} tag bb alpine
`;

/** $1 is the daemon's process; this program's own children stay zombies until it looks at them. */
const END_SCRIPT = `kill $1; while grep -q '^State:.[^Z]' /proc/$1/status 2>/dev/null; do sleep 0.05; done`;

export class RealEngine {
  private readonly folder: string;
  private readonly netns: string;
  private readonly pid: number;

  constructor(folder: string, netns: string, pid: number) {
    this.folder = folder;
    this.netns = netns;
    this.pid = pid;
  }

  /** What `ip netns` calls the machine at 192.168.50.100. */
  get outsideName(): string {
    return `${this.netns}-x`;
  }

  /** Runs a command line with this engine's client behind the name `docker`; anything that sh takes. */
  sh(line: string): RealAnswer {
    return run('sh', ['-c', line], { DOCKER_HOST: `unix://${this.folder}/docker.sock` });
  }

  /** Runs `docker …` with these words. */
  docker(...words: readonly string[]): RealAnswer {
    return run(CLIENT, words, { DOCKER_HOST: `unix://${this.folder}/docker.sock` });
  }

  /** Runs a command line on the engine's host. */
  host(line: string): RealAnswer {
    return this.enter(this.hostWords, line);
  }

  /** Runs a command line on the machine at 192.168.50.100. */
  outside(line: string): RealAnswer {
    return this.enter(this.outsideWords, line);
  }

  /** Runs a command line of the machine's own tools in a container's network namespace. */
  inContainer(name: string, line: string): RealAnswer {
    return this.enter(this.containerWords(name), line);
  }

  /** What stands before a command that is to run on the engine's host. */
  get hostWords(): readonly string[] {
    return ['nsenter', '-t', String(this.pid), '-m', '-n', '-u'];
  }

  /** And on the machine at 192.168.50.100. */
  get outsideWords(): readonly string[] {
    return ['ip', 'netns', 'exec', this.outsideName];
  }

  /** And in a container's network namespace, until it is started again. */
  containerWords(name: string): readonly string[] {
    return ['nsenter', '-t', this.docker('inspect', '-f', '{{.State.Pid}}', name).stdout.trim(), '-n'];
  }

  private enter([command, ...words]: readonly string[], line: string): RealAnswer {
    return run(command!, [...words, 'sh', '-c', line], {});
  }

  /** As at the beginning, but for the default bridge's name and the cursor of the address pools. */
  reset(): void {
    this.sh(`docker ps -aq | xargs -r docker rm -f; docker network prune -f`);
  }

  stop(): void {
    this.sh('docker ps -q | xargs -r docker kill');
    run('sh', ['-c', END_SCRIPT, 'sh', String(this.pid)], {});
    for (const name of [this.netns, `${this.netns}-x`]) run('ip', ['netns', 'del', name], {});
    removeFolder(this.folder);
  }
}

/** Starts an engine; skips the test where there is none of this version or none can be started. */
export function startRealEngine(test: Skippable, ...daemonArgs: readonly string[]): RealEngine {
  need(test, 'netns');
  needTools(test, ['busybox', 'nsenter', 'unshare']);
  if (!run(CLIENT, ['--version'], {}).stdout.startsWith(VERSION)) lacking(test, 'there is no Docker 20.10');
  if (!run('dockerd', ['--version'], {}).stdout.startsWith(VERSION)) lacking(test, 'there is no dockerd 20.10');
  const folder = mkdtempSync(join(tmpdir(), 'dockwire-engine-'));
  const netns = folder.slice(folder.lastIndexOf('/') + 1);
  const script = ['-c', START_SCRIPT, 'sh', folder, netns];
  const child = spawn('sh', [...script, ...daemonArgs], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, PATH },
  });
  child.unref();
  const failure = waitForDaemon(folder, child.pid ?? 0) ?? importImages(folder);
  if (failure !== undefined) {
    new RealEngine(folder, netns, child.pid ?? 0).stop();
    lacking(test, `no engine can be started here: ${failure}`);
  }
  return new RealEngine(folder, netns, Number(readFileSync(join(folder, 'pid'), 'utf8')));
}

function lacking(test: Skippable, why: string): never {
  console.log(`      skipped: ${why}`);
  return test.skip();
}

/** Undefined when the daemon answers, otherwise the last line of its log. */
function waitForDaemon(folder: string, pid: number): string | undefined {
  const socket = join(folder, 'docker.sock');
  // The script ends before its time only when it fails.
  const look = `i=0; while [ $i -lt ${START_TIMEOUT_MS / 100} ] && kill -0 ${pid}; do
    ${CLIENT} version >/dev/null 2>&1 && exit 0; sleep 0.1; i=$((i + 1)); done; exit 1`;
  if (run('sh', ['-c', look], { DOCKER_HOST: `unix://${socket}` }).exit === 0) return undefined;
  const log = join(folder, 'log');
  return existsSync(log) ? (readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? '') : 'it says nothing';
}

function importImages(folder: string): string | undefined {
  const made = run('sh', ['-c', IMAGE_SCRIPT, 'sh', join(folder, 'rootfs')], {
    DOCKER_HOST: `unix://${folder}/docker.sock`,
  });
  if (made.exit !== 0) return made.stderr.trim();
  const tried = run(CLIENT, ['run', '--rm', 'bb', 'true'], { DOCKER_HOST: `unix://${folder}/docker.sock` });
  return tried.exit === 0 ? undefined : tried.stderr.trim();
}

function run(command: string, args: readonly string[], env: Readonly<Record<string, string>>): RealAnswer {
  const answer = spawnSync(command, args, {
    encoding: 'utf8',
    input: '',
    timeout: COMMAND_TIMEOUT_MS,
    // The client that the version test has looked at comes first.
    env: { ...process.env, PATH: `/usr/bin:${PATH}`, ...env },
  });
  return { exit: answer.status ?? -1, stdout: answer.stdout, stderr: answer.stderr };
}

/** Mounts of the daemon's namespace may linger for a moment. */
function removeFolder(folder: string): void {
  run('sh', ['-c', `umount -l ${folder}/cg 2>/dev/null; true`], {});
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
