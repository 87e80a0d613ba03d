/**
 * Options of `docker run` that are kept: what they limit or allow, nobody on a network could tell, but `docker inspect`
 * shows them. Twin of the part of docker/cli's container.parse that fills in HostConfig.
 */
import type { Json, JsonObject } from '../inspect/json.ts';
import type { Flags } from './flags.ts';
import { parseBytes, parseCpus, parseSwapBytes } from './values/size.ts';
import { parseUlimit } from './values/ulimit.ts';
import { parseMapEntry } from './values/pair.ts';
import type { Value } from './values/value.ts';
import { isFault, splitAtEquals } from './values/value.ts';

const SYSTEM_PATHS_UNCONFINED = 'systempaths=unconfined';

/** Numbers by the option and their key in the API. */
const INTEGERS: readonly (readonly [option: string, key: string])[] = [
  ['cpu-shares', 'CpuShares'],
  ['cpu-period', 'CpuPeriod'],
  ['cpu-quota', 'CpuQuota'],
  ['cpu-rt-period', 'CpuRealtimePeriod'],
  ['cpu-rt-runtime', 'CpuRealtimeRuntime'],
  ['oom-score-adj', 'OomScoreAdj'],
];
const SIZES: readonly (readonly [option: string, key: string])[] = [
  ['memory', 'Memory'],
  ['memory-reservation', 'MemoryReservation'],
  ['kernel-memory', 'KernelMemory'],
  ['shm-size', 'ShmSize'],
];
const TEXTS: readonly (readonly [option: string, key: string])[] = [
  ['cgroup-parent', 'CgroupParent'],
  ['cgroupns', 'CgroupnsMode'],
  ['cpuset-cpus', 'CpusetCpus'],
  ['cpuset-mems', 'CpusetMems'],
  ['ipc', 'IpcMode'],
  ['isolation', 'Isolation'],
  ['runtime', 'Runtime'],
  ['userns', 'UsernsMode'],
  ['volume-driver', 'VolumeDriver'],
];
const LISTS: readonly (readonly [option: string, key: string])[] = [
  ['cap-add', 'CapAdd'],
  ['cap-drop', 'CapDrop'],
  ['device-cgroup-rule', 'DeviceCgroupRules'],
  ['group-add', 'GroupAdd'],
];

/** The keys of HostConfig that the options change, as the client sends them. What is zero or empty changes nothing. */
export function keptHostConfig(flags: Flags): JsonObject {
  const kept: Record<string, Json> = {};
  for (const [option, key] of INTEGERS) if (flags.int(option)) kept[key] = flags.int(option)!;
  for (const [option, key] of SIZES) keepNumber(kept, key, valueOf(flags, option, parseBytes));
  for (const [option, key] of TEXTS) if (flags.text(option)) kept[key] = flags.text(option)!;
  for (const [option, key] of LISTS) if (flags.texts(option).length > 0) kept[key] = flags.texts(option);
  keepNumber(kept, 'MemorySwap', valueOf(flags, 'memory-swap', parseSwapBytes));
  keepNumber(kept, 'NanoCpus', valueOf(flags, 'cpus', parseCpus));
  if (flags.isSet('privileged')) kept['Privileged'] = true;
  if (flags.isSet('oom-kill-disable')) kept['OomKillDisable'] = true;
  // -1 is what the client has when nothing is said.
  const swappiness = flags.int('memory-swappiness') ?? -1;
  if (swappiness !== -1) kept['MemorySwappiness'] = swappiness;
  const pidsLimit = flags.int('pids-limit') ?? 0;
  if (pidsLimit > 0) kept['PidsLimit'] = pidsLimit;
  keepMaps(kept, flags);
  keepSecurity(kept, flags);
  return kept;
}

function valueOf(flags: Flags, option: string, parse: (text: string) => Value<number>): number {
  const read = parse(flags.text(option) ?? '0');
  return isFault(read) ? 0 : read.value;
}

function keepNumber(kept: Record<string, Json>, key: string, value: number): void {
  if (value !== 0) kept[key] = value;
}

function keepMaps(kept: Record<string, Json>, flags: Flags): void {
  const tmpfs = flags.texts('tmpfs').map((text): [string, string] => {
    const colon = text.indexOf(':');
    return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
  });
  if (tmpfs.length > 0) kept['Tmpfs'] = sorted(tmpfs);
  const logOptions = flags.texts('log-opt').map(parseMapEntry);
  if (flags.isGiven('log-driver') || logOptions.length > 0) {
    kept['LogConfig'] = {
      Type: flags.text('log-driver') || 'json-file',
      Config: sorted(logOptions.map(({ name, value }) => [name, value])),
    };
  }
  const ulimits = ulimitDocuments(flags.texts('ulimit'));
  if (ulimits.length > 0) kept['Ulimits'] = ulimits;
}

/** One of each name, the last. */
function ulimitDocuments(texts: readonly string[]): JsonObject[] {
  const byName = new Map<string, JsonObject>();
  for (const text of texts) {
    const read = parseUlimit(text);
    if (isFault(read)) continue;
    const { name, soft, hard } = read.value;
    byName.set(name, { Name: name, Hard: Number(hard), Soft: Number(soft) });
  }
  return [...byName].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, document]) => document);
}

/** What these options allow shows in the lists of protected paths; some modes switch labels off (daemon/create.go). */
function keepSecurity(kept: Record<string, Json>, flags: Flags): void {
  const given = flags.texts('security-opt');
  const options = given.filter((each) => each !== SYSTEM_PATHS_UNCONFINED);
  const isPrivileged = flags.isSet('privileged');
  const hasHostMode = flags.text('ipc') === 'host' || flags.text('pid') === 'host';
  const hasLabel = options.some((each) => /^label[=:]/.test(each));
  if ((isPrivileged || hasHostMode) && !hasLabel) options.push('label=disable');
  if (options.length > 0 || given.length > 0) kept['SecurityOpt'] = options;
  if (given.length > options.length) Object.assign(kept, { MaskedPaths: [], ReadonlyPaths: [] });
  if (isPrivileged) Object.assign(kept, { MaskedPaths: null, ReadonlyPaths: null });
}

function sorted(entries: readonly (readonly [string, string])[]): JsonObject {
  const last = new Map(entries);
  return Object.fromEntries([...last].sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** What the client finds wrong with `--security-opt`, `--log-opt` and `--storage-opt`. */
export function loggingFault(flags: Flags): string | undefined {
  const isNone = flags.text('log-driver') === 'none' && flags.texts('log-opt').length > 0;
  return isNone ? 'invalid logging opts for driver none' : undefined;
}

export function securityFault(
  options: readonly string[],
  readFile: (path: string) => string | undefined,
  quote: (text: string) => string,
): string | undefined {
  for (const option of options) {
    const isPair = option.includes('=') || option.includes(':');
    if (!isPair && option !== 'no-new-privileges') return `Invalid --security-opt: ${quote(option)}`;
    const [name, value = ''] = splitAtEquals(option.includes('=') ? option : option.replace(':', '='));
    if (name !== 'seccomp' || value === 'unconfined' || readFile(value) !== undefined) continue;
    return `opening seccomp profile (${value}) failed: open ${value}: no such file or directory`;
  }
  return undefined;
}
