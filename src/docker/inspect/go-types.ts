/**
 * The Go types behind the documents of `docker inspect` (moby's api/types, go-connections/nat, go-units): templates
 * see the fields' names, what is a pointer, and which types have methods. Written as Go declares them: a struct's name,
 * then its fields, each with the key in JSON where that is another, and `,omitempty`; a line of one word is embedded.
 */
import { assert } from '../../base/assert.ts';
import type { GoField, GoType } from '../template/go-type.ts';
import {
  ANY,
  BOOL,
  EMPTY_STRUCT,
  FLOAT64,
  INT,
  INT64,
  STRING,
  UINT,
  UINT16,
  UINT32,
  UINT64,
  UINT8,
  arrayOf,
  definedType,
  embeddedField,
  goField,
  mapOf,
  pointerTo,
  sliceOf,
  structType,
} from '../template/go-type.ts';
import { STRING_TYPE_METHODS, STRUCT_METHODS, STRUCT_STRINGERS } from './go-methods.ts';
import { DURATION, TIME } from './go-time.ts';
import { SWARM_DEFINED, SWARM_STRUCTS } from './swarm-types.ts';

/** Types of their own that are made like another. */
const DEFINED = `
container.NetworkMode string
container.CgroupnsMode string
container.IpcMode string
container.CgroupSpec string
container.PidMode string
container.UTSMode string
container.UsernsMode string
container.Isolation string
mount.Type string
mount.Propagation string
mount.Consistency string
nat.Port string
strslice.StrSlice []string
nat.PortMap map[nat.Port][]nat.PortBinding
nat.PortSet map[nat.Port]struct{}
`;

