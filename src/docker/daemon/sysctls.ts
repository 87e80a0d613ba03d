/**
 * The settings of a container's network namespace: the engine's own and those of `--sysctl`, written as runc 1.1 does
 * it before the process begins. Twin of moby's daemon/oci_linux.go and runc's configs/validate.
 */
import type { Container } from '../container.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import { isContainerMode } from './network-mode.ts';

/** Ping without privileges, and every port. */
const OWN_SYSCTLS: readonly (readonly [string, string])[] = [
  ['net.ipv4.ip_unprivileged_port_start', '0'],
  ['net.ipv4.ping_group_range', '0 2147483647'],
];

/** Throws a DaemonError. Where runc goes through a map in random order, the settings come by name here. */
export function writeSysctls(engine: Engine, container: Container): void {
  const { networkMode, sysctls } = container.hostConfig;
  const networkSettings = [...sysctls].filter(([key]) => key.startsWith('net.'));
  if (container.isHostNetwork) {
    if (networkSettings.length === 0) return;
    refuse(`sysctl "${networkSettings[0]![0]}" not allowed in host network namespace`);
  }
  const netns = (container.joinedSandbox ?? container.sandbox)?.netnsName ?? null;
  const own = isContainerMode(networkMode) ? [] : OWN_SYSCTLS;
  const all = [...new Map([...own, ...networkSettings])].sort(([left], [right]) => (left < right ? -1 : 1));
  for (const [key, value] of all) writeSysctl(engine, netns, key, value);
}

function writeSysctl(engine: Engine, netns: string | null, key: string, value: string): void {
  const where = netns === null ? '' : `ip netns exec ${netns} `;
  const typed = value.replaceAll(/[\s\\]/g, String.raw`\$&`);
  const { exit, stderr } = engine.host.door.type(`${where}sysctl -w ${key}=${typed}`);
  if (exit === 0 && stderr === '') return;
  const path = `/proc/sys/${key.replaceAll('.', '/')}`;
  const isMissing = stderr.includes('No such file or directory');
  const cause = isMissing ? `open ${path}: no such file or directory` : `write ${path}: invalid argument`;
  refuse(`unable to start container process: error during container init: ${cause}`);
}

function refuse(cause: string): never {
  throw new DaemonError(`failed to create shim task: OCI runtime create failed: runc create failed: ${cause}: unknown`);
}
