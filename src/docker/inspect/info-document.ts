/** `docker info`: types.Info of API 1.41, as Debian's build of 20.10.24 fills it. */
import { RELEASE } from '../../userland/text/system-names.ts';
import type { Engine } from '../engine.ts';
import { ENGINE_PLUGINS, MACHINE, serverVersion } from '../swarm/node-description.ts';
import type { ClusterObject } from '../swarm/objects.ts';
import type { Json, JsonObject } from './json.ts';
import { metaDocument, tlsDocument } from './node-document.ts';
import { rfc3339Nano } from './time.ts';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const ID_GROUPS = 12;
const ID_GROUP_DIGITS = 4;
const CONTAINERD = '1.6.20~ds1-1+deb12u3';
const RUNC = '1.1.5+ds1-1+deb12u1';
const TWO_MANAGERS = `WARNING: Running Swarm in a two-manager configuration. This configuration provides
         no fault tolerance, and poses a high risk to lose control over the cluster.
         Refer to https://docs.docker.com/engine/swarm/admin_guide/ to configure the
         Swarm for fault-tolerance.`;

export function infoDocument(engine: Engine): JsonObject {
  return {
    ...countsDocument(engine),
    Driver: 'overlay2',
    DriverStatus: [
      ['Backing Filesystem', 'extfs'],
      ['Supports d_type', 'true'],
      ['Native Overlay Diff', 'true'],
      ['userxattr', 'false'],
    ],
    Plugins: {
      Volume: ENGINE_PLUGINS.Volume,
      Network: ENGINE_PLUGINS.Network,
      Authorization: null,
      Log: ENGINE_PLUGINS.Log,
    },
    ...limitsDocument(),
    Debug: false,
    NFd: 24,
    OomKillDisable: true,
    NGoroutines: 36,
    SystemTime: rfc3339Nano(engine.host.epochSeconds, engine.now),
    LoggingDriver: 'json-file',
    CgroupDriver: 'cgroupfs',
    CgroupVersion: '1',
    NEventsListener: 0,
    ...machineDocument(engine),
    Labels: [],
    ExperimentalBuild: false,
    ServerVersion: serverVersion(engine),
    ...runtimesDocument(),
    Swarm: swarmInfoDocument(engine),
    LiveRestoreEnabled: false,
    Isolation: '',
    InitBinary: 'docker-init',
    ContainerdCommit: { ID: CONTAINERD, Expected: CONTAINERD },
    RuncCommit: { ID: RUNC, Expected: RUNC },
    InitCommit: { ID: '', Expected: '' },
    SecurityOptions: ['name=seccomp,profile=default'],
    Warnings: null,
  };
}

function countsDocument(engine: Engine): JsonObject {
  const containers = [...engine.containers.values()];
  const paused = containers.filter(({ status }) => status === 'paused').length;
  const running = containers.filter(({ isActive }) => isActive).length - paused;
  return {
    ID: engineId(engine),
    Containers: containers.length,
    ContainersRunning: running,
    ContainersPaused: paused,
    ContainersStopped: containers.length - running - paused,
    Images: engine.host.images.all().length,
  };
}

function limitsDocument(): JsonObject {
  const names = ['MemoryLimit', 'SwapLimit', 'KernelMemory', 'KernelMemoryTCP', 'CpuCfsPeriod', 'CpuCfsQuota'];
  const more = ['CPUShares', 'CPUSet', 'PidsLimit', 'IPv4Forwarding', 'BridgeNfIptables', 'BridgeNfIp6tables'];
  return Object.fromEntries([...names, ...more].map((name) => [name, true]));
}

function machineDocument(engine: Engine): JsonObject {
  return {
    KernelVersion: RELEASE,
    OperatingSystem: 'Debian GNU/Linux 12 (bookworm)',
    OSVersion: '12',
    OSType: 'linux',
    Architecture: 'x86_64',
    IndexServerAddress: 'https://index.docker.io/v1/',
    RegistryConfig: {
      AllowNondistributableArtifactsCIDRs: [],
      AllowNondistributableArtifactsHostnames: [],
      InsecureRegistryCIDRs: ['127.0.0.0/8'],
      IndexConfigs: { 'docker.io': { Name: 'docker.io', Mirrors: [], Secure: true, Official: true } },
      Mirrors: [],
    },
    NCPU: MACHINE.cpus,
    MemTotal: MACHINE.memoryBytes,
    GenericResources: null,
    DockerRootDir: '/var/lib/docker',
    HttpProxy: '',
    HttpsProxy: '',
    NoProxy: '',
    Name: engine.host.hostName,
  };
}

function runtimesDocument(): JsonObject {
  const runc = { path: 'runc' };
  return {
    Runtimes: { 'io.containerd.runc.v2': runc, 'io.containerd.runtime.v1.linux': runc, runc },
    DefaultRuntime: 'runc',
  };
}

/** Twin of Cluster.Info. */
function swarmInfoDocument(engine: Engine): JsonObject {
  const { swarm } = engine;
  const error = swarm.fault;
  const managers: Json = swarm.remotes.map(({ nodeId, addr }) => ({ NodeID: nodeId, Addr: addr }));
  return {
    NodeID: swarm.nodeId,
    NodeAddr: swarm.advertiseAddress,
    LocalNodeState: swarm.localState,
    ControlAvailable: swarm.isManager,
    Error: error,
    RemoteManagers: managers.length === 0 ? null : managers,
    ...(swarm.isManager && error === '' ? managedDocument(engine) : {}),
  };
}

function managedDocument(engine: Engine): JsonObject {
  const { nodes, members, swarm } = engine.swarm;
  const managers = nodes.filter(({ id }) => members.some(({ nodeId }) => nodeId === id)).length;
  return {
    Nodes: nodes.length,
    Managers: managers,
    Cluster: clusterDocument(engine, swarm),
    ...(managers === 2 ? { Warnings: [TWO_MANAGERS] } : {}),
  };
}

function clusterDocument(engine: Engine, cluster: ClusterObject): JsonObject {
  const { spec } = cluster;
  return {
    ID: cluster.id,
    ...metaDocument(engine, cluster),
    Spec: {
      Name: 'default',
      Labels: {},
      Orchestration: { TaskHistoryRetentionLimit: spec.taskHistoryRetentionLimit },
      Raft: {
        SnapshotInterval: spec.snapshotInterval,
        KeepOldSnapshots: spec.keepOldSnapshots,
        LogEntriesForSlowFollowers: 500,
        ElectionTick: 10,
        HeartbeatTick: 1,
      },
      Dispatcher: { HeartbeatPeriod: spec.heartbeatPeriodNs },
      CAConfig: { NodeCertExpiry: spec.nodeCertExpiryNs },
      TaskDefaults: {},
      EncryptionConfig: { AutoLockManagers: spec.autoLockManagers },
    },
    TLSInfo: tlsDocument(cluster),
    RootRotationInProgress: false,
    DefaultAddrPool: cluster.defaultAddressPool,
    SubnetSize: cluster.subnetSize,
    DataPathPort: cluster.dataPathPort,
  };
}

/** Twelve groups of letters and digits, drawn when the engine was installed. */
function engineId(engine: Engine): string {
  const rng = engine.host.rng.fork('engine id');
  const group = (): string => Array.from({ length: ID_GROUP_DIGITS }, () => BASE32[rng.below(BASE32.length)]!).join('');
  return Array.from({ length: ID_GROUPS }, group).join(':');
}
