/** Who wants to hear of tables, and of nodes that come and go (watch.go). */
import type { Ip4 } from '../../base/addr.ts';

export type TableOperation = 'create' | 'update' | 'delete';

export interface TableNews {
  readonly operation: TableOperation;
  readonly table: string;
  readonly networkId: string;
  readonly key: string;
  readonly value: Uint8Array;
  /** Who owns the entry. */
  readonly node: string;
}

export interface NodeNews {
  readonly operation: 'create' | 'delete';
  readonly address: Ip4;
}

interface TableWatcher {
  readonly table: string;
  readonly networkId: string;
  readonly listener: (news: TableNews) => void;
}

export class Watchers {
  private readonly tableWatchers = new Set<TableWatcher>();
  private readonly nodeWatchers = new Set<(news: NodeNews) => void>();

  /** An empty name stands for any. The function returned ends the watch. */
  watch(table: string, networkId: string, listener: (news: TableNews) => void): () => void {
    const watcher = { table, networkId, listener };
    this.tableWatchers.add(watcher);
    return () => {
      this.tableWatchers.delete(watcher);
    };
  }

  watchNodes(listener: (news: NodeNews) => void): () => void {
    this.nodeWatchers.add(listener);
    return () => {
      this.nodeWatchers.delete(listener);
    };
  }

  tell(news: TableNews): void {
    for (const { table, networkId, listener } of [...this.tableWatchers]) {
      if ((table === '' || table === news.table) && (networkId === '' || networkId === news.networkId)) listener(news);
    }
  }

  tellNode(news: NodeNews): void {
    for (const listener of [...this.nodeWatchers]) listener(news);
  }
}
