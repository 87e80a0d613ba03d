/**
 * A container: its configuration as created, its state, and what it holds while it runs. Plain state and the questions
 * that can be asked of it; what changes it is in daemon/.
 *
 *   created ──start──▶ running ──the first process ends──▶ exited ──start──▶ running …
 */
import type { Ip4 } from '../base/addr.ts';
import { Files } from '../kernel/proc/files.ts';
import type { Pipe } from '../kernel/proc/pipe.ts';
import type { Process } from '../kernel/proc/process.ts';
import { WaitQueue } from '../kernel/proc/wait.ts';
import type { Waitable } from '../kernel/proc/wait.ts';
import { ContainerLog } from './container-log.ts';
import type { LogStream } from './container-log.ts';
import type { Endpoint } from './endpoint.ts';
import type { Image } from './images.ts';
import type { JsonObject } from './inspect/json.ts';
import { RestartManager } from './restart-manager.ts';
import type { RestartPolicy } from './restart-manager.ts';
import type { Sandbox } from './sandbox.ts';

/** Where programs are looked for unless the image says otherwise (moby pkg/system). */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What belongs to a container wherever it runs: `Config` of `docker inspect` (container.Config of the API). */
export interface ContainerConfig {
  /** The image's name as typed. */
  readonly image: string;
  /** The command and its arguments; the image's own when none was given. */
  readonly command: readonly string[];
  /** Stands before the command; null for none. */
  readonly entrypoint: readonly string[] | null;
  readonly hostname: string;
  readonly domainname: string;
  readonly user: string;
  readonly workingDir: string;
  /** `NAME=value` as asked for; the image's own come before. */
  readonly env: readonly string[];
  readonly labels: ReadonlyMap<string, string>;
  /** `80/tcp`, in the order of their texts. */
  readonly exposedPorts: readonly string[];
  readonly isTty: boolean;
  readonly isStdinOpen: boolean;
  readonly attachStdin: boolean;
  readonly attachStdout: boolean;
  readonly attachStderr: boolean;
  /** As typed; empty to take one made from the address. */
  readonly macAddress: string;
  /** Empty for SIGTERM. */
  readonly stopSignal: string;
  /** Undefined for the engine's 10 s. */
  readonly stopTimeoutSeconds?: number | undefined;
}

/** One wish of `-p`: a port of the host for a port of the container. */
export interface PortBinding {
  /** Empty for the network's default. */
  readonly hostIp: string;
  /** A port, a range, or empty for any. */
  readonly hostPort: string;
}

/** What depends on the host: `HostConfig` of `docker inspect`. */
export interface HostConfig {
  /** `default`, `bridge`, `host`, `none`, `container:…`, or the name or id of a network. */
  readonly networkMode: string;
  readonly isAutoRemove: boolean;
  readonly restartPolicy: RestartPolicy;
  /** By `80/tcp`. */
  readonly portBindings: ReadonlyMap<string, readonly PortBinding[]>;
  readonly isPublishAll: boolean;
  readonly dns: readonly string[];
  readonly dnsOptions: readonly string[];
  readonly dnsSearch: readonly string[];
  /** `name:address`, as typed; null for none. */
  readonly extraHosts: readonly string[] | null;
  readonly sysctls: ReadonlyMap<string, string>;
  /** `container:alias`; null for none. */
  readonly links: readonly string[] | null;
  /** The rest by its names in the API, as far as it is not as a plain `docker run` leaves it: limits, permissions. */
  readonly others: JsonObject;
  /** `--init`; undefined where nothing was said about it. */
  readonly isInit?: boolean | undefined;
}

/** What a container has about which nobody said anything; the image's name is never empty. */
export const PLAIN_CONFIG: ContainerConfig = {
  image: '',
  command: [],
  entrypoint: null,
  hostname: '',
  domainname: '',
  user: '',
  workingDir: '',
  env: [],
  labels: new Map(),
  exposedPorts: [],
  isTty: false,
  isStdinOpen: false,
  attachStdin: false,
  attachStdout: false,
  attachStderr: false,
  macAddress: '',
  stopSignal: '',
};

