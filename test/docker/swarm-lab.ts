/**
 * Emulated hosts h1, h2 … with an engine each and the machine x, set up as in the recordings of swarms, into which
 * lines are typed as into shells.
 */
import assert from 'node:assert/strict';
import { namespaceOf } from '../../src/docker/daemon/container-network.ts';
import type { Engine, EngineOptions } from '../../src/docker/engine.ts';
import { ImageStore } from '../../src/docker/images.ts';
import type { Host } from '../../src/kernel/host.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { StepResult } from '../../src/scenario/result.ts';
import { Run } from '../../src/scenario/run.ts';
import { MemoryStore } from '../scenario/memory-store.ts';
import { recordedImages } from './engine-lab.ts';
import type { RealAnswer } from './real-engine.ts';

const SLICE_EVENTS = 100_000;

export interface SwarmLabOptions {
  readonly seed?: number;
  /** How many engines there are; 3 unless said otherwise, 192.168.50.11 and up. */
  readonly hosts?: number;
  /** Which interfaces are captured; none unless said otherwise. */
  readonly capture?: readonly string[];
  readonly engineOptions?: EngineOptions;
}

export class SwarmLab {
  private readonly run: Run;
  private readonly store = new MemoryStore();
  private last: StepResult | null = null;

  constructor({ seed = 1, hosts = 3, capture = [], engineOptions = {} }: SwarmLabOptions = {}) {
    const text = scenarioText(seed, hosts, capture);
    const plan = loadScenario('swarm.yaml', new TextEncoder().encode(text));
    this.run = new Run(plan, {
      queue: 'heap',
      captures: capture.length === 0 ? 'none' : 'pcap',
      store: this.store,
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

  /** By the host's number from 1. */
  engine(number: number): Engine {
    return this.run.setups[number - 1]!.engine!;
  }

  host(number: number): Host {
    return this.run.setups[number - 1]!.host;
  }

  /** Virtual time. */
  get nowNs(): number {
    return this.run.lab.sched.now;
  }

  /** Everything that an engine has typed on its host, in order. */
  verbs(number: number): readonly string[] {
    return this.run.verbs(`h${number}`);
  }

  /** Types a command line on a host and lets virtual time go on until it has ended. */
  sh(number: number, line: string): RealAnswer {
    return this.type(`h${number}`, line);
  }

  /** The same; a test ends where it fails. The answer without the last line's end. */
  ok(number: number, line: string): string {
    const { exit, stdout, stderr } = this.sh(number, line);
    assert.equal(exit, 0, `h${number}$ ${line}\n${stdout}${stderr}`);
    return stdout.trimEnd();
  }

  /** Runs a command line of the host's own tools in a container's network namespace. */
  inContainer(number: number, name: string, line: string): RealAnswer {
    const engine = this.engine(number);
    const ns = namespaceOf(engine, engine.getContainer(name));
    return this.sh(number, `ip netns exec ${ns.name} ${line}`);
  }

  /** Types a command line on the machine at 192.168.50.100. */
  outside(line: string): RealAnswer {
    return this.type('x', line);
  }

  /** Lets virtual time pass. */
  wait(seconds: number): void {
    this.outside(`sleep ${seconds}`);
  }

  /** Begins a swarm on h1 that all the others join, with pauses as in the recordings. */
  formSwarm(): void {
    this.ok(1, 'docker swarm init --advertise-addr 192.168.50.11');
    const token = this.ok(1, 'docker swarm join-token -q worker');
    for (let number = 2; number < this.run.setups.length; number++) {
      this.wait(8);
      this.ok(number, `docker swarm join --token ${token} 192.168.50.11:2377`);
    }
    this.wait(8);
  }

  /** Ends the run; the frames captured, as files by their interface's name. */
  captured(): ReadonlyMap<string, Uint8Array> {
    this.run.interrupt();
    while (this.run.advance(SLICE_EVENTS));
    const { captures } = this.run.result();
    return new Map(captures.map((each) => [each.interface, this.store.bytes(each.file)]));
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

function scenarioText(seed: number, hosts: number, capture: readonly string[]): string {
  const engines = Array.from({ length: hosts }, (_, index) => {
    const address = `address: 192.168.50.${11 + index}/24, mac: "52:54:00:00:50:${hexByte(11 + index)}"`;
    const nic = `eth0: { lan: lan, ${address} }`;
    return `  h${index + 1}: { interfaces: { ${nic} }, gateway: 192.168.50.100, dns: [ 192.168.50.100 ] }`;
  });
  const xNic = 'eth0: { lan: lan, address: 192.168.50.100/24, mac: "52:54:00:00:50:64" }';
  return `seed: ${seed}
hosts:
${engines.join('\n')}
  x: { docker: false, interfaces: { ${xNic} } }
lans: { lan: {} }
limit: 24h
capture: [ ${capture.map((each) => `"${each}"`).join(', ')} ]
steps: []
`;
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
