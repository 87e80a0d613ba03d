/**
 * The tree of a scenario file: mappings, lists and scalars, each with its place. It is made from the YAML document with
 * aliases put in (shared, not copied), within bounds: an alias bomb or a cycle is refused here, so that whoever walks
 * the tree later need not think of them.
 */
import type { LineCounter, Scalar } from 'yaml';
import { isAlias, isMap, isNode, isScalar, isSeq } from 'yaml';
import type { DiagnosticList, Position } from './diagnostics.ts';
import { ScenarioError } from './diagnostics.ts';
import { quote } from './suggest.ts';

/** Nodes that aliases may add to a file, and levels of nesting after all aliases are put in. */
const ALIASED_NODES_MAX = 100_000;
export const DEPTH_MAX = 64;

export type SourceNode = SourceMap | SourceList | SourceScalar;

interface NodeCommon extends Position {
  /** Nodes in it, itself included, with aliases counted at each use. */
  readonly nodes: number;
  readonly depth: number;
}

export interface SourceMap extends NodeCommon {
  readonly kind: 'map';
  /** By key, in the file's order. */
  readonly entries: ReadonlyMap<string, SourceEntry>;
}

export interface SourceEntry {
  readonly name: string;
  /** The place of the key. */
  readonly at: Position;
  readonly value: SourceNode;
}

export interface SourceList extends NodeCommon {
  readonly kind: 'list';
  readonly items: readonly SourceNode[];
}

export interface SourceScalar extends NodeCommon {
  readonly kind: 'scalar';
  readonly value: unknown;
  /** A plain scalar as it is written (`0x10`, `True`); of a quoted or block scalar its text. */
  readonly written: string;
  readonly style: Scalar.Type;
  /** Offsets into the file's text of the scalar with its quotes or block header. */
  readonly start: number;
  readonly end: number;
}

/** The plain value of a node, as JSON has it. */
export function plainValue(node: SourceNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plainValue);
  return Object.fromEntries([...node.entries.values()].map((entry) => [entry.name, plainValue(entry.value)]));
}

/** Turns one YAML document into nodes. Duplicate and odd keys are noted and left out; bad aliases throw. */
export class TreeBuilder {
  private readonly lineCounter: LineCounter;
  private readonly diagnostics: DiagnosticList;
  /** null: its node is not complete yet. */
  private readonly anchors = new Map<string, SourceNode | null>();
  private aliasedNodes = 0;

  constructor(lineCounter: LineCounter, diagnostics: DiagnosticList) {
    this.lineCounter = lineCounter;
    this.diagnostics = diagnostics;
  }

  positionOf(offset: number): Position {
    return this.lineCounter.linePos(offset);
  }

  /** `keyAt` is the place to name for a value that is not there at all. */
  build(node: unknown, keyAt: Position): SourceNode {
    if (isAlias(node)) return this.aliased(node.source, this.positionOf(node.range?.[0] ?? 0));
    if (isScalar(node)) return this.anchored(node.anchor, () => this.scalar(node, keyAt));
    if (isMap(node))
      return this.anchored(node.anchor, () => this.map(node.items, this.positionOf(node.range?.[0] ?? 0)));
    if (isSeq(node))
      return this.anchored(node.anchor, () => this.list(node.items, this.positionOf(node.range?.[0] ?? 0)));
    return { kind: 'scalar', ...keyAt, nodes: 1, depth: 1, value: null, written: '', style: 'PLAIN', start: 0, end: 0 };
  }

  private anchored(anchor: string | undefined, build: () => SourceNode): SourceNode {
    if (anchor === undefined) return build();
    this.anchors.set(anchor, null);
    const node = build();
    this.anchors.set(anchor, node);
    return node;
  }

  private aliased(anchor: string, at: Position): SourceNode {
    const node = this.anchors.get(anchor);
    if (node === undefined) this.refuse(at, `*${anchor} stands for nothing; expected an anchor &${anchor} before it`);
    if (node === null)
      this.refuse(at, `*${anchor} is part of what it stands for; expected an alias after its anchor's end`);
    this.aliasedNodes += node.nodes;
    if (this.aliasedNodes > ALIASED_NODES_MAX) {
      this.refuse(at, `aliases blow the file up; expected at most ${ALIASED_NODES_MAX} values by way of aliases`);
    }
    return node;
  }

  private scalar(node: Scalar, keyAt: Position): SourceNode {
    const start = node.range?.[0] ?? 0;
    const end = node.range?.[1] ?? start;
    const at = end === start ? keyAt : this.positionOf(start);
    const written = typeof node.value === 'string' ? node.value : (node.source ?? '');
    const style = node.type ?? 'PLAIN';
    return { kind: 'scalar', ...at, nodes: 1, depth: 1, value: node.value, written, style, start, end };
  }

  private list(items: readonly unknown[], at: Position): SourceNode {
    const built = items.map((item) => this.build(item, isNode(item) ? this.positionOf(item.range?.[0] ?? 0) : at));
    return { kind: 'list', ...at, ...this.measure(built, at), items: built };
  }

  private map(pairs: readonly { key: unknown; value: unknown }[], at: Position): SourceNode {
    const entries = new Map<string, SourceEntry>();
    for (const pair of pairs) {
      const name = isScalar(pair.key) ? this.keyText(pair.key) : undefined;
      const keyAt = isNode(pair.key) ? this.positionOf(pair.key.range?.[0] ?? 0) : at;
      const value = this.build(pair.value, keyAt);
      const first = name === undefined ? undefined : entries.get(name);
      if (name === undefined) {
        this.diagnostics.add(keyAt, 'a key is not a plain text; expected `key: value`');
      } else if (first !== undefined) {
        this.diagnostics.add(
          keyAt,
          `duplicate key ${quote(name)}; expected each key once, and line ${first.at.line} has it`,
        );
      } else {
        entries.set(name, { name, at: keyAt, value });
      }
    }
    const built = [...entries.values()].map((entry) => entry.value);
    return { kind: 'map', ...at, ...this.measure(built, at), entries };
  }

  /** Numbers and `true` are fine as keys, and mean their text; an empty key is not. */
  private keyText(key: Scalar): string | undefined {
    const text = typeof key.value === 'string' ? key.value : key.source;
    return text === undefined || text === '' ? undefined : text;
  }

  private measure(children: readonly SourceNode[], at: Position): { nodes: number; depth: number } {
    let nodes = 1;
    let depth = 0;
    for (const child of children) {
      nodes += child.nodes;
      depth = Math.max(depth, child.depth);
    }
    if (depth >= DEPTH_MAX) this.refuse(at, `the file is nested too deeply; expected at most ${DEPTH_MAX} levels`);
    return { nodes, depth: depth + 1 };
  }

  private refuse(at: Position, message: string): never {
    throw new ScenarioError([{ file: this.diagnostics.file, line: at.line, col: at.col, message }]);
  }
}
