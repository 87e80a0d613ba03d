/** The swarm's part of `docker info`. Twin of printSwarmInfo in docker/cli's system/info.go. */
import type { Json, JsonObject } from '../inspect/json.ts';
import { humanDuration } from './human-duration.ts';

/** What stands below `Swarm: active`; nothing outside a swarm. */
export function swarmLines(swarm: JsonObject): string[] {
  const { LocalNodeState: state, Cluster: cluster } = swarm;
  if (state === 'inactive' || state === 'locked') return [];
  const managers = (swarm['RemoteManagers'] ?? []) as readonly JsonObject[];
  const addresses = managers.map((each) => text(each['Addr'])).sort((left, right) => (left < right ? -1 : 1));
  return [
    `  NodeID: ${text(swarm['NodeID'])}`,
    ...(swarm['Error'] === '' ? [] : [`  Error: ${text(swarm['Error'])}`]),
    `  Is Manager: ${text(swarm['ControlAvailable'])}`,
    ...(cluster === undefined ? [] : clusterLines(swarm, cluster as JsonObject)),
    `  Node Address: ${text(swarm['NodeAddr'])}`,
    ...(addresses.length === 0 ? [] : ['  Manager Addresses:', ...addresses.map((address) => `   ${address}`)]),
  ];
}

function clusterLines(swarm: JsonObject, cluster: JsonObject): string[] {
  const part = (name: string): JsonObject => (cluster['Spec'] as JsonObject)[name] as JsonObject;
  const raft = part('Raft');
  const pools = cluster['DefaultAddrPool'] as readonly string[];
  return [
    `  ClusterID: ${text(cluster['ID'])}`,
    `  Managers: ${text(swarm['Managers'])}`,
    `  Nodes: ${text(swarm['Nodes'])}`,
    `  Default Address Pool: ${pools.map((pool) => `${pool}  `).join('')}`,
    `  SubnetSize: ${text(cluster['SubnetSize'])}`,
    `  Data Path Port: ${text(cluster['DataPathPort'])}`,
    '  Orchestration:',
    `   Task History Retention Limit: ${text(part('Orchestration')['TaskHistoryRetentionLimit'])}`,
    '  Raft:',
    `   Snapshot Interval: ${text(raft['SnapshotInterval'])}`,
    `   Number of Old Snapshots to Retain: ${text(raft['KeepOldSnapshots'])}`,
    `   Heartbeat Tick: ${text(raft['HeartbeatTick'])}`,
    `   Election Tick: ${text(raft['ElectionTick'])}`,
    '  Dispatcher:',
    `   Heartbeat Period: ${humanDuration(part('Dispatcher')['HeartbeatPeriod'] as number)}`,
    '  CA Configuration:',
    `   Expiry Duration: ${humanDuration(part('CAConfig')['NodeCertExpiry'] as number)}`,
    '   Force Rotate: 0',
    `  Autolock Managers: ${text(part('EncryptionConfig')['AutoLockManagers'])}`,
    `  Root Rotation In Progress: ${text(cluster['RootRotationInProgress'])}`,
  ];
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