const STRUCTS = `
nat.PortBinding
  HostIP string HostIp
  HostPort string
types.HealthcheckResult
  Start time.Time
  End time.Time
  ExitCode int
  Output string
types.Health
  Status string
  FailingStreak int
  Log []*types.HealthcheckResult
types.ContainerState
  Status string
  Running bool
  Paused bool
  Restarting bool
  OOMKilled bool
  Dead bool
  Pid int
  ExitCode int
  Error string
  StartedAt string
  FinishedAt string
  Health *types.Health ,omitempty
types.ContainerNode
  ID string
  IPAddress string IP
  Addr string
  Name string
  Cpus int
  Memory int64
  Labels map[string]string
types.GraphDriverData
  Data map[string]string
  Name string
blkiodev.WeightDevice
  Path string
  Weight uint16
blkiodev.ThrottleDevice
  Path string
  Rate uint64
units.Ulimit
  Name string
  Hard int64
  Soft int64
container.DeviceMapping
  PathOnHost string
  PathInContainer string
  CgroupPermissions string
container.DeviceRequest
  Driver string
  Count int
  DeviceIDs []string
  Capabilities [][]string
  Options map[string]string
container.LogConfig
  Type string
  Config map[string]string
container.RestartPolicy
  Name string
  MaximumRetryCount int
mount.Driver
  Name string ,omitempty
  Options map[string]string ,omitempty
mount.BindOptions
  Propagation mount.Propagation ,omitempty
  NonRecursive bool ,omitempty
mount.VolumeOptions
  NoCopy bool ,omitempty
  Labels map[string]string ,omitempty
  DriverConfig *mount.Driver ,omitempty
mount.TmpfsOptions
  SizeBytes int64 ,omitempty
  Mode uint ,omitempty
mount.Mount
  Type mount.Type ,omitempty
  Source string ,omitempty
  Target string ,omitempty
  ReadOnly bool ,omitempty
  Consistency mount.Consistency ,omitempty
  BindOptions *mount.BindOptions ,omitempty
  VolumeOptions *mount.VolumeOptions ,omitempty
  TmpfsOptions *mount.TmpfsOptions ,omitempty
container.Resources
  CPUShares int64 CpuShares
  Memory int64
  NanoCPUs int64 NanoCpus
  CgroupParent string
  BlkioWeight uint16
  BlkioWeightDevice []*blkiodev.WeightDevice
  BlkioDeviceReadBps []*blkiodev.ThrottleDevice
  BlkioDeviceWriteBps []*blkiodev.ThrottleDevice
  BlkioDeviceReadIOps []*blkiodev.ThrottleDevice
  BlkioDeviceWriteIOps []*blkiodev.ThrottleDevice
  CPUPeriod int64 CpuPeriod
  CPUQuota int64 CpuQuota
  CPURealtimePeriod int64 CpuRealtimePeriod
  CPURealtimeRuntime int64 CpuRealtimeRuntime
  CpusetCpus string
  CpusetMems string
  Devices []container.DeviceMapping
  DeviceCgroupRules []string
  DeviceRequests []container.DeviceRequest
  KernelMemory int64
  KernelMemoryTCP int64
  MemoryReservation int64
  MemorySwap int64
  MemorySwappiness *int64
  OomKillDisable *bool
  PidsLimit *int64
  Ulimits []*units.Ulimit
  CPUCount int64 CpuCount
  CPUPercent int64 CpuPercent
  IOMaximumIOps uint64
  IOMaximumBandwidth uint64
container.HostConfig
  Binds []string
  ContainerIDFile string
  LogConfig container.LogConfig
  NetworkMode container.NetworkMode
  PortBindings nat.PortMap
  RestartPolicy container.RestartPolicy
  AutoRemove bool
  VolumeDriver string
  VolumesFrom []string
  CapAdd strslice.StrSlice
  CapDrop strslice.StrSlice
  CgroupnsMode container.CgroupnsMode
  DNS []string Dns
  DNSOptions []string DnsOptions
  DNSSearch []string DnsSearch
  ExtraHosts []string
  GroupAdd []string
  IpcMode container.IpcMode
  Cgroup container.CgroupSpec
  Links []string
  OomScoreAdj int
  PidMode container.PidMode
  Privileged bool
  PublishAllPorts bool
  ReadonlyRootfs bool
  SecurityOpt []string
  StorageOpt map[string]string ,omitempty
  Tmpfs map[string]string ,omitempty
  UTSMode container.UTSMode
  UsernsMode container.UsernsMode
  ShmSize int64
  Sysctls map[string]string ,omitempty
  Runtime string ,omitempty
  ConsoleSize [2]uint
  Isolation container.Isolation
  container.Resources
  Mounts []mount.Mount ,omitempty
  MaskedPaths []string
  ReadonlyPaths []string
  Init *bool ,omitempty
container.HealthConfig
  Test []string ,omitempty
  Interval time.Duration ,omitempty
  Timeout time.Duration ,omitempty
  StartPeriod time.Duration ,omitempty
  Retries int ,omitempty
container.Config
  Hostname string
  Domainname string
  User string
  AttachStdin bool
  AttachStdout bool
  AttachStderr bool
  ExposedPorts nat.PortSet ,omitempty
  Tty bool
  OpenStdin bool
  StdinOnce bool
  Env []string
  Cmd strslice.StrSlice
  Healthcheck *container.HealthConfig ,omitempty
  ArgsEscaped bool ,omitempty
  Image string
  Volumes map[string]struct{}
  WorkingDir string
  Entrypoint strslice.StrSlice
  NetworkDisabled bool ,omitempty
  MacAddress string ,omitempty
  OnBuild []string
  Labels map[string]string
  StopSignal string ,omitempty
  StopTimeout *int ,omitempty
  Shell strslice.StrSlice ,omitempty
types.ContainerJSONBase
  ID string Id
  Created string
  Path string
  Args []string
  State *types.ContainerState
  Image string
  ResolvConfPath string
  HostnamePath string
  HostsPath string
  LogPath string
  Node *types.ContainerNode ,omitempty
  Name string
  RestartCount int
  Driver string
  Platform string
  MountLabel string
  ProcessLabel string
  AppArmorProfile string
  ExecIDs []string
  HostConfig *container.HostConfig
  GraphDriver types.GraphDriverData
  SizeRw *int64 ,omitempty
  SizeRootFs *int64 ,omitempty
types.MountPoint
  Type mount.Type ,omitempty
  Name string ,omitempty
  Source string
  Destination string
  Driver string ,omitempty
  Mode string
  RW bool
  Propagation mount.Propagation
network.Address
  Addr string
  PrefixLen int
network.EndpointIPAMConfig
  IPv4Address string ,omitempty
  IPv6Address string ,omitempty
  LinkLocalIPs []string ,omitempty
network.EndpointSettings
  IPAMConfig *network.EndpointIPAMConfig
  Links []string
  Aliases []string
  NetworkID string
  EndpointID string
  Gateway string
  IPAddress string
  IPPrefixLen int
  IPv6Gateway string
  GlobalIPv6Address string
  GlobalIPv6PrefixLen int
  MacAddress string
  DriverOpts map[string]string
types.NetworkSettingsBase
  Bridge string
  SandboxID string
  HairpinMode bool
  LinkLocalIPv6Address string
  LinkLocalIPv6PrefixLen int
  Ports nat.PortMap
  SandboxKey string
  SecondaryIPAddresses []network.Address
  SecondaryIPv6Addresses []network.Address
types.DefaultNetworkSettings
  EndpointID string
  Gateway string
  GlobalIPv6Address string
  GlobalIPv6PrefixLen int
  IPAddress string
  IPPrefixLen int
  IPv6Gateway string
  MacAddress string
types.NetworkSettings
  types.NetworkSettingsBase
  types.DefaultNetworkSettings
  Networks map[string]*network.EndpointSettings
types.ContainerJSON
  *types.ContainerJSONBase
  Mounts []types.MountPoint
  Config *container.Config
  NetworkSettings *types.NetworkSettings
network.IPAMConfig
  Subnet string ,omitempty
  IPRange string ,omitempty
  Gateway string ,omitempty
  AuxAddress map[string]string AuxiliaryAddresses,omitempty
network.IPAM
  Driver string
  Options map[string]string
  Config []network.IPAMConfig
network.ConfigReference
  Network string
network.PeerInfo
  Name string
  IP string
network.Task
  Name string
  EndpointID string
  EndpointIP string
  Info map[string]string
network.ServiceInfo
  VIP string
  Ports []string
  LocalLBIndex int
  Tasks []network.Task
types.EndpointResource
  Name string
  EndpointID string
  MacAddress string
  IPv4Address string
  IPv6Address string
types.NetworkResource
  Name string
  ID string Id
  Created time.Time
  Scope string
  Driver string
  EnableIPv6 bool
  IPAM network.IPAM
  Internal bool
  Attachable bool
  Ingress bool
  ConfigFrom network.ConfigReference
  ConfigOnly bool
  Containers map[string]types.EndpointResource
  Options map[string]string
  Labels map[string]string
  Peers []network.PeerInfo ,omitempty
  Services map[string]network.ServiceInfo ,omitempty
types.Port
  IP string ,omitempty
  PrivatePort uint16
  PublicPort uint16 ,omitempty
  Type string
types.SummaryNetworkSettings
  Networks map[string]*network.EndpointSettings
struct{NetworkMode}
  NetworkMode string ,omitempty
types.Container
  ID string Id
  Names []string
  Image string
  ImageID string
  Command string
  Created int64
  Ports []types.Port
  SizeRw int64 ,omitempty
  SizeRootFs int64 ,omitempty
  Labels map[string]string
  State string
  Status string
  HostConfig struct{NetworkMode}
  NetworkSettings *types.SummaryNetworkSettings
  Mounts []types.MountPoint
types.ImageSummary
  Containers int64
  Created int64
  ID string Id
  Labels map[string]string
  ParentID string ParentId
  RepoDigests []string
  RepoTags []string
  SharedSize int64
  Size int64
  VirtualSize int64
types.RootFS
  Type string
  Layers []string ,omitempty
  BaseLayer string ,omitempty
types.ImageMetadata
  LastTagTime time.Time ,omitempty
types.ImageInspect
  ID string Id
  RepoTags []string
  RepoDigests []string
  Parent string
  Comment string
  Created string
  Container string
  ContainerConfig *container.Config
  DockerVersion string
  Author string
  Config *container.Config
  Architecture string
  Variant string ,omitempty
  Os string
  OsVersion string ,omitempty
  Size int64
  VirtualSize int64
  GraphDriver types.GraphDriverData
  RootFS types.RootFS
  Metadata types.ImageMetadata
network.EndpointSettings
  IPAMConfig *network.EndpointIPAMConfig
  Links []string
  Aliases []string
  DriverOpts map[string]string
  GwPriority int
  NetworkID string
  EndpointID string
  Gateway string
  IPAddress string
  MacAddress string
  IPPrefixLen int
  IPv6Gateway string
  GlobalIPv6Address string
  GlobalIPv6PrefixLen int
  DNSNames []string
container.NetworkSettings
  SandboxID string
  SandboxKey string
  Ports nat.PortMap
  Networks map[string]*network.EndpointSettings
container.InspectResponse
  *types.ContainerJSONBase
  Mounts []types.MountPoint
  Config *container.Config
  NetworkSettings *container.NetworkSettings
network.SubnetStatus
  IPsInUse uint64
  DynamicIPsAvailable uint64
network.IPAMStatus
  Subnets map[string]network.SubnetStatus ,omitempty
network.Status
  IPAM network.IPAMStatus
network.Inspect
  Name string
  ID string Id
  Created time.Time
  Scope string
  Driver string
  EnableIPv4 bool
  EnableIPv6 bool
  IPAM network.IPAM
  Internal bool
  Attachable bool
  Ingress bool
  ConfigFrom network.ConfigReference
  ConfigOnly bool
  Options map[string]string
  Labels map[string]string
  Peers []network.PeerInfo ,omitempty
  Containers map[string]types.EndpointResource
  Services map[string]network.ServiceInfo ,omitempty
  Status *network.Status ,omitempty
events.Actor
  ID string
  Attributes map[string]string
events.Message
  Status string status,omitempty
  ID string id,omitempty
  From string from,omitempty
  Type string
  Action string
  Actor events.Actor
  Scope string scope,omitempty
  Time int64 time,omitempty
  TimeNano int64 timeNano,omitempty
`;

