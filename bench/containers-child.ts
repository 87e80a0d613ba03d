/**
 * A process that starts containers on a host as a script of a scenario does, and says what that takes: `node
 * --expose-gc containers-child.js CONTAINERS NETWORKS`. Nothing is warm: this is what a user waits for.
 */
import { performance } from 'node:perf_hooks';
import { utf8Encode } from '../src/base/bytes.ts';
import { loadScenario } from '../src/scenario/load.ts';
import { Run } from '../src/scenario/run.ts';

/** What the process prints. */
export interface ContainersFigures {
  readonly containers: number;
  /** Lines that the engine has typed. */
  readonly verbs: number;
  /** From the file to the last container that runs. */
  readonly wallNs: number;
  readonly cpuNs: number;
  /** Objects, by container. */
  readonly heapKb: number;
}

const SLICE_EVENTS = 100_000;
const KIB = 1024;

/** One host, containers in turns on networks of their own. */
function scenario(containers: number, networks: number): Uint8Array {
  const create = Array.from({ length: networks }, (_, i) => `docker network create net${i}`);
  const run = Array.from(
    { length: containers },
    (_, i) => `docker run -d --name c${i} --network net${i % networks} busybox sleep 1000000`,
  );
  const lines = [...create, ...run].map((line) => `      ${line}\n`).join('');
  return utf8Encode(`hosts:\n  host1: {}\nsteps:\n  - on: host1\n    script: |\n${lines}`);
}

function heapUsed(): number {
  if (global.gc === undefined) throw new Error('needs --expose-gc');
  global.gc();
  return process.memoryUsage().heapUsed;
}

function measure(containers: number, networks: number): ContainersFigures {
  const bytes = scenario(containers, networks);
  const heapBefore = heapUsed();
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  const run = new Run(loadScenario('containers.yaml', bytes), {
    ...{ queue: 'heap', captures: 'none', store: null, hash: false, keepGoing: false },
    // Behind the script everything stays as it is.
    isInteractive: true,
  });
  while (run.advance(SLICE_EVENTS));
  const wallNs = (performance.now() - start) * 1e6;
  const cpu = process.cpuUsage(cpuBefore);
  const running = [...run.setups[0]!.engine!.containers.values()].filter(({ isRunning }) => isRunning);
  if (running.length !== containers) throw new Error(`${running.length} of ${containers} containers run`);
  return {
    containers,
    verbs: run.verbs('host1').length,
    wallNs,
    cpuNs: (cpu.user + cpu.system) * 1000,
    heapKb: (heapUsed() - heapBefore) / containers / KIB,
  };
}

const [containersArgument = '100', networksArgument = '10'] = process.argv.slice(2);
console.log(JSON.stringify(measure(Number(containersArgument), Number(networksArgument))));
