/** The nodes of the cluster: active ones, and for a day those that failed or left (nodemgmt.go). */
import type { MemberNode } from '../delegate.ts';
import { NODE_STATE } from '../messages.ts';

/** A node as this one knows it. */
export interface DbNode {
  readonly member: MemberNode;
  /** Of its latest event. */
  lTime: number;
  /** How long it is still remembered, once it has gone. */
  reapTimeNs: number;
  /** Who was taken for its later life; '' for nobody. */
  replacedBy: string;
}

export type DbNodeState = 'active' | 'left' | 'failed';

export class DbNodes {
  readonly active = new Map<string, DbNode>();
  readonly left = new Map<string, DbNode>();
  readonly failed = new Map<string, DbNode>();

  /** The node and which of the three it is, if it is known. */
  find(name: string): { readonly node: DbNode; readonly state: DbNodeState } | undefined {
    for (const state of ['active', 'left', 'failed'] as const) {
      const node = this[state].get(name);
      if (node !== undefined) return { node, state };
    }
    return undefined;
  }

  move(name: string, from: DbNodeState, to: DbNodeState): void {
    const node = this[from].get(name)!;
    this[from].delete(name);
    this[to].set(name, node);
  }

  /**
   * Another name at the same address and port: a daemon draws a new name whenever it starts, so this is who the node
   * was before.
   */
  earlierIncarnation(member: MemberNode): string | undefined {
    for (const nodes of [this.active, this.failed, this.left]) {
      for (const [name, { member: other }] of nodes) {
        if (other.address === member.address && other.port === member.port && name !== member.name) return name;
      }
    }
    return undefined;
  }

  /** Nodes that are there, though `name` was taken for their later life. */
  replaced(name: string): string[] {
    const replaced = [...this.left].filter(([, node]) => node.replacedBy === name && isThere(node.member));
    return replaced.map(([each]) => each);
  }

  /** Counts down what is left of the time of those that have gone; how many are forgotten. */
  reap(periodNs: number): number {
    let reaped = 0;
    for (const nodes of [this.failed, this.left]) {
      for (const [name, node] of nodes) {
        if (node.reapTimeNs > periodNs) {
          node.reapTimeNs -= periodNs;
        } else {
          nodes.delete(name);
          reaped++;
        }
      }
    }
    return reaped;
  }
}

/** Whether memberlist believes so. */
function isThere({ state }: MemberNode): boolean {
  return state === NODE_STATE.alive || state === NODE_STATE.suspect;
}
