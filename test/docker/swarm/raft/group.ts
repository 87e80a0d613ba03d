/** A Raft group over a network that loses, delays and doubles what it carries, splits, and whose members crash. */
import assert from 'node:assert/strict';
import type { Rng } from '../../../../src/sim/rng.ts';
import type { Entry } from '../../../../src/docker/swarm/raft/raft-log.ts';
import { RaftStorage } from '../../../../src/docker/swarm/raft/raft-log.ts';
import type { RaftMessage } from '../../../../src/docker/swarm/raft/raft-message.ts';
import type { RaftSettings } from '../../../../src/docker/swarm/raft/raft-node.ts';
import { RaftNode } from '../../../../src/docker/swarm/raft/raft-node.ts';

interface Member {
  readonly storage: RaftStorage;
  /** Null while it is switched off. */
  node: RaftNode | null;
  /** The changes that it has applied, in order: the store. */
  store: string[];
}

export class RaftGroup {
  readonly members = new Map<string, Member>();
  lossChance = 0;
  copyChance = 0;
  delayTicksMax = 0;
  /** Those of one side of a split; whoever is not in it is on the other. */
  side: ReadonlySet<string> = new Set();
  private readonly rng: Rng;
  private readonly settings: RaftSettings;
  private tickCount = 0;
  private inFlight: { readonly atTick: number; readonly message: RaftMessage }[] = [];
  /** By index, what has ever been agreed on; by term, who has led. */
  private readonly agreed: string[] = [];
  private readonly leaders = new Map<number, string>();

  constructor(rng: Rng, size: number, settings: RaftSettings = { snapshotInterval: 10, keptEntries: 3 }) {
    this.rng = rng;
    this.settings = settings;
    const ids = Array.from({ length: size }, (_, index) => `n${index + 1}`);
    for (const id of ids) this.enter(id, new RaftStorage(ids, []));
  }

  /** A member of which the others hear when somebody proposes it. */
  enter(id: string, storage = new RaftStorage([], [])): void {
    this.members.set(id, { storage, node: null, store: [] });
    this.start(id);
  }

  start(id: string): void {
    const member = this.members.get(id)!;
    member.store = [...(member.storage.snapshot.state as string[])];
    const fork = this.rng.fork(`${id}/${this.tickCount}`);
    member.node = new RaftNode(
      id,
      member.storage,
      fork,
      {
        send: (message) => {
          this.carry(message);
        },
        apply: (entry) => {
          this.applied(id, member, entry);
        },
        state: () => [...member.store],
        restore: ({ state }) => {
          member.store = [...(state as string[])];
        },
        leaderChanged: () => {
          this.noteLeaders();
        },
      },
      this.settings,
    );
  }

  crash(id: string): void {
    this.members.get(id)!.node = null;
  }

  /** Whoever leads and has heard of no later term. */
  leader(): RaftNode | undefined {
    const nodes = [...this.members.values()].flatMap(({ node }) => (node === null ? [] : [node]));
    return nodes.filter(({ role }) => role === 'leader').sort((a, b) => b.term - a.term)[0];
  }

  tick(): void {
    this.tickCount++;
    for (const { node } of this.members.values()) node?.tick();
    for (;;) {
      const due = this.inFlight.filter(({ atTick }) => atTick <= this.tickCount);
      if (due.length === 0) break;
      this.inFlight = this.inFlight.filter(({ atTick }) => atTick > this.tickCount);
      this.rng.shuffle(due);
      for (const { message } of due) this.members.get(message.to)?.node?.step(message);
    }
    this.noteLeaders();
  }

  ticks(count: number): void {
    for (let i = 0; i < count; i++) this.tick();
  }

  private carry(message: RaftMessage): void {
    if (this.side.has(message.from) !== this.side.has(message.to)) return;
    const copies = this.rng.chance(this.lossChance) ? 0 : this.rng.chance(this.copyChance) ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      const atTick = this.tickCount + this.rng.below(this.delayTicksMax + 1);
      // It travels as bytes do: nobody shares anything.
      this.inFlight.push({ atTick, message: structuredClone(message) });
    }
  }

  /** State machine safety: what one has applied under an index nobody contradicts. */
  private applied(id: string, member: Member, { index, data }: Entry): void {
    const text = JSON.stringify(data);
    const known = this.agreed[index];
    if (known === undefined) this.agreed[index] = text;
    else assert.equal(text, known, `${id} applies something else under ${index}`);
    if (data?.kind === 'change') member.store.push(data.change as string);
  }

  /** Election safety: a term has at most one leader. */
  private noteLeaders(): void {
    for (const [id, { node }] of this.members) {
      if (node?.role !== 'leader') continue;
      const other = this.leaders.get(node.term) ?? id;
      assert.equal(other, id, `term ${node.term} has two leaders`);
      this.leaders.set(node.term, id);
    }
  }
}
