/** The Go types of swarms and of `docker info` (moby's api/types, api/types/swarm), written as in go-types.ts. */

export const SWARM_DEFINED = `
swarm.NodeRole string
swarm.NodeAvailability string
swarm.NodeState string
swarm.Reachability string
swarm.LocalNodeState string
swarm.ExternalCAProtocol string
`;

export const SWARM_STRUCTS = `
swarm.Version
  Index uint64 ,omitempty
swarm.Meta
  Version swarm.Version ,omitempty
  CreatedAt time.Time ,omitempty
  UpdatedAt time.Time ,omitempty
swarm.Annotations
  Name string ,omitempty
  Labels map[string]string
swarm.TLSInfo
  TrustRoot string ,omitempty
  CertIssuerSubject []uint8 ,omitempty
  CertIssuerPublicKey []uint8 ,omitempty
swarm.NodeSpec
  swarm.Annotations
  Role swarm.NodeRole ,omitempty
  Availability swarm.NodeAvailability ,omitempty
swarm.Platform
  Architecture string ,omitempty
  OS string ,omitempty
swarm.NamedGenericResource
  Kind string ,omitempty
  Value string ,omitempty
swarm.DiscreteGenericResource
  Kind string ,omitempty
  Value int64 ,omitempty
swarm.GenericResource
  NamedResourceSpec *swarm.NamedGenericResource ,omitempty
  DiscreteResourceSpec *swarm.DiscreteGenericResource ,omitempty
swarm.Resources
  NanoCPUs int64 ,omitempty
  MemoryBytes int64 ,omitempty
  GenericResources []swarm.GenericResource ,omitempty
swarm.PluginDescription
  Type string ,omitempty
  Name string ,omitempty
swarm.EngineDescription
  EngineVersion string ,omitempty
  Labels map[string]string ,omitempty
  Plugins []swarm.PluginDescription ,omitempty
swarm.NodeDescription
  Hostname string ,omitempty
  Platform swarm.Platform ,omitempty
  Resources swarm.Resources ,omitempty
  Engine swarm.EngineDescription ,omitempty
  TLSInfo swarm.TLSInfo ,omitempty
swarm.NodeStatus
  State swarm.NodeState ,omitempty
  Message string ,omitempty
  Addr string ,omitempty
swarm.ManagerStatus
  Leader bool ,omitempty
  Reachability swarm.Reachability ,omitempty
  Addr string ,omitempty
swarm.Node
  ID string
  swarm.Meta
  Spec swarm.NodeSpec ,omitempty
  Description swarm.NodeDescription ,omitempty
  Status swarm.NodeStatus ,omitempty
  ManagerStatus *swarm.ManagerStatus ,omitempty
swarm.OrchestrationConfig
  TaskHistoryRetentionLimit *int64 ,omitempty
swarm.RaftConfig
  SnapshotInterval uint64 ,omitempty
  KeepOldSnapshots *uint64 ,omitempty
  LogEntriesForSlowFollowers uint64 ,omitempty
  ElectionTick int
  HeartbeatTick int
swarm.DispatcherConfig
  HeartbeatPeriod time.Duration ,omitempty
swarm.ExternalCA
  Protocol swarm.ExternalCAProtocol
  URL string
  Options map[string]string ,omitempty
  CACert string
swarm.CAConfig
  NodeCertExpiry time.Duration ,omitempty
  ExternalCAs []*swarm.ExternalCA ,omitempty
  SigningCACert string ,omitempty
  SigningCAKey string ,omitempty
  ForceRotate uint64 ,omitempty
swarm.Driver
  Name string ,omitempty
  Options map[string]string ,omitempty
swarm.TaskDefaults
  LogDriver *swarm.Driver ,omitempty
swarm.EncryptionConfig
  AutoLockManagers bool
swarm.Spec
  swarm.Annotations
  Orchestration swarm.OrchestrationConfig ,omitempty
  Raft swarm.RaftConfig ,omitempty
  Dispatcher swarm.DispatcherConfig ,omitempty
  CAConfig swarm.CAConfig ,omitempty
  TaskDefaults swarm.TaskDefaults ,omitempty
  EncryptionConfig swarm.EncryptionConfig ,omitempty
swarm.ClusterInfo
  ID string
  swarm.Meta
  Spec swarm.Spec
  TLSInfo swarm.TLSInfo
  RootRotationInProgress bool
  DefaultAddrPool []string
  SubnetSize uint32
  DataPathPort uint32
swarm.Peer
  NodeID string
  Addr string
swarm.Info
  NodeID string
  NodeAddr string
  LocalNodeState swarm.LocalNodeState
  ControlAvailable bool
  Error string
  RemoteManagers []swarm.Peer
  Nodes int ,omitempty
  Managers int ,omitempty
  Cluster *swarm.ClusterInfo ,omitempty
  Warnings []string ,omitempty
types.PluginsInfo
  Volume []string
  Network []string
  Authorization []string
  Log []string
registry.IndexInfo
  Name string
  Mirrors []string
  Secure bool
  Official bool
registry.ServiceConfig
  AllowNondistributableArtifactsCIDRs []string
  AllowNondistributableArtifactsHostnames []string
  InsecureRegistryCIDRs []string
  IndexConfigs map[string]*registry.IndexInfo
  Mirrors []string
types.ShimConfig
  Binary string
types.Runtime
  Path string path,omitempty
  Args []string runtimeArgs,omitempty
  Shim *types.ShimConfig ,omitempty
types.Commit
  ID string
  Expected string
types.NetworkAddressPool
  Base string
  Size int
types.Info
  ID string
  Containers int
  ContainersRunning int
  ContainersPaused int
  ContainersStopped int
  Images int
  Driver string
  DriverStatus [][2]string
  SystemStatus [][2]string ,omitempty
  Plugins types.PluginsInfo
  MemoryLimit bool
  SwapLimit bool
  KernelMemory bool
  KernelMemoryTCP bool
  CPUCfsPeriod bool CpuCfsPeriod
  CPUCfsQuota bool CpuCfsQuota
  CPUShares bool
  CPUSet bool
  PidsLimit bool
  IPv4Forwarding bool
  BridgeNfIptables bool
  BridgeNfIP6tables bool BridgeNfIp6tables
  Debug bool
  NFd int
  OomKillDisable bool
  NGoroutines int
  SystemTime string
  LoggingDriver string
  CgroupDriver string
  CgroupVersion string ,omitempty
  NEventsListener int
  KernelVersion string
  OperatingSystem string
  OSVersion string
  OSType string
  Architecture string
  IndexServerAddress string
  RegistryConfig *registry.ServiceConfig
  NCPU int
  MemTotal int64
  GenericResources []swarm.GenericResource
  DockerRootDir string
  HTTPProxy string HttpProxy
  HTTPSProxy string HttpsProxy
  NoProxy string
  Name string
  Labels []string
  ExperimentalBuild bool
  ServerVersion string
  ClusterStore string ,omitempty
  ClusterAdvertise string ,omitempty
  Runtimes map[string]types.Runtime
  DefaultRuntime string
  Swarm swarm.Info
  LiveRestoreEnabled bool
  Isolation container.Isolation
  InitBinary string
  ContainerdCommit types.Commit
  RuncCommit types.Commit
  InitCommit types.Commit
  SecurityOptions []string
  ProductLicense string ,omitempty
  DefaultAddressPools []types.NetworkAddressPool ,omitempty
  Warnings []string
system.clientInfo
  Debug bool
  Context string
  Plugins []string
  Warnings []string
system.info
  *types.Info
  ServerErrors []string ,omitempty
  ClientInfo *system.clientInfo ,omitempty
  ClientErrors []string ,omitempty
`;