/** What a plain `docker run` asks of the host. */
export const PLAIN_HOST_CONFIG: HostConfig = {
  networkMode: 'default',
  isAutoRemove: false,
  restartPolicy: { name: 'no', maximumRetryCount: 0 },
  portBindings: new Map(),
  isPublishAll: false,
  dns: [],
  dnsOptions: [],
  dnsSearch: [],
  extraHosts: null,
  sysctls: new Map(),
  links: null,
  others: {},
};

/** Addresses that the client asked for on one network (network.EndpointIPAMConfig), as typed; empty for any. */
export interface EndpointIpamRequest {
  /** `--ip` */
  readonly ipv4Address: string;
  /** `--ip6` */
  readonly ipv6Address: string;
  /** `--link-local-ip` */
  readonly linkLocalAddresses: readonly string[];
}

/**
 * What the client asked for on one network (network.EndpointSettings of the API). Null is not the same as nothing: the
 * client sends `{}` and `[]` with `docker network connect`, and null with a `docker run` that asks for neither.
 */
export interface EndpointRequest {
  readonly ipam: EndpointIpamRequest | null;
  readonly aliases: readonly string[] | null;
  /** `container:alias`. */
  readonly links: readonly string[];
  readonly driverOptions: ReadonlyMap<string, string> | null;
}

/** What a `docker run` without options asks for. */
export const NO_ENDPOINT_REQUEST: EndpointRequest = { ipam: null, aliases: null, links: [], driverOptions: null };

/** A container's part of one network, asked for and, while the container runs, had. */
export interface EndpointSettings {
  /** Empty until it was there once; kept when it has left. */
  networkId: string;
  /** Null while the container does not run. */
  endpoint: Endpoint | null;
  readonly request: EndpointRequest;
  /** The address that the managers of a swarm have given to it while it runs; null on networks of this host. */
  assigned: Ip4 | null;
  /**
   * Names beside the container's, as asked for, then the short id and the host name; null until something is in it, and
   * where names are not known (default bridge, host, none).
   */
  aliases: readonly string[] | null;
}

/** A part of a network that nobody has taken yet. */
export function endpointSettings(request: EndpointRequest): EndpointSettings {
  return { networkId: '', endpoint: null, request, assigned: null, aliases: request.aliases };
}

/** Another container on the default bridge, and under which name it is known (`--link`). */
export interface ContainerLink {
  readonly child: Container;
  readonly alias: string;
}

/** Where output goes: an attached client, a log. */
export interface OutputSink {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

export const DISCARD: OutputSink = {
  stdout: () => {
    // Nobody is attached.
  },
  stderr: () => {
    // Nobody is attached.
  },
};

/**
 *   created ──▶ running ◀──▶ paused
 *                │    ▲
 *                ▼    │ a while later
 *    exited ◀── restarting
 */
export type ContainerStatus = 'created' | 'running' | 'paused' | 'restarting' | 'exited';

export class Container {
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** Without the slash that the API puts before it; `docker rename` changes it. */
  name: string;
  readonly createdNs: number;
  readonly image: Image;
  /** Replaced as a whole: a container on another's network takes over its host name. */
  config: ContainerConfig;
  readonly hostConfig: HostConfig;
  readonly files = new Files();
  /** All that its first processes have written (the log driver json-file). */
  readonly log = new ContainerLog();
  status: ContainerStatus = 'created';
  exitCode = 0;
  /** How the last process ended, whatever has been started since. */
  lastExitCode = 0;
  /** How often its process has ended. */
  exitCount = 0;
  /** How often the restart policy has started it since somebody did. */
  restartCount = 0;
  readonly restarts: RestartManager;
  /** Somebody has stopped or killed it: `unless-stopped` leaves it alone. */
  isManuallyStopped = false;
  /** `docker restart` is at work: what ends now is not removed. */
  isManuallyRestarted = false;
  /** Why the last start failed; empty if it did not. */
  errorText = '';
  /** -1: never. */
  startedNs = -1;
  finishedNs = -1;
  /** The process that is the container; null while it does not run. */
  process: Process | null = null;
  /** The writing end of its standard input, while it runs with one that clients can attach to. */
  stdin: Pipe | null = null;
  /** What `docker exec` has started, by its own ids, until it ends. */
  readonly execs = new Map<string, Process>();
  /** The last sandbox of its own; its namespace is there while the container runs. */
  sandbox: Sandbox | null = null;
  /** With `--network container:…` and only while it runs: the sandbox that it has joined. */
  joinedSandbox: Sandbox | null = null;
  /** Whose files it has since it was started so; the one that made the sandbox. */
  joinedFrom: Container | null = null;
  readonly links: ContainerLink[] = [];
  /** The variables that come of them, as of the last start or exec. */
  linkedEnv: readonly string[] = [];
  /** The engine has drawn its name: nobody on its networks knows it by that. */
  isAnonymous = false;
  /** By network name; by what was typed where that was the beginning of an id. */
  readonly networks = new Map<string, EndpointSettings>();

