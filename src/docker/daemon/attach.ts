/**
 * What a container has to ask its swarm's managers before it may use one of the swarm's networks. Twin of
 * findAndAttachNetwork (moby's daemon/container_operations.go) and of daemon/cluster's AttachNetwork.
 */
import type { Ip4 } from '../../base/addr.ts';
import { parseIp4 } from '../../base/addr.ts';
import type { Container, EndpointSettings } from '../container.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import type { Network } from '../network.ts';
import { Answer } from '../swarm/answer.ts';
import type { NetworkAttachment } from '../swarm/cluster.ts';
import { settingsNetwork, settingsTerm } from './connect.ts';
import { createManagedNetwork, removeUnusedNetwork } from './managed-networks.ts';

/** One network of a container: what it is called there, and what is asked for on it. */
type Asked = readonly [name: string, settings: EndpointSettings];

/**
 * Asks for each network of a container that this host has not made itself, one after the other, and makes those that
 * are not here yet. A refusal takes back what was granted before.
 */
export function attachNetworks(engine: Engine, container: Container): Answer<null> {
  const asked = [...container.networks];
  const done = new Answer<null>();
  const next = (at: number): void => {
    const one = asked[at];
    if (one === undefined) {
      done.resolve(null);
      return;
    }
    attachNetwork(engine, container, one).then((answer) => {
      const { refusal } = answer;
      if (refusal === null) {
        next(at + 1);
        return;
      }
      detachNetworks(engine, container);
      done.reject(refusal);
    });
  };
  next(0);
  return done;
}

/** The same for one network. */
export function attachNetwork(engine: Engine, container: Container, [name, settings]: Asked): Answer<null> {
  const { cluster } = engine;
  const network = settingsNetwork(engine, name, settings);
  if (cluster === null || cluster.localState === 'inactive' || network?.origin === 'host') return Answer.of(null);
  const wanted = parseIp4(settings.request.ipam?.ipv4Address ?? '') ?? null;
  const done = new Answer<null>();
  cluster.attachNetwork(settingsTerm(name, settings), container.id, wanted).then((answer) => {
    const refusal = answer.refusal ?? joined(engine, settings, answer.get());
    if (refusal === null) done.resolve(null);
    else done.reject(refusal);
  });
  return done;
}

/** The managers have granted it: makes the network, if it is not here yet. */
function joined(engine: Engine, settings: EndpointSettings, granted: NetworkAttachment): DaemonError | null {
  const { network, address } = granted;
  settings.networkId = network.id;
  settings.assigned = address.address;
  const balancer: Ip4 | null = engine.cluster?.loadBalancerAddress(network.id)?.address ?? null;
  return refusalTo(() => createManagedNetwork(engine, network, balancer));
}

/** The container gives back what the managers have granted it; networks that nothing here uses any more go. */
export function detachNetworks(engine: Engine, container: Container): void {
  for (const settings of container.networks.values()) detachNetwork(engine, container, settings);
}

/** The same for one network. */
export function detachNetwork(engine: Engine, container: Container, settings: EndpointSettings): void {
  if (settings.assigned === null) return;
  settings.assigned = null;
  engine.cluster?.detachNetwork(settings.networkId, container.id);
  const network: Network | undefined = engine.networks.get(settings.networkId);
  if (network?.origin === 'swarm') removeUnusedNetwork(engine, network);
}

function refusalTo(action: () => unknown): DaemonError | null {
  try {
    action();
    return null;
  } catch (error) {
    if (error instanceof DaemonError) return error;
    throw error;
  }
}
