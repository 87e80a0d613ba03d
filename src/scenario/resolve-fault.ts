/** Reads what a `fault:` step does: one action, with names that the file defines. */
import type { Position } from './diagnostics.ts';
import type { PlanFault, PlanHost, PlanLan } from './plan.ts';
import type { ReadMap } from './reader.ts';
import { readMap } from './reader.ts';
import { FaultSchema } from './schema.ts';
import type { Source } from './source.ts';
import type { SourceEntry } from './source-node.ts';
import { quote, unknownName } from './suggest.ts';

/** What faults may speak of. */
export interface FaultContext {
  readonly source: Source;
  readonly hosts: ReadonlyMap<string, PlanHost>;
  readonly lans: readonly PlanLan[];
}

type FaultAction = keyof (typeof FaultSchema)['shape'];
type FaultRead = ReadMap<(typeof FaultSchema)['shape']>;

/** The fault of the entry `fault:`; undefined when there is a mistake in it, which is noted. */
export function readFault(context: FaultContext, entry: SourceEntry): PlanFault | undefined {
  const { diagnostics } = context.source;
  const inner = readMap(diagnostics, entry.value, 'a fault', FaultSchema);
  if (entry.value.kind !== 'map') return undefined;
  const known = Object.keys(FaultSchema.shape) as FaultAction[];
  const actions = known.filter((action) => inner.node(action) !== undefined);
  const [action] = actions;
  if (action === undefined || actions.length !== 1) {
    const found = actions.length === 0 ? 'no action' : actions.join(' and ');
    diagnostics.add(inner.at, `the fault has ${found}; expected one of ${known.join(', ')}`);
    return undefined;
  }
  const at = inner.place(action);
  if (action === 'partition') return partitionOf(context, inner, at);
  if (action === 'kill' || action === 'start') return machineFault(context, action, inner.fields[action], at);
  return cableFault(context, action, inner.fields[action], at);
}

function machineFault(
  context: FaultContext,
  action: 'kill' | 'start',
  place: string | undefined,
  at: Position,
): PlanFault | undefined {
  if (place === undefined) return undefined;
  const [host = '', container] = place.split('/');
  if (!knowsHost(context, host, at)) return undefined;
  if (container !== undefined && !context.hosts.get(host)!.docker) {
    context.source.diagnostics.add(at, `host ${quote(host)} has no engine; expected a host that runs containers`);
  }
  return { action, host, container };
}

function cableFault(
  context: FaultContext,
  action: 'cut' | 'heal',
  place: string | undefined,
  at: Position,
): PlanFault | undefined {
  if (place === undefined) return undefined;
  if (place === 'all') return { action: 'heal all' };
  const { diagnostics } = context.source;
  const [host = '', lan = ''] = place.split('/');
  const names = context.lans.map(({ name }) => name);
  const isKnown = knowsHost(context, host, at);
  if (!names.includes(lan)) diagnostics.add(at, unknownName('LAN', lan, names));
  if (!isKnown || !names.includes(lan)) return undefined;
  const own = [...new Set(context.hosts.get(host)!.interfaces.map((nic) => nic.lan))];
  if (own.includes(lan)) return { action, host, lan };
  const expected = own.length === 0 ? 'a host that hangs on it' : `${host}/${own.join(` or ${host}/`)}`;
  diagnostics.add(at, `host ${quote(host)} does not hang on LAN ${quote(lan)}; expected ${expected}`);
  return undefined;
}

function partitionOf(context: FaultContext, read: FaultRead, at: Position): PlanFault | undefined {
  const groups = read.fields.partition;
  if (groups === undefined) return undefined;
  const { diagnostics } = context.source;
  const groupOf = new Map<string, number>();
  let isRight = true;
  groups.forEach((group, i) => {
    for (const name of group) {
      if (!knowsHost(context, name, at)) isRight = false;
      else if (groupOf.has(name)) {
        diagnostics.add(at, `host ${quote(name)} is in the groups twice; expected it once`);
        isRight = false;
      }
      groupOf.set(name, i);
    }
  });
  for (const lan of context.lans) {
    if (lan.isSwitch || lan.members.length !== 2) continue;
    const [one, other] = lan.members.map(({ host }) => groupOf.get(host));
    if (one === undefined || other === undefined || one === other) continue;
    const what = `LAN ${quote(lan.name)} between two groups has no switch that could part them`;
    diagnostics.add(at, `${what}; expected fault: { cut: ${lan.members[0]!.host}/${lan.name} }`);
    isRight = false;
  }
  return isRight ? { action: 'partition', groups } : undefined;
}

/** Whether there is such a host; if not, that is noted. */
function knowsHost(context: FaultContext, name: string, at: Position): boolean {
  if (context.hosts.has(name)) return true;
  context.source.diagnostics.add(at, unknownName('host', name, [...context.hosts.keys()]));
  return false;
}
