/** One host with an engine and a few small programs in its images, for the tests of src/docker. */
import assert from 'node:assert/strict';
import { formatIp4, ip4, mac, parseCidr } from '../../src/base/addr.ts';
import type { Cidr } from '../../src/base/addr.ts';
import { dockerProgram } from '../../src/docker/cli/docker.ts';
import type { EngineHost, EngineOptions } from '../../src/docker/engine.ts';
import { Engine } from '../../src/docker/engine.ts';
import { ImageStore, builtInImages } from '../../src/docker/images.ts';
import { Host } from '../../src/kernel/host.ts';
import { Files } from '../../src/kernel/proc/files.ts';
import type { Process } from '../../src/kernel/proc/process.ts';
import type { Stdin } from '../../src/kernel/proc/process-table.ts';
import { ProgramRegistry } from '../../src/kernel/proc/program-registry.ts';
import type { Program } from '../../src/kernel/proc/program-registry.ts';
import { onLinkNetworks } from '../../src/kernel/show/on-link-networks.ts';
import { PingSocket } from '../../src/kernel/socket/ping-socket.ts';
import { FrameStats } from '../../src/link/frame-stats.ts';
import { Slab } from '../../src/link/frame.ts';
import { HeapQueue } from '../../src/sim/heap-queue.ts';
import { Rng } from '../../src/sim/rng.ts';
import { EventSource, Scheduler } from '../../src/sim/scheduler.ts';
import { Timer } from '../../src/sim/timer.ts';
import { readInput } from '../../src/userland/input.ts';

export const SECOND = 1_000_000_000;
export const WAKEUP_NS = 10_000;

export interface Answer {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that may still run, with what it has written so far. */
export interface Running {
  readonly proc: Process;
  stdout: string;
  stderr: string;
}

export interface LabOptions extends EngineOptions {
  readonly seed?: number;
  /** The host's first address, with which eth0 comes up. */
  readonly address?: string;
  readonly resolvConf?: string;
  readonly epochSeconds?: number;
}

/** Programs for tests of what is said and heard. */
function addTalkers(add: (name: string, run: Program) => void): void {
  // Ends after so many seconds with an exit code.
  add('end', function* (proc) {
    yield proc.sleep(Number(proc.argv[1]) * SECOND);
    proc.write('ending\n');
    return Number(proc.argv[2]);
  });
  // Says what it reads.
  add('parrot', function* (proc) {
    for (;;) {
      const text = yield* readInput(proc);
      if (text === null) return 0;
      proc.write(`heard ${text}`);
    }
  });
  // Counts the seconds.
  add('ticks', function* (proc) {
    for (let count = 1; ; count++) {
      yield proc.sleep(SECOND);
      proc.write(`tick ${count}\n`);
    }
  });
}

/** Programs of the kind that the tests need; the real ones are not this folder's business. */
function testPrograms(): ProgramRegistry {
  const registry = new ProgramRegistry();
  const add = (name: string, run: Program): void => {
    registry.add({ name, run });
  };
  add('sh', function* (proc) {
    while ((yield* readInput(proc)) !== null);
    return 0;
  });
  add('sleep', function* (proc) {
    yield proc.sleep(Number(proc.argv[1]) * SECOND);
    return 0;
  });
  // A server of TCP that nobody can reach yet.
  add('httpd', function* (proc) {
    yield proc.sleep(Infinity);
    return 0;
  });
  addTalkers(add);
  add('echo', function* (proc) {
    proc.write(`${proc.argv.slice(1).join(' ')}\n`);
    return 0;
  });
  add('complain', function* (proc) {
    proc.writeError(`${proc.argv.slice(1).join(' ')}\n`);
    return 3;
  });
  add('cat', function* (proc) {
    for (const path of proc.argv.slice(1)) proc.write(proc.files.read(path) ?? `cat: ${path}: nothing\n`);
    return 0;
  });
  // Pings an address once and says within a second what came back.
  add('probe', function* (proc) {
    const socket = new PingSocket(proc.ns);
    socket.sendEcho(ip4(proc.argv[1]!), 1, new Uint8Array(56));
    yield proc.waitFor(socket, proc.now + SECOND);
    const reply = socket.receive();
    proc.write(reply === null ? 'nothing\n' : `reply from ${formatIp4(reply.from)} ttl ${reply.ttl}\n`);
    socket.close();
    return reply === null ? 1 : 0;
  });
  add('whoami', function* (proc) {
    const stdin = typeof proc.stdin === 'string' ? proc.stdin : 'stream';
    proc.write(`${proc.hostname} pid ${proc.ownPid} stdin ${stdin} TERM=${proc.env.get('TERM') ?? ''}\n`);
    return 0;
  });
  // Ends by itself on SIGTERM, two seconds later, as a server does that finishes its work.
  add('server', function* (proc) {
    const signals: string[] = [];
    proc.onSignal('SIGTERM', () => {
      signals.push('SIGTERM');
    });
    while (signals.length === 0) yield proc.sleep(Infinity);
    yield proc.sleep(2 * SECOND);
    proc.write('goodbye\n');
    return 7;
  });
  return registry;
}

export class Lab {
  readonly sched = new Scheduler(new HeapQueue(1024));
  readonly host: Host;
  readonly files = new Files();
  readonly engine: Engine;

