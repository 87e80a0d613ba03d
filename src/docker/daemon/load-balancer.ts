/**
 * The sandbox of a swarm network's balancer on this node: `lb-NAME`, and `ingress-sbox` for the network by which ports
 * are published. Twin of createLoadBalancerSandbox and deleteLoadBalancerSandbox (libnetwork's network.go).
 */
import type { Ip4 } from '../../base/addr.ts';
import { assert } from '../../base/assert.ts';
import { Files } from '../../kernel/proc/files.ts';
import { announceEndpoint, withdrawEndpoint } from '../agent/endpoint-records.ts';
import { startEmbeddedDns } from '../dns/embedded-dns.ts';
import { NO_WISHES, createEndpoint, deleteEndpoint } from '../endpoint.ts';
import type { Engine } from '../engine.ts';
import type { Network } from '../network.ts';
import type { NetworkHost, Sandbox } from '../sandbox.ts';
import { closeSandbox, createNamedSandbox, joinSandbox, leaveAll, openSandbox } from '../sandbox.ts';
import { SandboxFiles } from '../sandbox-files.ts';
import { createGatewayEndpoint } from './default-gateway.ts';

/** What a namespace's name keeps of `lb_` and the network's id (osl.GenerateKey). */
const KEY_LENGTH = 12;
const INGRESS_SANDBOX_ID = 'ingress_sbox';
const INGRESS_SANDBOX_NAME = 'ingress-sbox';

/** Makes the balancer's sandbox and its endpoint with this address. Throws a DaemonError. */
export function createLoadBalancer(engine: Engine, network: Network, address: Ip4): void {
  const { door } = engine.host;
  const sandbox = balancerSandbox(engine, network);
  const name = balancerName(network);
  const driver = engine.driverOf(network);
  openSandbox(door, sandbox, network.isIngress ? INGRESS_SANDBOX_ID : `lb_${network.name}`);
  engine.balancers.set(network.id, sandbox);
  try {
    const owner = { id: engine.ids.next(), name: `${network.name}-endpoint`, containerId: name };
    const wishes = { ...NO_WISHES, address, isBalancer: true, isAnonymous: !network.isIngress };
    const endpoint = createEndpoint(network, driver, owner, wishes);
    try {
      joinSandbox(balancerHost(engine, name), sandbox, endpoint);
    } catch (error) {
      deleteEndpoint(endpoint, driver);
      throw error;
    }
    announceEndpoint(engine, endpoint);
  } catch (error) {
    engine.balancers.delete(network.id);
    closeSandbox(door, sandbox);
    throw error;
  }
}

export function deleteLoadBalancer(engine: Engine, network: Network): void {
  const sandbox = engine.balancers.get(network.id);
  if (sandbox === undefined) return;
  engine.balancers.delete(network.id);
  leaveAll(balancerHost(engine, balancerName(network)), sandbox);
  closeSandbox(engine.host.door, sandbox);
}

/** How `docker network inspect` calls it. */
function balancerName(network: Network): string {
  return network.isIngress ? INGRESS_SANDBOX_NAME : `lb-${network.name}`;
}

function balancerSandbox(engine: Engine, network: Network): Sandbox {
  const wishes = {
    hostname: '',
    domainname: '',
    extraHosts: [],
    dns: [],
    dnsSearch: [],
    dnsOptions: [],
    isHostNetwork: false,
    hasEmbeddedDns: true,
  };
  const files = new SandboxFiles(new Files(), engine.host.files, wishes);
  const netnsName = network.isIngress ? INGRESS_SANDBOX_ID : `lb_${network.id}`.slice(0, KEY_LENGTH);
  const sandboxId = network.isIngress ? INGRESS_SANDBOX_ID : engine.ids.next();
  return createNamedSandbox(sandboxId, netnsName, files, engine.version.sandboxHabits, (sandbox, settings) =>
    startEmbeddedDns(engine, sandbox, settings),
  );
}

/** Nobody publishes ports by a balancer's sandbox, or is to be told of its addresses. */
function balancerHost(engine: Engine, name: string): NetworkHost {
  const nobody = (): void => undefined;
  return {
    door: engine.host.door,
    driverOf: (network) => engine.driverOf(network),
    wayOutJoined: nobody,
    wayOutLeaving: () => false,
    wayOutLeft: nobody,
    interfaceUp: nobody,
    interfaceLeaving: nobody,
    endpointLeaving: (endpoint) => {
      withdrawEndpoint(engine, endpoint);
    },
    createGatewayEndpoint: (endpointName) => {
      assert(name === INGRESS_SANDBOX_NAME, 'other balancers have no way out');
      return createGatewayEndpoint(engine, endpointName, name);
    },
  };
}
