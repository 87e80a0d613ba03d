/**
 * The HostConfig part of `docker inspect`: container.HostConfig of API 1.41. Most of it has no meaning for a network
 * and stands as a plain `docker run` leaves it.
 */
import type { HostConfig, PortBinding } from '../container.ts';
import type { JsonObject } from './json.ts';
import { sortedObject } from './json.ts';

/** 64 MiB, the engine's default for /dev/shm. */
const SHM_SIZE_BYTES = 64 * 1024 * 1024;

const NO_RESOURCE_LIMITS: JsonObject = {
  CpuShares: 0,
  Memory: 0,
  NanoCpus: 0,
  CgroupParent: '',
  BlkioWeight: 0,
  BlkioWeightDevice: [],
  BlkioDeviceReadBps: null,
  BlkioDeviceWriteBps: null,
  BlkioDeviceReadIOps: null,
  BlkioDeviceWriteIOps: null,
  CpuPeriod: 0,
  CpuQuota: 0,
  CpuRealtimePeriod: 0,
  CpuRealtimeRuntime: 0,
  CpusetCpus: '',
  CpusetMems: '',
  Devices: [],
  DeviceCgroupRules: null,
  DeviceRequests: null,
  KernelMemory: 0,
  KernelMemoryTCP: 0,
  MemoryReservation: 0,
  MemorySwap: 0,
  MemorySwappiness: null,
  OomKillDisable: false,
  PidsLimit: null,
  Ulimits: null,
  CpuCount: 0,
  CpuPercent: 0,
  IOMaximumIOps: 0,
  IOMaximumBandwidth: 0,
};

const PROTECTED_PATHS: JsonObject = {
  MaskedPaths: [
    '/proc/asound',
    '/proc/acpi',
    '/proc/kcore',
    '/proc/keys',
    '/proc/latency_stats',
    '/proc/timer_list',
    '/proc/timer_stats',
    '/proc/sched_debug',
    '/proc/scsi',
    '/sys/firmware',
  ],
  ReadonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
};

export function hostConfigDocument(config: HostConfig): JsonObject {
  return {
    Binds: null,
    ContainerIDFile: '',
    LogConfig: { Type: 'json-file', Config: {} },
    NetworkMode: config.networkMode,
    PortBindings: sortedObject(
      [...config.portBindings].map(([port, bindings]) => [port, bindings.map(bindingDocument)]),
    ),
    RestartPolicy: {
      Name: config.restartPolicy.name,
      MaximumRetryCount: config.restartPolicy.maximumRetryCount,
    },
    AutoRemove: config.isAutoRemove,
    VolumeDriver: '',
    VolumesFrom: null,
    CapAdd: null,
    CapDrop: null,
    CgroupnsMode: 'host',
    Dns: config.dns,
    DnsOptions: config.dnsOptions,
    DnsSearch: config.dnsSearch,
    ExtraHosts: config.extraHosts,
    GroupAdd: null,
    IpcMode: 'private',
    Cgroup: '',
    Links: config.links,
    OomScoreAdj: 0,
    PidMode: '',
    Privileged: false,
    PublishAllPorts: config.isPublishAll,
    ReadonlyRootfs: false,
    SecurityOpt: null,
    ...(config.others['Tmpfs'] === undefined ? {} : { Tmpfs: {} }),
    UTSMode: '',
    UsernsMode: '',
    ShmSize: SHM_SIZE_BYTES,
    ...(config.sysctls.size === 0 ? {} : { Sysctls: sortedObject(config.sysctls) }),
    Runtime: 'runc',
    ConsoleSize: [0, 0],
    Isolation: '',
    ...NO_RESOURCE_LIMITS,
    ...(config.isInit === undefined ? {} : { Init: config.isInit }),
    ...PROTECTED_PATHS,
    ...config.others,
  };
}

function bindingDocument(binding: PortBinding): JsonObject {
  return { HostIp: binding.hostIp, HostPort: binding.hostPort };
}
