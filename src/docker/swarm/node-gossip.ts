/**
 * A node's part in the gossip of its swarm: it begins with the first word of the managers, with their keys, and follows
 * them. Twin of what libnetwork's clusterAgentInit hears from moby's daemon/cluster (agentSetup, handleKeyChange).
 */
import { assert } from '../../base/assert.ts';
import type { Ip4 } from '../../base/addr.ts';
import { startAgent } from '../agent/start-agent.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import type { ClusterKey } from './cluster.ts';
import { parseHostPort } from './listen-addr.ts';
import type { SessionMessage } from './manager/dispatcher.ts';
import type { NodeRunner } from './node-runner.ts';
import type { KeyObject } from './objects.ts';

/** Starts the gossip, or turns its keys, as the managers say. */
export function configureGossip(engine: Engine, runner: NodeRunner, message: SessionMessage): void {
  const keys = message.keys.map(clusterKey);
  const { agent } = engine;
  if (agent !== null) {
    if (isSameRing(agent.keys, keys)) return;
    agent.setKeys(keys);
    engine.overlay.changeKeys(keys);
    return;
  }
  const { listen, dataPath } = runner.addresses;
  const config = {
    hostName: engine.host.hostName,
    bindAddress: listen.host,
    advertiseAddress: runner.advertised,
    dataPathAddress: dataPath ?? runner.advertised,
    keys,
    remotes: remoteManagers(runner, message),
  };
  try {
    startAgent(engine, config);
  } catch (error) {
    // Without its port a node has no part in the gossip, and goes on.
    if (!(error instanceof DaemonError)) throw error;
  }
}

/** Twin of GetRemoteAddressList: the managers but for the node itself. */
function remoteManagers({ nodeId }: NodeRunner, { managers }: SessionMessage): readonly Ip4[] {
  return managers.filter((manager) => manager.nodeId !== nodeId).flatMap(({ addr }) => parseHostPort(addr)?.host ?? []);
}

function clusterKey({ subsystem, key, lamportTime }: KeyObject): ClusterKey {
  const digits = key.match(/../g);
  assert(digits !== null, 'a key is written as hexadecimal digits');
  return { subsystem, key: Uint8Array.from(digits, (pair) => parseInt(pair, 16)), lamportTime };
}

function isSameRing(left: readonly ClusterKey[], right: readonly ClusterKey[]): boolean {
  return left.length === right.length && left.every((key, i) => key.lamportTime === right[i]!.lamportTime);
}
