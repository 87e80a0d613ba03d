import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { ProgramEntry } from '../../src/kernel/proc/program-registry.ts';
import { ProgramRegistry } from '../../src/kernel/proc/program-registry.ts';
import { Files } from '../../src/kernel/proc/files.ts';
import { BUSYBOX_SYSCTL, PROCPS_SYSCTL } from '../../src/userland/sysctl.ts';
import { World } from '../kernel/kit.ts';
import { need, needTools } from '../machine.ts';

interface Answer {
  exit: number;
  stdout: string;
  stderr: string;
}

const SETTINGS = '# c\n; d\n net.ipv4.ip_forward = 0 \nnet.ipv4.bogus=1\ngarbage\nnet.ipv4.ip_default_ttl=abc\n';

/** Types lines in a namespace of an emulated machine. */
function typed(entry: ProgramEntry, lines: readonly string[]): Answer[] {
  const host = new World().host('h');
  host.admin.type('ip netns add t');
  const files = new Files();
  files.write('/tmp/s.conf', SETTINGS);
  return lines.map((line) => {
    const answer: Answer = { exit: -1, stdout: '', stderr: '' };
    const proc = host.processes.spawn({
      argv: ['sysctl', ...line.split(' ').filter((word) => word !== '')],
      program: (process) => entry.run(process),
      ns: host.namespaces.get('t')!,
      hostname: 'h1',
      files,
      env: new Map(),
      registry: new ProgramRegistry(),
      stdin: 'eof',
      stdout: (text) => (answer.stdout += text),
      stderr: (text) => (answer.stderr += text),
    });
    answer.exit = proc.exitCode ?? -1;
    return answer;
  });
}

function real(command: string, lines: readonly string[]): Answer[] {
  const file = `/tmp/s.conf`;
  const script = lines.map(
    (line) => `${command} ${line} >out 2>err; printf '%s\\001' $?; cat out; printf '\\001'; cat err; printf '\\001'`,
  );
  const prelude = `mount -t tmpfs tmpfs /tmp && cd /tmp && printf '%s' '${SETTINGS}' >${file}\n`;
  const run = spawnSync('unshare', ['--net', '--mount', 'sh', '-c', prelude + script.join('\n')], { encoding: 'utf8' });
  assert.equal(run.stderr, '');
  const parts = run.stdout.split('\u0001');
  return lines.map((_, i) => ({ exit: Number(parts[3 * i]), stdout: parts[3 * i + 1]!, stderr: parts[3 * i + 2]! }));
}

const BUSYBOX_LINES = [
  '',
  '-Z',
  'net.ipv4.ip_forward net.ipv4.nosuch',
  '-w net.ipv4.ip_forward=1',
  'net.ipv4.ip_forward=1',
  '-w net.ipv4.ip_forward',
  '-n net.ipv4.ip_forward net.ipv4.udp_rmem_min',
  '-e net.ipv4.nosuch net.ipv4.x=1',
  '-w net.ipv4.nosuch=1',
  '-w net.ipv4.ip_default_ttl=abc',
  '-q -w net.ipv4.ip_default_ttl=65',
  '-w net.ipv4.ip_forward=',
  'net.ipv4.route',
  'net.ipv4.route.flush',
  '-w net.ipv4.route.flush=1',
  '-p /tmp/s.conf',
  '-p /nonexistent',
  'net.ipv4.conf.lo.mc_forwarding=1',
  'net/ipv4/conf/lo/tag net.ipv4.conf.lo/tag',
  'net.ipv4.neigh',
];

describe('userland/sysctl', () => {
  it('answers as procps does, its files of settings included', function () {
    need(this, 'netns');
    const lines = [
      '-p /tmp/s.conf',
      '-e -p /tmp/s.conf',
      '-p /nonexistent /tmp/s.conf',
      '-p -',
      '-w net.ipv4.ip_forward=1',
    ];
    assert.deepEqual(typed(PROCPS_SYSCTL, lines), real('sysctl', lines));
  });

  it('answers as busybox does in its images', function () {
    needTools(this, ['busybox']);
    need(this, 'netns');
    assert.deepEqual(typed(BUSYBOX_SYSCTL, BUSYBOX_LINES), real('busybox sysctl', BUSYBOX_LINES));
  });

  it('finds in a literal line what Dockwire lacks and what sysctl does not know', () => {
    assert.equal(PROCPS_SYSCTL.check!(['-w', '--system'])?.argIndex, 1);
    assert.equal(PROCPS_SYSCTL.check!(['-w', 'a=b']), undefined);
    assert.deepEqual(PROCPS_SYSCTL.refusal!(['-w', '-Z']), { argIndex: 1, message: "invalid option -- 'Z'" });
    assert.equal(BUSYBOX_SYSCTL.refusal!(['-N'])?.argIndex, 0);
  });
});
