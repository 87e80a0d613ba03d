/** A node's way to a manager: over the network, or within one machine. */
import type { Json } from '../inspect/json.ts';
import type { Answer } from './answer.ts';
import { RpcError } from './control/rpc.ts';
import type { Manager } from './manager/manager.ts';
import type { RpcPeer } from './manager/context.ts';

/** What a stream of messages calls. */
export interface StreamListener {
  readonly onMessage: (message: Json) => void;
  /** The stream has ended, and not by who opened it. */
  readonly onLost: (reason: string) => void;
}

export interface ManagerLink {
  call(method: string, body: Json): Answer<Json>;
  /** The function returned ends the stream. */
  open(method: string, body: Json, listener: StreamListener): () => void;
  close(): void;
}

/** The way to the manager on the same machine: no frame leaves it. */
export class LocalLink implements ManagerLink {
  private readonly manager: Manager;
  private readonly peer: RpcPeer;
  private readonly streams = new Set<() => void>();

  constructor(manager: Manager, peer: RpcPeer) {
    this.manager = manager;
    this.peer = peer;
  }

  call(method: string, body: Json): Answer<Json> {
    return this.manager.call(this.peer, method, body);
  }

  open(method: string, body: Json, listener: StreamListener): () => void {
    try {
      const end = this.manager.open(this.peer, method, body, {
        push: listener.onMessage,
        end: (reason) => {
          listener.onLost(reason?.message ?? 'EOF');
        },
      });
      this.streams.add(end);
      return end;
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      listener.onLost(error.message);
      return () => undefined;
    }
  }

  close(): void {
    for (const end of this.streams) end();
    this.streams.clear();
  }
}