  constructor(options: LabOptions = {}) {
    const address = options.address ?? '192.168.50.11/24';
    this.host = new Host({
      name: 'h1',
      sched: this.sched,
      source: new EventSource(0),
      rng: Rng.fromSeed(options.seed ?? 1),
      stats: new FrameStats(new Slab(), 0),
      observer: null,
      softirqNs: 2000,
      wakeupNs: WAKEUP_NS,
      epochSeconds: options.epochSeconds ?? 1_735_689_600,
    });
    this.host.addNic('eth0', mac('52:54:00:00:50:0b'), 1500);
    this.typed(`ip addr add ${address} brd + dev eth0`);
    this.typed('ip link set eth0 up');
    this.files.write('/etc/hosts', '127.0.0.1 localhost\n192.168.50.11 h1\n');
    this.files.write('/etc/resolv.conf', options.resolvConf ?? '');
    this.engine = this.makeEngine([parseCidr(address)!], options);
  }

  /** Types a line as root on the host. */
  typed(line: string): Answer {
    const answer = this.host.admin.type(line);
    assert.equal(answer.exit, 0, `${line}: ${answer.stderr}`);
    return answer;
  }

  /** Runs `docker …` to its end, virtual time going on as it needs. Words may be quoted. */
  docker(line: string, stdin: Stdin = 'eof'): Answer {
    const running = this.start(line, stdin);
    while (running.proc.exitCode === null) {
      assert.equal(this.sched.run(Infinity, 1), 1, `docker ${line}: waits for ever`);
    }
    return { exit: running.proc.exitCode, stdout: running.stdout, stderr: running.stderr };
  }

  /** As `docker`, for a command that has to succeed; its standard output without the last line end. */
  ok(line: string): string {
    const { exit, stdout, stderr } = this.docker(line);
    assert.deepEqual({ exit, stderr }, { exit: 0, stderr: '' }, `docker ${line}`);
    return stdout.replace(/\n$/, '');
  }

  /** Starts `docker …`, which runs until its first wait. */
  start(line: string, stdin: Stdin = 'eof'): Running {
    const words = (line.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^(['"])(.*)\1$/s, '$2'));
    const running = { stdout: '', stderr: '' };
    const proc = this.host.processes.spawn({
      argv: ['docker', ...words],
      program: dockerProgram(this.engine).run,
      ns: this.host.rootNs,
      hostname: 'h1',
      files: this.files,
      env: new Map(),
      registry: new ProgramRegistry(),
      stdin,
      stdout: (text) => {
        running.stdout += text;
      },
      stderr: (text) => {
        running.stderr += text;
      },
    });
    return Object.assign(running, { proc });
  }

  /** Lets virtual time pass. */
  wait(durationNs: number): void {
    const endNs = this.sched.now + durationNs;
    this.sched.run(endNs, Infinity);
    this.sched.advanceTo(endNs);
  }

  private makeEngine(hostNetworks: readonly Cidr[], options: EngineOptions): Engine {
    const programs = testPrograms();
    // The recordings' own image has no environment.
    const recordedImage = { name: 'bb', command: ['/bin/sh'], env: [], programs, realPrograms: [], sizeBytes: 1000 };
    const host: EngineHost = {
      hostName: 'h1',
      door: this.host.admin,
      processes: this.host.processes,
      clock: this.sched,
      softirqNs: 2000,
      epochSeconds: this.host.epochSeconds,
      rng: this.host.rng.fork('docker'),
      files: this.files,
      rootNs: this.host.rootNs,
      namespaces: this.host.namespaces,
      images: new ImageStore([...builtInImages(programs), recordedImage]),
      hostNetworks: () => [...hostNetworks, ...onLinkNetworks(this.host.rootNs)],
      newTimer: (expired) => new Timer(this.sched, this.host.source, expired),
      after: (delayNs, action) => {
        const timer = new Timer(this.sched, this.host.source, () => {
          timer.dispose();
          action();
        });
        timer.arm(delayNs);
        return () => {
          timer.dispose();
        };
      },
    };
    return new Engine(host, options);
  }
}
