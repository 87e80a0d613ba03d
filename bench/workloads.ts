/**
 * The workloads that are measured: their plans, and how the prototype of the performance contract is told to run the
 * same. A number of datagrams is that of all senders together.
 */
import type { Plan } from '../src/scenario/plan.ts';
import type { HostSetup } from './workload-plans.ts';
import { planW1, planW2, planW3, planW5, planW6, setupW6 } from './workload-plans.ts';

/** W2 is a ring of so many hosts. */
const RING_HOSTS = 32;

export interface Workload {
  readonly name: string;
  /** Datagrams, beside those of the warm-up. */
  plan(datagrams: number): Plan;
  /** What is typed on each host first; none where the plan says it all. */
  readonly setup?: (host: string) => HostSetup;
  /** The prototype's command line: the workload, then its settings. */
  prototypeArgs(datagrams: number): string[];
}

function treeWorkload(name: string, leaves: number, perLeaf: number): Workload {
  return {
    name,
    plan: (datagrams) => planW5(leaves, perLeaf, datagrams),
    prototypeArgs: (datagrams) => ['5', `n=${datagrams}`, `leaves=${leaves}`, `hpl=${perLeaf}`],
  };
}

export const WORKLOADS: readonly Workload[] = [
  { name: 'W1', plan: planW1, prototypeArgs: (datagrams) => ['1', `n=${datagrams}`] },
  {
    name: 'W2',
    plan: (datagrams) => planW2(Math.ceil(datagrams / RING_HOSTS)),
    prototypeArgs: (datagrams) => ['2', `n=${Math.ceil(datagrams / RING_HOSTS)}`],
  },
  { name: 'W3', plan: planW3, prototypeArgs: (datagrams) => ['3', `n=${datagrams}`] },
  treeWorkload('W5-256', 16, 16),
  treeWorkload('W5-1024', 32, 32),
  { name: 'W6', plan: planW6, setup: setupW6, prototypeArgs: (datagrams) => ['6', `n=${datagrams}`] },
];

/** The workload of that name; throws when there is none. */
export function workloadNamed(name: string): Workload {
  const found = WORKLOADS.find((workload) => workload.name === name);
  if (found === undefined) {
    throw new Error(`no workload ${name}; expected one of ${WORKLOADS.map((each) => each.name).join(', ')}`);
  }
  return found;
}