const types = new Map<string, GoType>(
  [ANY, BOOL, FLOAT64, INT, INT64, STRING, UINT, UINT8, UINT16, UINT32, UINT64, TIME, DURATION].map((type) => [
    type.name,
    type,
  ]),
);
types.set('struct{}', EMPTY_STRUCT);

/** A type as Go writes it; all names in it stand above it in the tables. */
function typeOf(text: string): GoType {
  const map = /^map\[([^\]]+)\](.*)$/.exec(text);
  if (map !== null) return mapOf(typeOf(map[1]!), typeOf(map[2]!));
  const array = /^\[(\d*)\](.*)$/.exec(text);
  if (array !== null)
    return array[1] === '' ? sliceOf(typeOf(array[2]!)) : arrayOf(Number(array[1]), typeOf(array[2]!));
  if (text.startsWith('*')) return pointerTo(typeOf(text.slice(1)));
  const type = types.get(text);
  assert(type !== undefined, 'a type of the table stands above those that use it');
  return type;
}

function fieldOf(line: string): GoField {
  const [name, type, json = ''] = line.trim().split(' ');
  if (type === undefined) return embeddedField(typeOf(name!));
  const jsonName = json.replace(',omitempty', '');
  const omitsEmpty = json.endsWith(',omitempty');
  return goField(name!, typeOf(type), { omitsEmpty, ...(jsonName === '' ? {} : { jsonName }) });
}

