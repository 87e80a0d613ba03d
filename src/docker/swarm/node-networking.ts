/**
 * What the managers' words mean for the networks of a node: its ingress network comes and goes. Twin of Configure in
 * moby's daemon/cluster/executor/container, and of what the daemon does when it leaves a swarm.
 */
import { parseCidr } from '../../base/addr.ts';
import { clearAttachableNetworks, releaseIngress, setupIngress } from '../daemon/ingress.ts';
import type { Engine } from '../engine.ts';
import { Answer } from './answer.ts';
import type { SessionMessage } from './manager/dispatcher.ts';
import { swarmNetworkOf } from './network-spec.ts';

/** Does what a session's message says about the node's networks. */
export function configureNetworks(engine: Engine, { node, networks }: SessionMessage): void {
  const ingress = networks.find(({ spec }) => spec.isIngress);
  const attachment = node.attachments.find(({ networkId }) => networkId === ingress?.id);
  const address = attachment === undefined ? undefined : parseCidr(attachment.address);
  if (ingress === undefined || address === undefined) releaseIngress(engine);
  else setupIngress(engine, swarmNetworkOf(ingress), address);
}

/**
 * Twin of DaemonLeavesCluster: containers leave the swarm's networks, the other nodes are told, and the ingress network
 * goes.
 */
export function leaveNetworks(engine: Engine): Answer<null> {
  const answer = new Answer<null>();
  clearAttachableNetworks(engine);
  const left = (): void => {
    releaseIngress(engine);
    answer.resolve(null);
  };
  if (engine.agent === null) left();
  else engine.agent.leave(left);
  return answer;
}
