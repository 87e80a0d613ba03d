/**
 * What `docker run` and `docker create` ask of the engine, from their options: twin of docker/cli's container.parse
 * (cli/command/container/opts.go), with its order of checks.
 */
import type { ContainerConfig, HostConfig } from '../container.ts';
import { PLAIN_CONFIG, PLAIN_HOST_CONFIG } from '../container.ts';
import type { ContainerPorts } from '../ports/port-spec.ts';
import { readPorts } from '../ports/port-spec.ts';
import type { Flags } from './flags.ts';
import { keptHostConfig, loggingFault, securityFault } from './host-config-flags.ts';
import { parseMacAddress } from './values/address.ts';
import { parseDuration } from './values/duration.ts';
import { goQuote } from './values/go-quote.ts';
import type { ClientSurroundings } from './values/key-value-file.ts';
import { readKeyValueFiles } from './values/key-value-file.ts';
import type { NetworkAttachment } from './values/network-opt.ts';
import { parseNetworkOpt } from './values/network-opt.ts';
import { environmentEntry, parseMapEntry } from './values/pair.ts';
import { parseRestartPolicy } from './values/restart-policy.ts';
import { isFault } from './values/value.ts';

/** What is asked for on one network. */
export interface RequestedNetwork extends NetworkAttachment {
  /** As typed; empty for any. */
  readonly ipv4Address: string;
  readonly ipv6Address: string;
  readonly linkLocalAddresses: readonly string[];
  /** `container:alias`. */
  readonly links: readonly string[];
}

export interface ContainerRequest {
  readonly config: ContainerConfig;
  readonly hostConfig: HostConfig;
  /** In the order of typing; the first one is the network mode. Empty for a plain `docker run`. */
  readonly networks: readonly RequestedNetwork[];
  /** What the client warns of by itself. */
  readonly warnings: readonly string[];
}

/** What the client asks for; a string is what it finds wrong. */
export function containerRequest(flags: Flags, surroundings: ClientSurroundings): ContainerRequest | string {
  const early = addressFault(flags) ?? swappinessFault(flags);
  if (early !== undefined) return early;
  const ports = readPorts(flags.texts('publish'), flags.texts('expose'));
  if (typeof ports === 'string') return ports;
  const env = environmentOf(flags, surroundings);
  if (typeof env === 'string') return env;
  const labels = readKeyValueFiles(flags.texts('label-file'), surroundings, () => undefined);
  if (isFault(labels)) return labels.fault;
  const late = modeFault(flags) ?? restartFault(flags) ?? optionFault(flags, surroundings);
  if (late !== undefined) return late;
  const networks = networksOf(flags);
  if (typeof networks === 'string') return networks;
  return {
    config: configOf(flags, ports, env, [...labels.value, ...flags.texts('label')]),
    hostConfig: hostConfigOf(flags, ports),
    networks,
    warnings: warningsOf(flags),
  };
}

function addressFault(flags: Flags): string | undefined {
  const address = flags.text('mac-address') ?? '';
  return address !== '' && isFault(parseMacAddress(address)) ? `${address} is not a valid mac address` : undefined;
}

function swappinessFault(flags: Flags): string | undefined {
  const swappiness = flags.int('memory-swappiness') ?? -1;
  if (swappiness >= -1 && swappiness <= 100) return undefined;
  return `invalid value: ${swappiness}. Valid memory swappiness range is 0-100`;
}

/** Files first; of options of the same name the last counts. */
function environmentOf(flags: Flags, surroundings: ClientSurroundings): readonly string[] | string {
  const fromFiles = readKeyValueFiles(flags.texts('env-file'), surroundings, surroundings.lookup);
  if (isFault(fromFiles)) return fromFiles.fault;
  const given = flags.texts('env').map((text) => environmentEntry(text, surroundings.lookup));
  const byName = new Map(given.map((entry): [string, string] => [parseMapEntry(entry).name, entry]));
  return [...fromFiles.value, ...byName.values()];
}

