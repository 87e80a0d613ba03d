/**
 * Several emulated hosts with an engine each, h1 at 192.168.50.11, h2 at .12 and so on, on one switch: set up as the
 * hosts of the recorded swarm are.
 */
import assert from 'node:assert/strict';
import type { Engine, EngineOptions } from '../../src/docker/engine.ts';
import type { Host } from '../../src/kernel/host.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { StepResult } from '../../src/scenario/result.ts';
import { Run } from '../../src/scenario/run.ts';
import type { RealAnswer } from './real-engine.ts';

const SLICE_EVENTS = 100_000;

export class EnginesLab {
  readonly run: Run;
  private last: StepResult | null = null;

  constructor(count: number, seed = 1, engineOptions: EngineOptions = {}) {
    const plan = loadScenario('engines.yaml', new TextEncoder().encode(scenarioText(count, seed)));
    this.run = new Run(plan, {
      queue: 'heap',
      captures: 'none',
      store: null,
      hash: false,
      keepGoing: true,
      isInteractive: true,
      engineOptions,
      onStepEnd: (_task, result) => {
        this.last = result;
      },
    });
    this.advance();
  }

  /** Counted from 1, as the hosts' names are. */
  engine(number: number): Engine {
    return this.run.setups[number - 1]!.engine!;
  }

  machine(number: number): Host {
    return this.run.setups[number - 1]!.host;
  }

  get nowNs(): number {
    return this.run.lab.sched.now;
  }

  /** Types a line on a host and lets virtual time go on until it has ended. */
  sh(number: number, line: string): RealAnswer {
    this.run.type(`h${number}`, line);
    this.advance();
    const { exit, stdout, stderr } = this.last!;
    return { exit: exit ?? -1, stdout, stderr };
  }

  /** The same for a line that must not fail; its output. */
  must(number: number, line: string): string {
    const { exit, stdout, stderr } = this.sh(number, line);
    assert.equal(exit, 0, `${line}: ${stderr}`);
    return stdout;
  }

  /** Lets virtual time pass. */
  wait(seconds: number): void {
    this.sh(1, `sleep ${seconds}`);
  }

  private advance(): void {
    while (this.run.advance(SLICE_EVENTS));
    assert.ok(this.run.isAtPrompt, 'the run waits for the next line');
  }
}

function scenarioText(count: number, seed: number): string {
  const hosts: string[] = [];
  for (let i = 1; i <= count; i++) {
    const mac = `52:54:00:00:50:${(10 + i).toString(16).padStart(2, '0')}`;
    hosts.push(`  h${i}: { interfaces: { eth0: { lan: lan, address: 192.168.50.${10 + i}/24, mac: ${mac} } } }`);
  }
  return `seed: ${seed}\nhosts:\n${hosts.join('\n')}\nlans: { lan: {} }\nsteps: []\n`;
}
