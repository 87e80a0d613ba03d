import assert from 'node:assert/strict';
import { readFlags } from '../../../src/docker/cli/flags.ts';
import { keptHostConfig } from '../../../src/docker/cli/host-config-flags.ts';
import { RUN_FORM } from '../../../src/docker/cli/options/run.ts';

function kept(line: string): unknown {
  const outcome = readFlags(RUN_FORM.options, [...line.split(' '), 'busybox'], false);
  assert.ok(outcome.kind === 'parsed', line);
  return keptHostConfig(outcome.flags);
}

const CORE = { Name: 'core', Hard: 0, Soft: 0 };

describe('options that are kept for docker inspect', () => {
  it('stand there as a real engine shows them', () => {
    const cases: [line: string, wanted: Record<string, unknown>][] = [
      ['-d', {}],
      ['--memory 64m --memory-swap -1', { Memory: 67108864, MemorySwap: -1 }],
      ['--memory 0 --cpus 0 --pids-limit -1 --memory-swappiness -1', {}],
      ['--cpus 0.5 --cpu-shares 100 --pids-limit 10', { CpuShares: 100, NanoCpus: 500000000, PidsLimit: 10 }],
      ['--memory-swappiness 0', { MemorySwappiness: 0 }],
      ['--cap-add NET_ADMIN --cap-drop all', { CapAdd: ['NET_ADMIN'], CapDrop: ['all'] }],
      [
        '--ulimit nofile=5 --ulimit nofile=7:9 --ulimit core=0',
        { Ulimits: [CORE, { Name: 'nofile', Hard: 9, Soft: 7 }] },
      ],
      ['--tmpfs /b:ro --tmpfs /a', { Tmpfs: { '/a': '', '/b': 'ro' } }],
      ['--log-opt max-size=1m', { LogConfig: { Type: 'json-file', Config: { 'max-size': '1m' } } }],
      [
        '--cgroupns private --ipc shareable --userns host',
        { CgroupnsMode: 'private', IpcMode: 'shareable', UsernsMode: 'host' },
      ],
      ['--shm-size 1m --oom-score-adj 5', { OomScoreAdj: 5, ShmSize: 1048576 }],
      ['--security-opt no-new-privileges', { SecurityOpt: ['no-new-privileges'] }],
      ['--security-opt systempaths=unconfined', { SecurityOpt: [], MaskedPaths: [], ReadonlyPaths: [] }],
      ['--ipc host', { IpcMode: 'host', SecurityOpt: ['label=disable'] }],
      [
        '--privileged --security-opt no-new-privileges',
        {
          Privileged: true,
          SecurityOpt: ['no-new-privileges', 'label=disable'],
          MaskedPaths: null,
          ReadonlyPaths: null,
        },
      ],
    ];
    for (const [line, wanted] of cases) assert.deepEqual(kept(line), wanted, line);
  });
});