function modeFault(flags: Flags): string | undefined {
  const isOneOf = (option: string, modes: readonly string[]): boolean => modes.includes(flags.text(option) ?? '');
  if (!isOneOf('pid', ['', 'host']) && !/^container:[^:]+$/.test(flags.text('pid')!)) return '--pid: invalid PID mode';
  if (!isOneOf('uts', ['', 'host'])) return '--uts: invalid UTS mode';
  if (!isOneOf('userns', ['', 'host'])) return '--userns: invalid USER mode';
  return isOneOf('cgroupns', ['', 'private', 'host']) ? undefined : '--cgroupns: invalid CGROUP mode';
}

function restartFault(flags: Flags): string | undefined {
  const policy = parseRestartPolicy(flags.text('restart') ?? 'no');
  return isFault(policy) ? policy.fault : undefined;
}

function optionFault(flags: Flags, surroundings: ClientSurroundings): string | undefined {
  const wrongStorage = flags.texts('storage-opt').some((option) => !option.includes('='));
  return (
    loggingFault(flags) ??
    securityFault(flags.texts('security-opt'), surroundings.readFile, goQuote) ??
    (wrongStorage ? 'invalid storage option' : undefined) ??
    healthFault(flags) ??
    removalFault(flags)
  );
}

function healthFault(flags: Flags): string | undefined {
  const spans = ['health-interval', 'health-timeout', 'health-start-period'] as const;
  const nanoseconds = (option: string): number => {
    const read = parseDuration(flags.text(option) ?? '0');
    return isFault(read) ? 0 : read.value;
  };
  const retries = flags.int('health-retries') ?? 0;
  const hasSettings = (flags.text('health-cmd') ?? '') !== '' || retries !== 0 || spans.some(nanoseconds);
  if (!hasSettings) return undefined;
  if (flags.isSet('no-healthcheck')) return '--no-healthcheck conflicts with --health-* options';
  const numbers: readonly (readonly [option: string, value: number])[] = [
    ['health-interval', nanoseconds('health-interval')],
    ['health-timeout', nanoseconds('health-timeout')],
    ['health-retries', retries],
    ['health-start-period', nanoseconds('health-start-period')],
  ];
  const negative = numbers.find(([, value]) => value < 0);
  return negative && `--${negative[0]} cannot be negative`;
}

function removalFault(flags: Flags): string | undefined {
  const policy = parseRestartPolicy(flags.text('restart') ?? 'no');
  const name = isFault(policy) ? '' : policy.value.name;
  const isConflict = flags.isSet('rm') && name !== '' && name !== 'no';
  return isConflict ? 'Conflicting options: --restart and --rm' : undefined;
}

/** Twin of parseNetworkOpts: what was said without naming a network belongs to the first one. */
function networksOf(flags: Flags): readonly RequestedNetwork[] | string {
  const networks: RequestedNetwork[] = [];
  for (const [index, text] of flags.texts('network').entries()) {
    const attachment = parseNetworkOpt(text);
    if (isFault(attachment)) return attachment.fault;
    const network = index === 0 ? withContainerOptions(attachment.value, flags) : withNothing(attachment.value);
    if (typeof network === 'string') return network;
    const wrong = networkFault(network);
    if (wrong !== undefined) return wrong;
    if (networks.some((each) => each.target === network.target)) {
      return `network ${goQuote(network.target)} is specified multiple times`;
    }
    networks.push(network);
  }
  if (new Set(networks.map((each) => isUserDefined(each.target))).size > 1) {
    return 'conflicting options: cannot attach both user-defined and non-user-defined network-modes';
  }
  return networks;
}

function withNothing(attachment: NetworkAttachment): RequestedNetwork {
  return { ...attachment, ipv4Address: '', ipv6Address: '', linkLocalAddresses: [], links: [] };
}

function withContainerOptions(attachment: NetworkAttachment, flags: Flags): RequestedNetwork | string {
  const aliases = flags.texts('network-alias');
  if (attachment.aliases.length > 0 && aliases.length > 0) {
    return 'conflicting options: cannot specify both --network-alias and per-network alias';
  }
  return {
    ...attachment,
    aliases: aliases.length > 0 ? aliases : attachment.aliases,
    ipv4Address: flags.text('ip') ?? '',
    ipv6Address: flags.text('ip6') ?? '',
    linkLocalAddresses: flags.texts('link-local-ip'),
    links: attachment.target === 'default' ? [] : flags.texts('link'),
  };
}

