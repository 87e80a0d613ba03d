/** Names of containers that other nodes of a swarm have on networks that this one uses, too. */
import type { Ip4 } from '../../base/addr.ts';

export interface RemoteNames {
  /** What its address is called. */
  readonly name: string;
  /** Each name with an address that it stands for. */
  readonly addresses: readonly (readonly [name: string, address: Ip4])[];
  /** The endpoint's own. */
  readonly address: Ip4;
}

/** By network and endpoint. */
export class RemoteNameTable {
  private readonly networks = new Map<string, Map<string, RemoteNames>>();

  set(networkId: string, endpointId: string, names: RemoteNames): void {
    const known = this.networks.get(networkId);
    if (known === undefined) this.networks.set(networkId, new Map([[endpointId, names]]));
    else known.set(endpointId, names);
  }

  delete(networkId: string, endpointId: string): void {
    const known = this.networks.get(networkId);
    known?.delete(endpointId);
    if (known?.size === 0) this.networks.delete(networkId);
  }

  clear(): void {
    this.networks.clear();
  }

  of(networkId: string): Iterable<RemoteNames> {
    return this.networks.get(networkId)?.values() ?? [];
  }
}
