/**
 * A container on its networks: what it gets when it starts, gives back when it ends, and the files that say so. Twin of
 * moby's daemon/container_operations.go.
 */
import { assert } from '../../base/assert.ts';
import type { Container } from '../container.ts';
import { createEndpoint, deleteEndpoint } from '../endpoint.ts';
import type { Engine, NetnsHandle } from '../engine.ts';
import { hostnameText, hostsText, resolvConfText } from '../etc-files.ts';
import type { Sandbox } from '../sandbox.ts';
import { closeSandbox, createSandbox, gatewayEndpoint, openSandbox } from '../sandbox.ts';
import { connectivityJoined, connectivityLeaving, connectivityLeft } from './connectivity.ts';

/** The network namespace that the container's processes live in. */
export function namespaceOf(engine: Engine, container: Container): NetnsHandle {
  const name = container.sandbox?.netnsName ?? null;
  const ns = name === null ? engine.host.rootNs : engine.host.namespaces.get(name);
  assert(ns !== undefined, 'the namespace of a sandbox is there while the container runs');
  return ns;
}

/** Puts the container on its networks and opens its namespace. Throws a DaemonError; `releaseNetwork` cleans up. */
export function allocateNetwork(engine: Engine, container: Container): void {
  let sandbox: Sandbox | null = null;
  for (const [name, settings] of container.networks) {
    const network = engine.getNetwork(name);
    const driver = engine.driverOf(network);
    const owner = { id: engine.ids.next(), name: container.name, containerId: container.id };
    const endpoint = createEndpoint(network, driver, owner);
    settings.networkId = network.id;
    settings.endpoint = endpoint;
    // Only with the first endpoint, so that a start that fails before it leaves the last sandbox's id as it was.
    container.sandbox = sandbox ??= createSandbox(engine.ids.next(), container.isHostNetwork);
    const previous = gatewayEndpoint(sandbox);
    driver.join(network, endpoint);
    sandbox.endpoints.push(endpoint);
    connectivityJoined(engine, container, endpoint, previous);
  }
  assert(sandbox !== null, 'a container is on at least one network');
  openSandbox(engine.host.door, sandbox, container.name);
}

/** Gives back addresses, links and the namespace; the names of the networks stay for the next start. */
export function releaseNetwork(engine: Engine, container: Container): void {
  const sandbox = container.sandbox;
  if (sandbox === null) return;
  for (const endpoint of [...sandbox.endpoints]) {
    const driver = engine.driverOf(endpoint.network);
    const isWayOut = connectivityLeaving(engine, container, endpoint);
    driver.leave(endpoint.network, endpoint);
    sandbox.endpoints.splice(sandbox.endpoints.indexOf(endpoint), 1);
    if (isWayOut) connectivityLeft(engine, container);
    deleteEndpoint(endpoint, driver);
  }
  for (const settings of container.networks.values()) settings.endpoint = null;
  closeSandbox(engine.host.door, sandbox);
}

/** Writes what the engine keeps in each container: `/etc/hosts`, `/etc/hostname`, `/etc/resolv.conf`. */
export function writeFiles(engine: Engine, container: Container): void {
  const { files, config, sandbox } = container;
  const host = engine.host.files;
  const hostResolvConf = host.read('/etc/resolv.conf') ?? '';
  const addresses = (sandbox?.endpoints ?? [])
    .map((endpoint) => endpoint.address)
    .filter((address) => address !== null);
  const ownHosts = hostsText(addresses, config.hostname);
  files.write('/etc/hosts', container.isHostNetwork ? (host.read('/etc/hosts') ?? '') : ownHosts);
  files.write('/etc/hostname', hostnameText(config.hostname));
  files.write('/etc/resolv.conf', container.isHostNetwork ? hostResolvConf : resolvConfText(hostResolvConf));
}