/** Twin of parseNetworkAttachmentOpt. */
function networkFault(network: RequestedNetwork): string | undefined {
  if (network.target.trim() === '') return 'no name set for network';
  if (isUserDefined(network.target)) return undefined;
  if (network.aliases.length > 0) {
    return 'network-scoped aliases are only supported for user-defined networks';
  }
  return network.links.length > 0 ? 'links are only supported for user-defined networks' : undefined;
}

/** Twin of NetworkMode.IsUserDefined. */
function isUserDefined(mode: string): boolean {
  return !['default', 'bridge', 'host', 'none'].includes(mode) && !/^container(?::|$)/.test(mode);
}

/** Whether a network was only named. */
export function asksForNothing(network: RequestedNetwork): boolean {
  const { aliases, driverOptions, ipv4Address, ipv6Address, linkLocalAddresses, links } = network;
  const count = aliases.length + driverOptions.size + linkLocalAddresses.length + links.length;
  return count === 0 && ipv4Address === '' && ipv6Address === '';
}

function configOf(
  flags: Flags,
  ports: ContainerPorts,
  env: readonly string[],
  labels: readonly string[],
): ContainerConfig {
  const [image, ...command] = flags.operands;
  const streams = flags.texts('attach');
  const isDetached = flags.isSet('detach');
  const attaches = (stream: string): boolean => !isDetached && streams.includes(stream);
  const isPlain = !isDetached && streams.length === 0;
  return {
    ...PLAIN_CONFIG,
    image: image!,
    command,
    entrypoint: flags.isGiven('entrypoint') ? [flags.text('entrypoint')!] : null,
    hostname: flags.text('hostname') ?? '',
    domainname: flags.text('domainname') ?? '',
    user: flags.text('user') ?? '',
    workingDir: flags.text('workdir') ?? '',
    env,
    labels: new Map(labels.map(parseMapEntry).map(({ name, value }): [string, string] => [name, value])),
    exposedPorts: [...ports.exposed].sort((left, right) => (left < right ? -1 : 1)),
    isTty: flags.isSet('tty'),
    isStdinOpen: flags.isSet('interactive'),
    attachStdin: attaches('stdin') || (!isDetached && flags.isSet('interactive')),
    attachStdout: isPlain || attaches('stdout'),
    attachStderr: isPlain || attaches('stderr'),
    macAddress: flags.text('mac-address') ?? '',
    stopSignal: flags.text('stop-signal') ?? '',
    stopTimeoutSeconds: flags.int('stop-timeout'),
  };
}

function hostConfigOf(flags: Flags, ports: ContainerPorts): HostConfig {
  const first = parseNetworkOpt(flags.texts('network')[0] ?? 'default');
  const policy = parseRestartPolicy(flags.text('restart') ?? 'no');
  const links = flags.texts('link');
  const sysctls = flags.texts('sysctl').map(parseMapEntry);
  return {
    ...PLAIN_HOST_CONFIG,
    networkMode: isFault(first) ? 'default' : first.value.target,
    isAutoRemove: flags.isSet('rm'),
    // Whether there is such a policy, the engine says.
    ...(isFault(policy) ? {} : { restartPolicy: policy.value }),
    portBindings: ports.bindings,
    isPublishAll: flags.isSet('publish-all'),
    dns: flags.texts('dns'),
    dnsOptions: flags.texts('dns-option'),
    dnsSearch: flags.texts('dns-search'),
    extraHosts: flags.texts('add-host').length === 0 ? null : flags.texts('add-host'),
    sysctls: new Map(sysctls.map(({ name, value }): [string, string] => [name, value])),
    links: links.length === 0 ? null : links,
    isInit: flags.isGiven('init') ? flags.isSet('init') : undefined,
    others: keptHostConfig(flags),
  };
}

/** Twin of runRun's and createContainer's warnings. */
function warningsOf(flags: Flags): readonly string[] {
  const warnings: string[] = [];
  if (flags.isSet('oom-kill-disable') && (flags.text('memory') ?? '0') === '0') {
    const advice = "without setting a '-m/--memory' limit may be dangerous.";
    warnings.push(`WARNING: Disabling the OOM killer on containers ${advice}`);
  }
  const local = flags.texts('dns').find((address) => /^127\.|^::1$/.test(address));
  if (local !== undefined) warnings.push(`WARNING: Localhost DNS setting (--dns=${local}) may fail in containers.`);
  return warnings;
}
