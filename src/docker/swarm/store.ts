/**
 * What a manager knows of its swarm: tables of objects that are changed only by entries of the managers' log, so that
 * all managers have the same. Twin of swarmkit's manager/state/store.
 */
import type { ClusterObject, StoreObject, TableName, Tables } from './objects.ts';

/** An object as it is to be; who applies it puts the version and the times on it. */
export type StoreAction = {
  [Name in TableName]:
    | { readonly kind: 'create' | 'update'; readonly table: Name; readonly object: Tables[Name] }
    | { readonly kind: 'remove'; readonly table: Name; readonly object: Tables[Name] };
}[TableName];

/** One entry of the log: all of it happens, or nothing. */
export interface Change {
  readonly actions: readonly StoreAction[];
  readonly timeNs: number;
}

/** Times and version of an object that is to be created. */
export const NEW_OBJECT: Omit<StoreObject, 'id'> = { versionIndex: 0, createdNs: 0, updatedNs: 0 };

export class MemoryStore {
  private readonly tables: { readonly [Name in TableName]: Map<string, Tables[Name]> } = {
    cluster: new Map(),
    node: new Map(),
    network: new Map(),
    task: new Map(),
  };
  private readonly listeners = new Set<(action: StoreAction) => void>();

  /** The objects of a table, in the order in which they were made. */
  all<Name extends TableName>(table: Name): readonly Tables[Name][] {
    return [...this.tables[table].values()];
  }

  get<Name extends TableName>(table: Name, id: string): Tables[Name] | undefined {
    return this.tables[table].get(id);
  }

  /** The swarm itself; undefined in a store that is empty still. */
  get cluster(): ClusterObject | undefined {
    return this.all('cluster')[0];
  }

  /** Puts an entry of the log into the tables, and tells the listeners of each action in it. */
  apply(change: Change, index: number): void {
    const applied = change.actions.map((action) => this.applyAction(action, index, change.timeNs));
    for (const action of applied) {
      if (action === undefined) continue;
      for (const listener of [...this.listeners]) listener(action);
    }
  }

  /** Calls `listener` with what is written from now on; the function ends that. */
  watch(listener: (action: StoreAction) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Everything, as one change that makes an empty store equal to this one. */
  snapshot(): readonly StoreObject[][] {
    return (Object.keys(this.tables) as TableName[]).map((table) => [...this.tables[table].values()]);
  }

  /** Takes what `snapshot` gave. */
  restore(snapshot: readonly (readonly StoreObject[])[]): void {
    for (const [i, table] of (Object.keys(this.tables) as TableName[]).entries()) {
      const objects = this.tables[table] as Map<string, StoreObject>;
      objects.clear();
      for (const object of snapshot[i] ?? []) objects.set(object.id, object);
    }
  }

  /** The action as it was applied; undefined where there is nothing to change any more. */
  private applyAction(action: StoreAction, index: number, timeNs: number): StoreAction | undefined {
    const table = this.tables[action.table] as Map<string, StoreObject>;
    const old = table.get(action.object.id);
    if (action.kind === 'remove') {
      table.delete(action.object.id);
      return old === undefined ? undefined : ({ ...action, object: old } as StoreAction);
    }
    if (action.kind === 'update' && old === undefined) return undefined;
    const createdNs = old?.createdNs ?? timeNs;
    const object = { ...action.object, versionIndex: index, createdNs, updatedNs: timeNs };
    table.set(object.id, object);
    return { ...action, object } as StoreAction;
  }
}
