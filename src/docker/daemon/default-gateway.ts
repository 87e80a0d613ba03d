/**
 * The network docker_gwbridge, by which containers get out that are on networks without a gateway only. Twin of
 * libnetwork's default_gateway.go: it is made when it is needed first, and stays.
 */
import type { Endpoint } from '../endpoint.ts';
import { createEndpoint } from '../endpoint.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import { allocateNetworkAddresses, releaseNetworkAddresses } from '../ipam/network-addresses.ts';
import type { Network, NetworkConfig } from '../network.ts';
import { NETWORK_OPTION, PLAIN_NETWORK } from '../network.ts';
import { GATEWAY_NETWORK } from '../sandbox.ts';
import { addNetwork } from './networks.ts';

const GATEWAY_CONFIG: NetworkConfig = {
  ...PLAIN_NETWORK,
  name: GATEWAY_NETWORK,
  driver: 'bridge',
  options: new Map([
    [NETWORK_OPTION.bridgeName, GATEWAY_NETWORK],
    [NETWORK_OPTION.isIccEnabled, 'false'],
    [NETWORK_OPTION.isIpMasqueradeEnabled, 'true'],
  ]),
};

/** Makes an endpoint without a name of its own. Throws a DaemonError. */
export function createGatewayEndpoint(engine: Engine, name: string, containerId: string): Endpoint {
  const network = engine.networkByName(GATEWAY_NETWORK) ?? createGatewayNetwork(engine);
  return createEndpoint(network, engine.driverOf(network), { id: engine.ids.next(), name, containerId });
}

function createGatewayNetwork(engine: Engine): Network {
  const request = { networkName: GATEWAY_NETWORK, ipamDriver: 'default', configs: [], avoid: engine.networksToAvoid() };
  const addresses = allocateNetworkAddresses(engine.ipam, request);
  try {
    return addNetwork(engine, GATEWAY_CONFIG, addresses);
  } catch (error) {
    releaseNetworkAddresses(engine.ipam, addresses);
    if (!(error instanceof DaemonError)) throw error;
    throw new DaemonError(`error creating external connectivity network: ${error.message}`);
  }
}
