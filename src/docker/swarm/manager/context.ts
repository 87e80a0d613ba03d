/** What the parts of a manager share. */
import type { Json } from '../../inspect/json.ts';
import type { RpcError } from '../control/rpc.ts';
import type { Rng } from '../../../sim/rng.ts';
import type { MemoryStore } from '../store.ts';
import type { StoreLog } from '../store-log.ts';
import type { StoreWriter } from '../store-writer.ts';

/** What a manager needs of its machine. */
export interface ManagerHost {
  readonly clock: { readonly now: number };
  /** Calls `action` in so many nanoseconds; the function returned calls that off. */
  readonly after: (delayNs: number, action: () => void) => () => void;
  /** The swarm's own fork of the engine's generator. */
  readonly rng: Rng;
}

export interface ManagerContext {
  readonly host: ManagerHost;
  readonly store: MemoryStore;
  readonly log: StoreLog;
  readonly writer: StoreWriter;
}

/** Who asks: a node that has shown its certificate, or somebody who has none yet. */
export interface RpcPeer {
  /** Empty before it has a certificate. */
  readonly nodeId: string;
  /** Where it comes from: `192.168.50.12`. */
  readonly address: string;
  /** Another manager has taken the call, and hands it on. */
  readonly isForwarded?: boolean;
}

/** A stream of messages to a peer. */
export interface PeerStream {
  readonly push: (message: Json) => void;
  /** The manager ends it, with why. */
  readonly end: (reason: RpcError | null) => void;
}
