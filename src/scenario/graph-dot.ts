/** A topology in the DOT language of Graphviz: clusters for hosts and namespaces. */
import type { Graph, GraphEdge, GraphInterface, GraphNamespace } from './graph.ts';
import { interfaceLines } from './graph.ts';

const STYLES: Readonly<Record<GraphEdge['kind'], string>> = { cable: 'bold', veth: 'solid', port: 'dashed' };

/** A quoted string of DOT, its lines centred one below the other. */
function quoted(lines: readonly string[]): string {
  const safe = lines.map((line) => line.replaceAll('\\', '\\\\').replaceAll('"', '\\"'));
  return `"${safe.join('\\n')}"`;
}

function interfaceLine(item: GraphInterface): string {
  return `${item.id} [label=${quoted(interfaceLines(item))}, shape=${item.isBridge ? 'hexagon' : 'box'}];`;
}

function clusterLines(id: string, name: string, namespace: GraphNamespace, inner: readonly string[]): string[] {
  return [
    `subgraph cluster_${id} {`,
    `  label=${quoted([name])};`,
    ...namespace.interfaces.map((item) => `  ${interfaceLine(item)}`),
    ...namespace.notes.map(({ id: noteId, text }) => `  ${noteId} [label=${quoted([text])}, shape=plaintext];`),
    ...inner.map((line) => `  ${line}`),
    '}',
  ];
}

/** The whole graph. */
export function dotOf(graph: Graph): string {
  const lines = [`label=${quoted([graph.title])};`, 'rankdir=LR;'];
  for (const { id, lan } of graph.switches) lines.push(`${id} [label=${quoted([`switch of ${lan}`])}, shape=ellipse];`);
  for (const host of graph.hosts) {
    const inner = host.namespaces.flatMap((namespace) => clusterLines(namespace.id, namespace.name, namespace, []));
    lines.push(...clusterLines(host.id, host.name, host.root, inner));
  }
  for (const { from, to, kind, label } of graph.edges) {
    const text = label === '' ? '' : `, label=${quoted([label])}`;
    lines.push(`${from} -- ${to} [style=${STYLES[kind]}${text}];`);
  }
  return `graph ${quoted([graph.name])} {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
}
