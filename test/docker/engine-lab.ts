/**
 * An emulated host with an engine, set up as the hosts of the recordings and of `real-engine.ts` are, into which
 * lines are typed as into a shell.
 */
import assert from 'node:assert/strict';
import { namespaceOf } from '../../src/docker/daemon/container-network.ts';
import type { Image } from '../../src/docker/images.ts';
import { builtInImages, ImageStore } from '../../src/docker/images.ts';
import type { Engine, EngineOptions } from '../../src/docker/engine.ts';
import type { Host } from '../../src/kernel/host.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { StepResult } from '../../src/scenario/result.ts';
import { Run } from '../../src/scenario/run.ts';
import { busyboxPrograms } from '../../src/userland/registry.ts';
import type { RealAnswer } from './real-engine.ts';

const SCENARIO = `
seed: SEED
hosts:
  h1: { interfaces: { eth0: { lan: lan, address: 192.168.50.11/24, mac: 52:54:00:00:50:0b } },
    gateway: 192.168.50.100, dns: [ 192.168.50.100 ] }
  x: { docker: false, interfaces: { eth0: { lan: lan, address: 192.168.50.100/24, mac: 52:54:00:00:50:64 } } }
lans: { lan: {} }
steps: []
`;
const SLICE_EVENTS = 100_000;

export class EngineLab {
  private readonly run: Run;
  private last: StepResult | null = null;

  /** Publishes ports as far as an engine can tell, if it has a `firewall` that can. */
  constructor(seed = 1, engineOptions: EngineOptions = {}) {
    const plan = loadScenario('engine.yaml', new TextEncoder().encode(SCENARIO.replace('SEED', String(seed))));
    this.run = new Run(plan, {
      queue: 'heap',
      captures: 'none',
      store: null,
      hash: false,
      keepGoing: true,
      isInteractive: true,
      images: new ImageStore(recordedImages()),
      engineOptions,
      onStepEnd: (_task, result) => {
        this.last = result;
      },
    });
    this.advance();
  }

  get engine(): Engine {
    return this.run.setups[0]!.engine!;
  }

  /** The machine at 192.168.50.100. */
  get outsideHost(): Host {
    return this.run.setups[1]!.host;
  }

  /** Everything that the engine has typed on its host, in order. */
  get verbs(): readonly string[] {
    return this.run.verbs('h1');
  }

  /** Virtual time. */
  get nowNs(): number {
    return this.run.lab.sched.now;
  }

  /** Types a command line on the host and lets virtual time go on until it has ended. */
  sh(line: string): RealAnswer {
    return this.type('h1', line);
  }

  /** The same, under the name that a real engine's host has for it. */
  host(line: string): RealAnswer {
    return this.sh(line);
  }

  /** Runs a command line of the host's own tools in a container's network namespace. */
  inContainer(name: string, line: string): RealAnswer {
    const { engine } = this;
    const ns = namespaceOf(engine, engine.getContainer(name));
    return this.sh(ns === engine.host.rootNs ? line : `ip netns exec ${ns.name} ${line}`);
  }

  /** Types a command line on the machine at 192.168.50.100. */
  outside(line: string): RealAnswer {
    return this.type('x', line);
  }

  /** Lets virtual time pass. */
  wait(seconds: number): void {
    this.sh(`sleep ${seconds}`);
  }

  private type(host: string, line: string): RealAnswer {
    this.run.type(host, line);
    this.advance();
    const { exit, stdout, stderr } = this.last!;
    return { exit: exit ?? -1, stdout, stderr };
  }

  private advance(): void {
    while (this.run.advance(SLICE_EVENTS));
    assert.ok(this.run.isAtPrompt, 'the run waits for the next line');
  }
}

/** The built-in images, and the one that the recordings were made with: it has no environment. */
export function recordedImages(): Image[] {
  const programs = busyboxPrograms();
  const [busybox, ...others] = builtInImages(programs);
  const files = [{ path: '/www/index.html', text: 'hello-from-http\n', modifiedSeconds: 1_795_228_000 }];
  return [busybox!, ...others, { ...busybox!, name: 'bb', command: ['/bin/sh'], env: [], files }];
}
