import assert from 'node:assert/strict';
import {
  hostConfigFault,
  lateHostConfigFault,
  hostConfigWarnings,
  settledHostConfig,
} from '../../../src/docker/daemon/verify-host-config.ts';
import type { JsonObject } from '../../../src/docker/inspect/json.ts';

const MIB = 1024 * 1024;

describe('limits and permissions', () => {
  it('are refused in the words of the daemon', () => {
    const cases: [others: JsonObject, fault: string][] = [
      [{ Memory: 5 * MIB }, 'Minimum memory limit allowed is 6MB'],
      [
        { Memory: 64 * MIB, MemorySwap: 32 * MIB },
        'Minimum memoryswap limit should be larger than memory limit, see usage',
      ],
      [{ MemorySwap: 64 * MIB }, 'You should always set the Memory limit when using Memoryswap limit, see usage'],
      [{ MemoryReservation: MIB }, 'Minimum memory reservation allowed is 6MB'],
      [
        { Memory: 32 * MIB, MemoryReservation: 64 * MIB },
        'Minimum memory limit can not be less than memory reservation limit, see usage',
      ],
      [{ KernelMemory: MIB }, 'Minimum kernel memory limit allowed is 6MB'],
      [{ NanoCpus: -1 }, 'Range of CPUs is from 0.01 to 4.00, as there are only 4 CPUs available'],
      [{ NanoCpus: 1e9, CpuPeriod: 5000 }, 'Conflicting options: Nano CPUs and CPU Period cannot both be set'],
      [{ NanoCpus: 1e9, CpuQuota: 5000 }, 'Conflicting options: Nano CPUs and CPU Quota cannot both be set'],
      [{ CpuPeriod: 100 }, 'CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)'],
      [{ CpuQuota: 100 }, 'CPU cfs quota can not be less than 1ms (i.e. 1000)'],
      [{ CpusetCpus: 'x' }, 'Invalid value x for cpuset cpus: invalid format: x'],
      [{ CpusetCpus: '0-9' }, 'Requested CPUs are not available - requested 0-9, available: 0-3'],
      [{ OomScoreAdj: 2000 }, 'Invalid value 2000, range for oom score adj is [-1000, 1000]'],
      [{ Runtime: 'x' }, 'Unknown runtime specified x'],
      [{ Isolation: 'hyperv' }, `Invalid isolation: "hyperv" - linux only supports 'default'`],
      [{ CapAdd: ['x'] }, 'invalid CapAdd: unknown capability: "CAP_X"'],
      [{ Tmpfs: { x: '' } }, "invalid mount path: 'x' mount path must be absolute"],
      [{ LogConfig: { Type: 'json-file', Config: { x: '' } } }, "unknown log opt 'x' for json-file log driver"],
      [{ SecurityOpt: ['a:b'] }, 'invalid --security-opt 2: "a:b"'],
    ];
    for (const [others, fault] of cases) assert.equal(hostConfigFault(others) ?? lateHostConfigFault(others), fault);
  });

  it('may be right', () => {
    const right: JsonObject[] = [
      {},
      { Memory: 64 * MIB, MemorySwap: -1, NanoCpus: 2e9, CpusetCpus: '0-1,3', Isolation: 'Default' },
      { Runtime: 'runc', Tmpfs: { '/x': 'size=1m' }, SecurityOpt: ['label=disable', 'no-new-privileges'] },
      { LogConfig: { Type: 'json-file', Config: { 'max-size': 'x' } }, CpuPeriod: 1000, CpuQuota: -1 },
    ];
    for (const others of right) assert.equal(hostConfigFault(others) ?? lateHostConfigFault(others), undefined);
  });

  it('get as much swap as memory', () => {
    assert.deepEqual(settledHostConfig({ Memory: MIB }), { Memory: MIB, MemorySwap: 2 * MIB });
    assert.deepEqual(settledHostConfig({ Memory: MIB, MemorySwap: -1 }), { Memory: MIB, MemorySwap: -1 });
    assert.deepEqual(settledHostConfig({}), {});
  });

  it('may be warned of', () => {
    assert.match(hostConfigWarnings({ KernelMemory: 1, OomKillDisable: true }).join('|'), /^Specifying .*\|OOM killer/);
    assert.deepEqual(hostConfigWarnings({ OomKillDisable: true, Memory: 1 }), []);
  });
});
