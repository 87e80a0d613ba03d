/** A topology as a flowchart of Mermaid, as GitHub and many wikis draw it. */
import type { Graph, GraphEdge, GraphInterface, GraphNamespace } from './graph.ts';
import { interfaceLines } from './graph.ts';

const LINKS: Readonly<Record<GraphEdge['kind'], string>> = { cable: '===', veth: '---', port: '-.-' };

/** The text of a label: what would end it or be taken for markup is written as an entity. */
function quoted(lines: readonly string[]): string {
  const safe = lines.map((line) =>
    line.replace(/[#"<>&]/g, (char) => `#${{ '#': '35', '"': 'quot', '<': 'lt', '>': 'gt', '&': 'amp' }[char]!};`),
  );
  return `"${safe.join('<br/>')}"`;
}

function interfaceLine(item: GraphInterface): string {
  const label = quoted(interfaceLines(item));
  return item.isBridge ? `${item.id}{{${label}}}` : `${item.id}[${label}]`;
}

function namespaceLines(namespace: GraphNamespace, indent: string): string[] {
  const notes = namespace.notes.map(({ id, text }) => `${id}(${quoted([text])})`);
  return [...namespace.interfaces.map(interfaceLine), ...notes].map((line) => indent + line);
}

/** The whole flowchart. */
export function mermaidOf(graph: Graph): string {
  const lines = ['---', `title: ${JSON.stringify(graph.title)}`, '---', 'flowchart LR'];
  for (const { id, lan } of graph.switches) lines.push(`  ${id}([${quoted([`switch of ${lan}`])}])`);
  for (const host of graph.hosts) {
    lines.push(`  subgraph ${host.id}[${quoted([host.name])}]`, ...namespaceLines(host.root, '    '));
    for (const namespace of host.namespaces) {
      lines.push(`    subgraph ${namespace.id}[${quoted([namespace.name])}]`);
      lines.push(...namespaceLines(namespace, '      '), '    end');
    }
    lines.push('  end');
  }
  for (const { from, to, kind, label } of graph.edges) {
    const text = label === '' ? '' : `|${quoted([label])}|`;
    lines.push(`  ${from} ${LINKS[kind]}${text} ${to}`);
  }
  return `${lines.join('\n')}\n`;
}
