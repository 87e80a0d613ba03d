/**
 * The flows of the plan: load that is driven by a timer instead of a program.
 */
import { MILLISECOND } from '../sim/units.ts';
import type { PlanFlow, PlanFlowEnd, PlanHost } from './plan.ts';
import type { ReadMap } from './reader.ts';
import { itemsOf, readMap } from './reader.ts';
import { FlowSchema } from './schema.ts';
import type { Source } from './source.ts';
import type { SourceNode } from './source-node.ts';
import { unknownName } from './suggest.ts';

/** What is sent at a time where nothing is said. */
const DATAGRAM_BYTES = 64;
const PIECE_BYTES = 1000;

type FlowRead = ReadMap<(typeof FlowSchema)['shape']>;

export function readFlows(source: Source, hosts: ReadonlyMap<string, PlanHost>): PlanFlow[] {
  const flows: PlanFlow[] = [];
  for (const node of itemsOf(source.diagnostics, source.root.entries.get('flows')?.value, 'flows')) {
    const flow = readFlow(source, hosts, node);
    if (flow !== undefined) flows.push(flow);
  }
  return flows;
}

function readFlow(source: Source, hosts: ReadonlyMap<string, PlanHost>, node: SourceNode): PlanFlow | undefined {
  const read = readMap(source.diagnostics, node, 'a flow', FlowSchema);
  const { fields } = read;
  const from = flowEnd(source, hosts, read, 'from');
  const to = flowEnd(source, hosts, read, 'to');
  if (node.kind !== 'map') return undefined;
  const protocol = protocolOf(source, read);
  const isTcp = protocol === 'tcp';
  if (isTcp) refuseUdpKeys(source, read);
  const sizeBytes = fields.size ?? (isTcp ? PIECE_BYTES : DATAGRAM_BYTES);
  const count = countOf(source, read, sizeBytes);
  const isTwice = read.node('sourcePort') !== undefined && read.node('sourcePorts') !== undefined;
  if (isTwice)
    source.diagnostics.add(
      read.place('sourcePorts'),
      'the flow has sourcePort and sourcePorts; expected one of the two',
    );
  const port = isTcp ? fields.tcp : fields.udp;
  if (from === undefined || to === undefined || protocol === undefined) return undefined;
  if (port === undefined || count === undefined) return undefined;
  return {
    from,
    to,
    protocol,
    port,
    sizeBytes,
    count,
    intervalNs: fields.interval ?? (isTcp ? 0 : MILLISECOND),
    startNs: fields.start,
    staggerNs: fields.stagger,
    sourcePort: fields.sourcePort ?? fields.sourcePorts?.first ?? 0,
    sourcePortCount: fields.sourcePorts?.count ?? 1,
    warmup: isTcp ? 0 : fields.warmup,
    line: read.at.line,
    col: read.at.col,
  };
}

function flowEnd(
  source: Source,
  hosts: ReadonlyMap<string, PlanHost>,
  read: FlowRead,
  key: 'from' | 'to',
): PlanFlowEnd | undefined {
  const text = read.fields[key];
  if (text === undefined) return undefined;
  const [name = '', container] = text.split('/');
  const host = hosts.get(name);
  if (host === undefined) {
    source.diagnostics.add(read.place(key), unknownName('host', name, [...hosts.keys()]));
    return undefined;
  }
  const hasAddress = host.interfaces.some(({ addresses }) => addresses.length > 0);
  if (container === undefined && !hasAddress) {
    source.diagnostics.add(read.place(key), `host "${name}" has no address; expected one that can send and receive`);
  }
  return { host: name, container };
}

function protocolOf(source: Source, read: FlowRead): 'udp' | 'tcp' | undefined {
  const hasUdp = read.node('udp') !== undefined;
  const hasTcp = read.node('tcp') !== undefined;
  if (hasTcp && hasUdp) source.diagnostics.add(read.place('tcp'), 'the flow has udp and tcp; expected one of the two');
  else if (hasTcp || hasUdp) return hasTcp ? 'tcp' : 'udp';
  else source.diagnostics.add(read.at, 'the flow has no protocol; expected udp: or tcp: and the port');
  return undefined;
}

/** What says how datagrams leave says nothing to a stream. */
function refuseUdpKeys(source: Source, read: FlowRead): void {
  for (const key of ['stagger', 'sourcePorts', 'warmup'] as const) {
    if (read.node(key) === undefined) continue;
    source.diagnostics.add(read.place(key), `${key} is for UDP flows; expected none for a TCP connection`);
  }
}

/** The number of datagrams or pieces: given, or as many as it takes for so many bytes. */
function countOf(source: Source, read: FlowRead, size: number): number | undefined {
  const { count, bytes } = read.fields;
  const hasCount = read.node('count') !== undefined;
  const hasBytes = read.node('bytes') !== undefined;
  if (hasCount && hasBytes)
    source.diagnostics.add(read.place('bytes'), 'the flow has count and bytes; expected one of the two');
  else if (!hasCount && !hasBytes) source.diagnostics.add(read.at, 'the flow has no end; expected count: or bytes:');
  if (count !== undefined || bytes === undefined) return count;
  if (size > 0 && bytes > 0) return Math.ceil(bytes / size);
  source.diagnostics.add(
    read.place('bytes'),
    `${bytes} bytes in datagrams of ${size} make no flow; expected more than 0 of both`,
  );
  return undefined;
}
