/**
 * Names of endpoints in the swarm's gossip: those of this node are told, those of others are taken up. Twin of
 * addServiceInfoToCluster, deleteServiceInfoFromCluster and handleEpTableEvent (libnetwork: agent.go), and of
 * addEndpointNameResolution (service_common.go).
 */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4, parseIp4 } from '../../base/addr.ts';
import type { RemoteNames, RemoteNameTable } from '../dns/remote-names.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Engine } from '../engine.ts';
import type { Agent, TableEvent } from './agent.ts';
import type { EndpointRecord } from './endpoint-record.ts';
import { NO_IP, decodeEndpointRecord, encodeEndpointRecord } from './endpoint-record.ts';

export const ENDPOINT_TABLE = 'endpoint_table';

/** Tells the other nodes of its network under which names an endpoint of this node is known there. */
export function announceEndpoint(engine: Engine, endpoint: Endpoint): void {
  const name = announcedName(endpoint);
  if (name === undefined || endpoint.address === null) return;
  const record = encodeEndpointRecord({
    name,
    serviceName: '',
    serviceId: '',
    virtualIp: NO_IP,
    endpointIp: formatIp4(endpoint.address),
    ingressPorts: [],
    aliases: [],
    taskAliases: endpoint.aliases,
    serviceDisabled: false,
  });
  engine.agent?.createEntry(ENDPOINT_TABLE, endpoint.network.id, endpoint.id, record);
}

/** Tells them that it is not there any more. */
export function withdrawEndpoint(engine: Engine, endpoint: Endpoint): void {
  if (announcedName(endpoint) === undefined || endpoint.address === null) return;
  engine.agent?.deleteEntry(ENDPOINT_TABLE, endpoint.network.id, endpoint.id);
}

/** Takes up the names that other nodes tell, on all networks of this one. The function returned ends that. */
export function followEndpoints(agent: Agent, names: RemoteNameTable): () => void {
  const stop = agent.watch(ENDPOINT_TABLE, '', (event) => {
    if (event.node !== agent.nodeName) follow(names, event);
  });
  return () => {
    stop();
    names.clear();
  };
}

function follow(names: RemoteNameTable, { kind, networkId, key, value }: TableEvent): void {
  const record = decodeEndpointRecord(value);
  const address = record === undefined ? undefined : parseIp4(record.endpointIp);
  if (record === undefined || address === undefined || record.name === '') return;
  // A changed record is only expected of a service that is switched off.
  if (kind === 'create') names.set(networkId, key, remoteNames(record, address));
  else if (kind === 'delete' || (record.serviceId !== '' && record.serviceDisabled)) names.delete(networkId, key);
}

/** A container's own names lead to it; those of its service to the service's address, if it has one. */
function remoteNames(record: EndpointRecord, address: Ip4): RemoteNames {
  const { name, taskAliases, serviceId, serviceName, aliases } = record;
  const own = [name, ...taskAliases].map((each) => [each, address] as const);
  if (serviceId === '') return { name, address, addresses: own };
  const services = [serviceName, ...aliases];
  const tasks = services.map((each) => [`tasks.${each}`, address] as const);
  const shared = services.map((each) => [each, parseIp4(record.virtualIp) ?? address] as const);
  return { name, address, addresses: [...own, ...tasks, ...shared] };
}

/** Undefined for an endpoint that nobody knows by a name, such as a balancer's, or nobody but this node. */
function announcedName({ name, network, isAnonymous, aliases }: Endpoint): string | undefined {
  if (network.scope !== 'swarm') return undefined;
  return isAnonymous ? aliases[0] : name;
}
