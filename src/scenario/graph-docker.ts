/**
 * What an engine knows about a host's topology: which bridge is which of its networks, and which containers live in
 * which network namespace.
 */
import { networkOf, formatIp4 } from '../base/addr.ts';
import { namespaceOf } from '../docker/daemon/container-network.ts';
import { bridgeNameOf } from '../docker/drivers/bridge-config.ts';
import type { Engine, NetnsHandle } from '../docker/engine.ts';
import type { Network } from '../docker/network.ts';

/** What a graph tells of networks, by the name of the bridge: `net1: 172.18.0.0/16, internal`. */
export function networksByBridge(engine: Engine): Map<string, string> {
  const bridges = [...engine.networks.values()].filter(({ driver }) => driver === 'bridge');
  return new Map(bridges.map((network) => [bridgeNameOf(network), networkText(network)]));
}

function networkText({ name, pool, isInternal }: Network): string {
  const subnet = pool === null ? [] : [`${formatIp4(networkOf(pool.subnet))}/${pool.subnet.prefixLen}`];
  return `${name}: ${[...subnet, ...(isInternal ? ['internal'] : [])].join(', ')}`;
}

/** The names of the running containers by the namespace that they are in: their own, another's, or the host's. */
export function containersByNamespace(engine: Engine): Map<NetnsHandle, string[]> {
  const found = new Map<NetnsHandle, string[]>();
  for (const container of engine.containers.values()) {
    if (!container.isRunning) continue;
    const ns = namespaceOf(engine, container);
    found.set(ns, [...(found.get(ns) ?? []), container.name]);
  }
  return found;
}
