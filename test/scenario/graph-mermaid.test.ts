/** The flowcharts are read back by a parser of what Mermaid's grammar says of the few forms that are used. */
import assert from 'node:assert/strict';
import { mermaidOf } from '../../src/scenario/graph-mermaid.ts';
import type { Graph } from '../../src/scenario/graph.ts';
import { DOCKER_LAB, LAB, graphAfter } from './graph.test.ts';

const LABEL = '"[^"\\n]*"';
const NODE = new RegExp(`^(\\w+)(?:\\[${LABEL}\\]|\\(${LABEL}\\)|\\(\\[${LABEL}\\]\\)|\\{\\{${LABEL}\\}\\})$`);
const SUBGRAPH = new RegExp(`^subgraph (\\w+)\\[${LABEL}\\]$`);
const LINK = new RegExp(`^(\\w+) (?:===|---|-\\.-)(?:\\|${LABEL}\\|)? (\\w+)$`);

/** Ids of nodes and links; fails where a line is no Mermaid. */
function parseMermaid(text: string): { nodes: string[]; links: string[] } {
  const lines = text.split('\n');
  assert.equal(lines.pop(), '');
  assert.deepEqual([lines[0], lines[2], lines[3]], ['---', '---', 'flowchart LR']);
  assert.equal(typeof JSON.parse(lines[1]!.replace(/^title: /, '')), 'string');
  const found = { nodes: [] as string[], links: [] as string[] };
  let depth = 0;
  for (const line of lines.slice(4).map((indented) => indented.trim())) {
    const node = NODE.exec(line);
    const link = LINK.exec(line);
    if (SUBGRAPH.test(line)) depth++;
    else if (line === 'end') assert.ok(depth-- > 0, 'an end without a subgraph');
    else if (link !== null) found.links.push(`${link[1]!} ${link[2]!}`);
    else if (node !== null) found.nodes.push(node[1]!);
    else assert.fail(`no Mermaid: ${line}`);
  }
  assert.equal(depth, 0);
  return found;
}

describe('scenario/graph-mermaid:', () => {
  it('is a flowchart of all nodes and links', () => {
    const graph = graphAfter(DOCKER_LAB);
    const { nodes, links } = parseMermaid(mermaidOf(graph));
    const insides = graph.hosts.flatMap(({ root, namespaces }) =>
      [root, ...namespaces].flatMap((ns) => [...ns.interfaces, ...ns.notes]),
    );
    assert.deepEqual(nodes, [...graph.switches.map(({ id }) => id), ...insides.map(({ id }) => id)]);
    assert.deepEqual(
      links,
      graph.edges.map(({ from, to }) => `${from} ${to}`),
    );
    assert.equal(new Set(nodes).size, nodes.length);
  });

  it('draws each kind in its own way', () => {
    const text = mermaidOf(graphAfter(LAB));
    assert.match(text, /switch1\(\["switch of one"\]\)/);
    assert.match(text, /if1\["eth0<br\/>192\.168\.50\.11\/24"\]/);
    assert.match(text, /if3\{\{"br0"\}\}/);
    assert.match(text, /\["x \(down\)"\]/);
    assert.match(text, /switch1 ===\|"uplink"\| switch2/);
  });

  it('keeps odd names from becoming markup', () => {
    const odd = 'a"b<c>#&';
    const root = {
      id: 'ns1',
      name: '',
      interfaces: [{ id: 'if1', name: odd, isBridge: false, isUp: true, addresses: [], network: '' }],
      notes: [],
    };
    const graph: Graph = {
      name: 'x',
      title: odd,
      switches: [],
      hosts: [{ id: 'host1', name: odd, root, namespaces: [] }],
      edges: [],
    };
    const text = mermaidOf(graph);
    assert.deepEqual(parseMermaid(text).nodes, ['if1']);
    assert.match(text, /if1\["a#quot;b#lt;c#gt;#35;#amp;"\]/);
  });
});
