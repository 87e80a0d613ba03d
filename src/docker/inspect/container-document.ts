/** `docker inspect` of a container: types.ContainerJSON of API 1.41, as a stock engine with overlay2 answers. */
import type { Container } from '../container.ts';
import { commandLine } from '../container.ts';
import { linksDocument } from '../daemon/links.ts';
import type { Engine } from '../engine.ts';
import { imageId } from '../images.ts';
import { containerSize } from './container-size.ts';
import { hostConfigDocument } from './host-config-document.ts';
import type { JsonObject } from './json.ts';
import { sortedObject } from './json.ts';
import { networkSettingsDocument, networkSettingsDocument29 } from './network-settings-document.ts';
import { rfc3339Nano } from './time.ts';

const DATA_ROOT = '/var/lib/docker';

/** `hasSize` adds what `--size` asks for. */
export function containerDocument(engine: Engine, container: Container, hasSize = false): JsonObject {
  const folder = `${DATA_ROOT}/containers/${container.id}`;
  // A container on another's network has the other's files.
  const fileOwner = container.joinedFrom ?? (container.sandbox === null ? null : container);
  const pathOf = (file: string): string =>
    fileOwner === null ? '' : `${DATA_ROOT}/containers/${fileOwner.id}/${file}`;
  const [path, ...args] = commandLine(container.config);
  return {
    Id: container.id,
    Created: rfc3339Nano(engine.host.epochSeconds, container.createdNs),
    Path: path ?? '',
    Args: args,
    State: stateDocument(engine, container),
    Image: imageId(container.image),
    ResolvConfPath: pathOf('resolv.conf'),
    HostnamePath: pathOf('hostname'),
    HostsPath: pathOf('hosts'),
    LogPath: fileOwner === null ? '' : `${folder}/${container.id}-json.log`,
    Name: `/${container.name}`,
    RestartCount: container.restartCount,
    Driver: 'overlay2',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: container.execs.size === 0 ? null : [...container.execs.keys()],
    HostConfig: { ...hostConfigDocument(container.hostConfig), Links: linksDocument(container) },
    GraphDriver: graphDriverDocument(container),
    ...(hasSize ? sizeDocument(container) : {}),
    Mounts: [],
    Config: configDocument(container),
    NetworkSettings: engine.version.hasDocuments29
      ? networkSettingsDocument29(container)
      : networkSettingsDocument(container),
  };
}

function sizeDocument(container: Container): JsonObject {
  const { writtenBytes, wholeBytes } = containerSize(container);
  return { SizeRw: writtenBytes, SizeRootFs: wholeBytes };
}

function stateDocument(engine: Engine, container: Container): JsonObject {
  const epochSeconds = engine.host.epochSeconds;
  return {
    Status: container.status,
    Running: container.isActive,
    Paused: container.status === 'paused',
    Restarting: container.status === 'restarting',
    OOMKilled: false,
    Dead: false,
    Pid: container.process?.pid ?? 0,
    ExitCode: container.exitCode,
    Error: container.errorText,
    StartedAt: rfc3339Nano(epochSeconds, container.startedNs),
    FinishedAt: rfc3339Nano(epochSeconds, container.finishedNs),
  };
}

/** The layers that overlay2 mounts; they are named after the container here. */
function graphDriverDocument(container: Container): JsonObject {
  const layer = `${DATA_ROOT}/overlay2/${container.id}`;
  const base = `${DATA_ROOT}/overlay2/${imageId(container.image).replace('sha256:', '')}`;
  return {
    Data: {
      LowerDir: `${layer}-init/diff:${base}/diff`,
      MergedDir: `${layer}/merged`,
      UpperDir: `${layer}/diff`,
      WorkDir: `${layer}/work`,
    },
    Name: 'overlay2',
  };
}

function configDocument(container: Container): JsonObject {
  const config = container.config;
  const env = container.envEntries;
  const exposed = config.exposedPorts.map((port): [string, JsonObject] => [port, {}]);
  return {
    Hostname: config.hostname,
    Domainname: config.domainname,
    User: config.user,
    AttachStdin: config.attachStdin,
    AttachStdout: config.attachStdout,
    AttachStderr: config.attachStderr,
    ...(exposed.length === 0 ? {} : { ExposedPorts: sortedObject(exposed) }),
    Tty: config.isTty,
    OpenStdin: config.isStdinOpen,
    StdinOnce: config.isStdinOpen && config.attachStdin,
    Env: env.length === 0 ? null : env,
    Cmd: config.command,
    Image: config.image,
    Volumes: null,
    WorkingDir: config.workingDir,
    Entrypoint: config.entrypoint,
    ...(config.macAddress === '' ? {} : { MacAddress: config.macAddress }),
    OnBuild: null,
    Labels: sortedObject(config.labels),
    ...(config.stopSignal === '' ? {} : { StopSignal: config.stopSignal }),
    ...(config.stopTimeoutSeconds === undefined ? {} : { StopTimeout: config.stopTimeoutSeconds }),
  };
}
