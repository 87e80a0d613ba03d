/** What a node tells its managers about itself. Twin of Describe in moby's daemon/cluster/executor/container. */
import type { Engine } from '../engine.ts';
import type { NodeDescription } from './objects.ts';

/** The machine that every emulated host is. */
export const MACHINE = { cpus: 2, memoryBytes: 25_276_502_016 } as const;
const NANO_CPUS = 1_000_000_000;

/** What the engine can do, by kind. */
export const ENGINE_PLUGINS = {
  Log: ['awslogs', 'fluentd', 'gcplogs', 'gelf', 'journald', 'json-file', 'local', 'logentries', 'splunk', 'syslog'],
  Network: ['bridge', 'host', 'ipvlan', 'macvlan', 'null', 'overlay'],
  Volume: ['local'],
} as const;

/** The version as documents have it. */
export function serverVersion(engine: Engine): string {
  return engine.version.name === '29' ? '29.7.2' : '20.10.24+dfsg1';
}

export function describeNode(engine: Engine): NodeDescription {
  const plugins = Object.entries(ENGINE_PLUGINS).flatMap(([type, names]) => names.map((name) => ({ type, name })));
  return {
    hostname: engine.host.hostName,
    architecture: 'x86_64',
    os: 'linux',
    nanoCpus: MACHINE.cpus * NANO_CPUS,
    memoryBytes: MACHINE.memoryBytes,
    engineVersion: serverVersion(engine),
    plugins,
  };
}