function readDefined(line: string): void {
  const [name, like] = line.split(' ');
  types.set(name!, definedType(name!, typeOf(like!), { methods: STRING_TYPE_METHODS[name!] ?? {} }));
}

function readStruct(text: string): void {
  const [name, ...lines] = text.trim().split('\n');
  const methods = STRUCT_METHODS[name!] ?? {};
  const stringer = STRUCT_STRINGERS[name!];
  const type = structType(name!, lines.map(fieldOf), stringer === undefined ? { methods } : { methods, stringer });
  types.set(name!, type);
}

const definedLines = `${DEFINED.trim()}${SWARM_DEFINED}`.trim().split('\n');
const isOfStrings = (line: string): boolean => line.endsWith('string');
for (const line of definedLines.filter(isOfStrings)) readDefined(line);
for (const text of `${STRUCTS.trim()}${SWARM_STRUCTS}`.trim().split(/\n(?! )/)) {
  readStruct(text);
  if (text.startsWith('nat.')) for (const line of definedLines.filter((each) => !isOfStrings(each))) readDefined(line);
}

/** What the client reads the answers of the engine into. */
export const CONTAINER_JSON = typeOf('types.ContainerJSON');
export const NETWORK_RESOURCE = typeOf('types.NetworkResource');
/** The same of engines from 29 on (API 1.52). */
export const CONTAINER_JSON_29 = typeOf('container.InspectResponse');
export const NETWORK_RESOURCE_29 = typeOf('network.Inspect');
export const IMAGE_JSON = typeOf('types.ImageInspect');

/** An entry of the list of containers. */
export const CONTAINER = typeOf('types.Container');

/** An entry of the list of images. */
export const IMAGE_SUMMARY = typeOf('types.ImageSummary');

/** What the engine tells of. */
export const EVENT = typeOf('events.Message');

/** A node of a swarm. */
export const SWARM_NODE = typeOf('swarm.Node');

/** What `docker info` tells, and what the client adds to it. */
export const INFO = typeOf('types.Info');
export const SYSTEM_INFO = typeOf('system.info');
