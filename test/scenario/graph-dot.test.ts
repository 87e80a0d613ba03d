/** The graphs are read back by a small parser of the DOT language, and by Graphviz where it is there. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dotOf } from '../../src/scenario/graph-dot.ts';
import type { Graph } from '../../src/scenario/graph.ts';
import { DOCKER_LAB, LAB, graphAfter } from './graph.test.ts';

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|--|[A-Za-z_][A-Za-z_0-9]*|[{}[\]=,;])/y;

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; text.slice(at).trim() !== ''; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    assert.ok(found !== null, `no DOT: ${text.slice(at, at + 40)}`);
    tokens.push(found[1]!);
  }
  return tokens;
}

/** graph : 'graph' ID '{' stmt_list '}' */
class DotParser {
  readonly nodes: string[] = [];
  readonly edges: string[] = [];
  private readonly tokens: string[];

  constructor(text: string) {
    this.tokens = tokensOf(text);
  }

  parse(): this {
    this.take('graph');
    this.takeId();
    this.block();
    assert.deepEqual(this.tokens, []);
    return this;
  }

  private block(): void {
    this.take('{');
    while (this.tokens[0] !== '}') this.statement();
    this.take('}');
  }

  private statement(): void {
    if (this.tokens[0] === 'subgraph') {
      this.take('subgraph');
      assert.match(this.takeId(), /^cluster_/);
      this.block();
      return;
    }
    const id = this.takeId();
    if (this.tokens[0] === '=') {
      this.take('=');
      this.takeId();
    } else if (this.tokens[0] === '--') {
      this.take('--');
      this.edges.push(`${id} ${this.takeId()}`);
      this.attributes();
    } else {
      this.nodes.push(id);
      this.attributes();
    }
    this.take(';');
  }

  private attributes(): void {
    this.take('[');
    for (;;) {
      this.takeId();
      this.take('=');
      this.takeId();
      if (this.tokens[0] !== ',') break;
      this.take(',');
    }
    this.take(']');
  }

  private take(token: string): void {
    assert.equal(this.tokens.shift(), token);
  }

  private takeId(): string {
    const id = this.tokens.shift() ?? '';
    assert.match(id, /^["A-Za-z_]/);
    return id;
  }
}

describe('scenario/graph-dot:', () => {
  it('is a graph of all nodes and edges', () => {
    const graph = graphAfter(DOCKER_LAB);
    const { nodes, edges } = new DotParser(dotOf(graph)).parse();
    const insides = graph.hosts.flatMap(({ root, namespaces }) =>
      [root, ...namespaces].flatMap((ns) => [...ns.interfaces, ...ns.notes]),
    );
    assert.deepEqual(nodes, [...graph.switches.map(({ id }) => id), ...insides.map(({ id }) => id)]);
    assert.deepEqual(
      edges,
      graph.edges.map(({ from, to }) => `${from} ${to}`),
    );
  });

  it('quotes odd names', () => {
    const odd = 'a"b\\c';
    const root = {
      id: 'ns1',
      name: '',
      interfaces: [{ id: 'if1', name: odd, isBridge: true, isUp: false, addresses: [], network: '' }],
      notes: [],
    };
    const graph: Graph = {
      name: odd,
      title: odd,
      switches: [],
      hosts: [{ id: 'host1', name: odd, root, namespaces: [] }],
      edges: [],
    };
    const text = dotOf(graph);
    assert.deepEqual(new DotParser(text).parse().nodes, ['if1']);
    assert.match(text, /if1 \[label="a\\"b\\\\c \(down\)", shape=hexagon\];/);
  });

  it('is taken by Graphviz', function () {
    const { status, stderr, error } = spawnSync('dot', ['-Tcanon'], {
      input: dotOf(graphAfter(LAB)),
      encoding: 'utf8',
    });
    if (error !== undefined) {
      console.log('      skipped: dot is not installed');
      this.skip();
    }
    assert.deepEqual([status, stderr], [0, '']);
  });
});
