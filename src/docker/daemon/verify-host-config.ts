/**
 * What the daemon finds wrong with limits and permissions of a container, and what it warns of: twin of moby's
 * runconfig/hostconfig_unix.go and daemon/{container,daemon_unix}.go. They stand in `HostConfig.others` by their names
 * in the API; what is not there is as a plain `docker run` leaves it.
 */
import type { Json, JsonObject } from '../inspect/json.ts';
import { capabilityFault } from './capabilities.ts';

/** Every host has so many. */
const PROCESSORS = 4;
const NANO = 1_000_000_000;
const MEMORY_MIN = 6 * 1024 * 1024;
const RUNTIMES: readonly string[] = ['runc', 'io.containerd.runc.v2', 'io.containerd.runtime.v1.linux'];
const LOG_OPTIONS: readonly string[] = [
  ...[
    'compress',
    'env',
    'env-regex',
    'labels',
    'labels-regex',
    'max-buffer-size',
    'max-file',
    'max-size',
    'mode',
    'tag',
  ],
];
const SECURITY_OPTION = /^(?:label|apparmor|seccomp|no-new-privileges)(?:[=:]|$)/;

/** The first thing that is wrong, in the daemon's words. */
export function hostConfigFault(others: JsonObject): string | undefined {
  return (
    isolationFault(others) ??
    capabilityFault('CapAdd', textsOf(others, 'CapAdd')) ??
    capabilityFault('CapDrop', textsOf(others, 'CapDrop')) ??
    memoryFault(others) ??
    processorFault(others) ??
    processorSetFault(textOf(others, 'CpusetCpus')) ??
    scoreFault(numberOf(others, 'OomScoreAdj')) ??
    runtimeFault(textOf(others, 'Runtime')) ??
    tmpfsFault(others['Tmpfs'])
  );
}

/** What is looked at only when the image is there. */
export function lateHostConfigFault(others: JsonObject): string | undefined {
  return logFault(others['LogConfig']) ?? securityFault(textsOf(others, 'SecurityOpt'));
}

/** What the daemon makes of it. */
export function settledHostConfig(others: JsonObject): JsonObject {
  const memory = numberOf(others, 'Memory');
  // As much swap as memory (adaptContainerSettings).
  return memory > 0 && numberOf(others, 'MemorySwap') === 0 ? { ...others, MemorySwap: memory * 2 } : others;
}

/** Its warnings, each a sentence. */
export function hostConfigWarnings(others: JsonObject): string[] {
  const warnings: string[] = [];
  if (numberOf(others, 'KernelMemory') > 0) {
    warnings.push('Specifying a kernel memory limit is deprecated and will be removed in a future release.');
  }
  if (others['OomKillDisable'] === true && numberOf(others, 'Memory') === 0) {
    const what = 'OOM killer is disabled for the container, but no memory limit is set';
    warnings.push(`${what}, this can result in the system running out of resources.`);
  }
  return warnings;
}

function isolationFault(others: JsonObject): string | undefined {
  const isolation = textOf(others, 'Isolation');
  if (isolation === '' || isolation.toLowerCase() === 'default') return undefined;
  return `Invalid isolation: "${isolation}" - linux only supports 'default'`;
}

function memoryFault(others: JsonObject): string | undefined {
  const [memory, swap] = [numberOf(others, 'Memory'), numberOf(others, 'MemorySwap')];
  const [reservation, kernel] = [numberOf(others, 'MemoryReservation'), numberOf(others, 'KernelMemory')];
  if (memory !== 0 && memory < MEMORY_MIN) return 'Minimum memory limit allowed is 6MB';
  if (memory > 0 && swap > 0 && swap < memory) {
    return 'Minimum memoryswap limit should be larger than memory limit, see usage';
  }
  if (memory === 0 && swap > 0) return 'You should always set the Memory limit when using Memoryswap limit, see usage';
  if (reservation > 0 && reservation < MEMORY_MIN) return 'Minimum memory reservation allowed is 6MB';
  if (memory > 0 && reservation > memory) {
    return 'Minimum memory limit can not be less than memory reservation limit, see usage';
  }
  return kernel > 0 && kernel < MEMORY_MIN ? 'Minimum kernel memory limit allowed is 6MB' : undefined;
}

function processorFault(others: JsonObject): string | undefined {
  const [cpus, period, quota] = [
    numberOf(others, 'NanoCpus'),
    numberOf(others, 'CpuPeriod'),
    numberOf(others, 'CpuQuota'),
  ];
  const conflict = 'Conflicting options: Nano CPUs and CPU';
  if (cpus > 0 && period > 0) return `${conflict} Period cannot both be set`;
  if (cpus > 0 && quota > 0) return `${conflict} Quota cannot both be set`;
  if (cpus < 0 || cpus > PROCESSORS * NANO) {
    return `Range of CPUs is from 0.01 to ${PROCESSORS}.00, as there are only ${PROCESSORS} CPUs available`;
  }
  if (period !== 0 && (period < 1000 || period > 1_000_000)) {
    return 'CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)';
  }
  return quota > 0 && quota < 1000 ? 'CPU cfs quota can not be less than 1ms (i.e. 1000)' : undefined;
}

/** `0-2,3` */
function processorSetFault(text: string): string | undefined {
  for (const part of text === '' ? [] : text.split(',')) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part);
    if (match === null) return `Invalid value ${text} for cpuset cpus: invalid format: ${part}`;
    const last = Number(match[2] ?? match[1]);
    if (last >= PROCESSORS) {
      return `Requested CPUs are not available - requested ${text}, available: 0-${PROCESSORS - 1}`;
    }
  }
  return undefined;
}

function scoreFault(score: number): string | undefined {
  const isRight = score >= -1000 && score <= 1000;
  return isRight ? undefined : `Invalid value ${score}, range for oom score adj is [-1000, 1000]`;
}

function runtimeFault(runtime: string): string | undefined {
  return runtime === '' || RUNTIMES.includes(runtime) ? undefined : `Unknown runtime specified ${runtime}`;
}

function tmpfsFault(tmpfs: Json | undefined): string | undefined {
  const relative = Object.keys((tmpfs ?? {}) as JsonObject).find((path) => !path.startsWith('/'));
  return relative === undefined ? undefined : `invalid mount path: '${relative}' mount path must be absolute`;
}

function logFault(logConfig: Json | undefined): string | undefined {
  const { Type, Config } = (logConfig ?? { Type: '', Config: {} }) as { Type: string; Config: JsonObject };
  const unknown = Object.keys(Config).find((option) => !LOG_OPTIONS.includes(option));
  return Type !== 'json-file' || unknown === undefined
    ? undefined
    : `unknown log opt '${unknown}' for json-file log driver`;
}

function securityFault(options: readonly string[]): string | undefined {
  const unknown = options.find((option) => !SECURITY_OPTION.test(option));
  return unknown === undefined ? undefined : `invalid --security-opt 2: ${JSON.stringify(unknown)}`;
}

function numberOf(others: JsonObject, key: string): number {
  const value = others[key];
  return typeof value === 'number' ? value : 0;
}

function textOf(others: JsonObject, key: string): string {
  const value = others[key];
  return typeof value === 'string' ? value : '';
}

function textsOf(others: JsonObject, key: string): readonly string[] {
  const value = others[key];
  return Array.isArray(value) ? value.map(String) : [];
}
