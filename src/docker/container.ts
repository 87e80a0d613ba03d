/**
 * A container: its configuration as created, its state, and what it holds while it runs. Plain state and the questions
 * that can be asked of it; what changes it is in lifecycle.ts.
 *
 *   created ──start──▶ running ──the first process ends──▶ exited ──start──▶ running …
 */
import { Files } from '../kernel/proc/files.ts';
import type { Process } from '../kernel/proc/process.ts';
import type { Endpoint } from './endpoint.ts';
import type { Image } from './images.ts';
import type { Sandbox } from './sandbox.ts';

/** What the client asked for. Options that have no field here are as a plain `docker run` leaves them. */
export interface ContainerConfig {
  /** The image's name as typed. */
  readonly image: string;
  /** The command and its arguments; the image's own when none was given. */
  readonly command: readonly string[];
  readonly hostname: string;
  readonly isTty: boolean;
  readonly isStdinOpen: boolean;
  readonly attachStdin: boolean;
  readonly attachStdout: boolean;
  readonly attachStderr: boolean;
  /** `default`, `bridge`, `host`, `none`, or the name of a network. */
  readonly networkMode: string;
  readonly isAutoRemove: boolean;
}

/** What a container is or was on one network. */
export interface EndpointSettings {
  /** Empty until it was there once; kept when it has left. */
  networkId: string;
  /** Null while the container does not run. */
  endpoint: Endpoint | null;
}

/** Where the output of the first process goes. */
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

export type ContainerStatus = 'created' | 'running' | 'exited';

export class Container {
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  readonly createdNs: number;
  readonly image: Image;
  readonly config: ContainerConfig;
  readonly files = new Files();
  status: ContainerStatus = 'created';
  exitCode = 0;
  /** Why the last start failed; empty if it did not. */
  errorText = '';
  /** -1: never. */
  startedNs = -1;
  finishedNs = -1;
  /** The process that is the container; null while it does not run. */
  process: Process | null = null;
  output: OutputSink = DISCARD;
  /** The last sandbox; its namespace is there while the container runs. */
  sandbox: Sandbox | null = null;
  /** By network name. */
  readonly networks = new Map<string, EndpointSettings>();

  constructor(containerId: string, name: string, createdNs: number, image: Image, config: ContainerConfig) {
    this.id = containerId;
    this.name = name;
    this.createdNs = createdNs;
    this.image = image;
    this.config = config;
  }

  get isRunning(): boolean {
    return this.status === 'running';
  }

  get isHostNetwork(): boolean {
    return this.config.networkMode === 'host';
  }

  /** The environment of its processes (moby container.CreateDaemonEnvironment). */
  environment(isTty: boolean): Map<string, string> {
    const env = new Map(this.image.env.map((entry): [string, string] => splitEnvironment(entry)));
    env.set('HOSTNAME', this.config.hostname);
    if (isTty) env.set('TERM', 'xterm');
    env.set('HOME', '/root');
    return env;
  }
}

function splitEnvironment(entry: string): [string, string] {
  const equals = entry.indexOf('=');
  return [entry.slice(0, equals), entry.slice(equals + 1)];
}