  private readonly sinks = new Set<OutputSink>();
  private readonly exitWaiters = new WaitQueue();

  constructor(origin: {
    readonly id: string;
    readonly name: string;
    readonly createdNs: number;
    readonly image: Image;
    readonly config: ContainerConfig;
    readonly hostConfig: HostConfig;
  }) {
    this.id = origin.id;
    this.name = origin.name;
    this.createdNs = origin.createdNs;
    this.image = origin.image;
    this.config = origin.config;
    this.hostConfig = origin.hostConfig;
    this.restarts = new RestartManager(origin.hostConfig.restartPolicy);
  }

  /** Whether it has a process, be it paused. */
  get isRunning(): boolean {
    return this.process !== null;
  }

  /** As the API has it: a container that will be restarted counts as running. */
  get isActive(): boolean {
    return this.isRunning || this.status === 'restarting';
  }

  /** From now on `sink` gets what the first process writes, until it ends; the function returned stops that. */
  attach(sink: OutputSink): () => void {
    this.sinks.add(sink);
    return () => {
      this.sinks.delete(sink);
    };
  }

  /** Its first process has written something. */
  written(stream: LogStream, text: string, nowNs: number): void {
    this.log.write(stream, text, nowNs);
    for (const sink of [...this.sinks]) sink[stream](text);
  }

  /** Its first process has ended: whoever is attached or waits for that hears of it. */
  ended(exitCode: number, nowNs: number): void {
    this.process = null;
    this.stdin = null;
    this.exitCode = exitCode;
    this.lastExitCode = exitCode;
    this.finishedNs = nowNs;
    this.exitCount++;
    this.log.end(nowNs);
    this.sinks.clear();
  }

  /** Tells those who wait for its end. */
  wakeWaiters(): void {
    this.exitWaiters.wakeAll();
  }

  /**
   * Ready when the container has ended once more, or is no longer active unless it is about to start. Twin of moby's
   * State.Wait.
   */
  nextExit(isAboutToStart = false): Waitable {
    const { exitCount, exitWaiters } = this;
    const isReady = (): boolean => this.exitCount > exitCount || (!isAboutToStart && !this.isActive);
    return {
      isReady,
      get isAtEnd() {
        return isReady();
      },
      addWaiter: (waiter) => {
        exitWaiters.add(waiter);
      },
      removeWaiter: (waiter) => {
        exitWaiters.remove(waiter);
      },
    };
  }

  get isHostNetwork(): boolean {
    return this.hostConfig.networkMode === 'host';
  }

  /** `NAME=value` as `docker inspect` shows them: its own, then those of the image that it does not replace. */
  get envEntries(): readonly string[] {
    const own = new Set(this.config.env.map(variableName));
    return [...this.config.env, ...this.image.env.filter((entry) => !own.has(variableName(entry)))];
  }

  /** The environment of its processes (moby container.CreateDaemonEnvironment); the runtime adds HOME. */
  environment(isTty: boolean, further: readonly string[] = []): Map<string, string> {
    const env = new Map([
      ['PATH', DEFAULT_PATH],
      ['HOSTNAME', this.config.hostname],
    ]);
    if (isTty) env.set('TERM', 'xterm');
    for (const entry of [...this.linkedEnv, ...this.envEntries, ...further]) {
      const name = variableName(entry);
      // A name alone takes a variable away.
      if (name === entry) env.delete(name);
      else env.set(name, entry.slice(name.length + 1));
    }
    if (!env.has('HOME')) env.set('HOME', '/root');
    return env;
  }
}

/** What the first process runs: the entry point and the command. */
export function commandLine(config: ContainerConfig): readonly string[] {
  return [...(config.entrypoint ?? []), ...config.command];
}

function variableName(entry: string): string {
  return entry.split('=', 1)[0]!;
}
