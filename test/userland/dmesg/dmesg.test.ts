/** dmesg beside the real one, which reads from a file what the emulated one reads from its kernel. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { busyboxPrograms, hostPrograms } from '../../../src/userland/registry.ts';
import { MICROSECOND, SECOND } from '../../../src/sim/units.ts';
import { needTool } from '../../machine.ts';
import { EmulatedLab } from '../net-lab.ts';

const LINES: readonly (readonly [atUs: number, level: number, text: string])[] = [
  [0, 6, 'Linux version'],
  [1_500_000, 4, 'eth0: link up '],
  [12_345_678, 3, 'bad: \x01thing \x7f é'],
  [15_000_000, 2, 'IN=eth0 OUT= MAC= SRC=10.0.0.2 DST=10.0.0.1 PROTO=UDP '],
  [30_000_001, 5, 'a "quoted" \\ word\tand a tab'],
  [75_000_001, 6, 'x'],
  [4_000_000_001, 7, 'much later'],
  [4_000_000_009, 0, 'at once'],
  [4_011_000_009, 1, 'eleven seconds later'],
];

/** What says nothing of the time of day. */
const STYLES: readonly string[] = [
  '',
  '-t',
  '-d',
  '-x',
  '-r',
  '-xt',
  '-x -d',
  '-t -d',
  '-H -d',
  '-e -d',
  '-H -t',
  '-e -t',
  '--time-format notime',
  '--time-format delta',
  '--ti delta',
  '-k',
  '-u',
  '-u -k',
  '-f kern',
  '-f daemon',
  '-f kern,daemon',
  '-f 0',
  '-f 3',
  '-l err',
  '-l ERR',
  '-l err,warn',
  '-l 4',
  '-l 0,1',
  '-l emerg,alert,crit,err,warn,notice,info,debug',
  '--level=crit -x',
  "-l ''",
  "-f ''",
  '-p',
  '-P',
  '-L',
  '-Lnever',
  '-L=auto',
  '--color=never',
  '--noescape',
  '--noesc -x',
  '-s 10',
  '-x -k -l err',
  '-w',
  '-W',
  '-w -W',
  '-S',
];

const WRONG: readonly string[] = [
  '-l foo',
  '-l err+',
  '-l +err',
  '-l 8',
  '-l 9',
  '-l warn,foo',
  '-l err,',
  '-l',
  '-f foo',
  '-f user,foo',
  '-f local0',
  '-n 9',
  '-n 0',
  '-n foo',
  '-n warn,err',
  '-n',
  '-s x',
  '-Lfoo',
  '--color=foo',
  '--time-format foo',
  '--time-format',
  '-c -C',
  '-C -c',
  '-c -n 1',
  '-n 1 -r',
  '-D -r',
  '-D -E',
  '-rx',
  '-xr',
  '-r -T',
  '-T -r',
  '-r -t',
  '-d -r',
  '-e -r',
  '-H -r',
  '-L -r',
  '-S -w',
  'foo',
  '-t foo bar',
  '--foo',
  '--no',
  '--c',
  '-y',
  '-ty',
  '--raw=1',
];

/** A machine that has said the lines, each at its time. */
function machine(): EmulatedLab {
  const lab = new EmulatedLab({ namespaces: [], lines: [] });
  for (const [atUs, level, text] of LINES) {
    lab.world.runTo(atUs * MICROSECOND);
    lab.host.log.write(level, text);
  }
  return lab;
}

type Answer = Readonly<Record<'stdout' | 'stderr', string>> & { readonly exit: number | null };

function dmesg(lab: EmulatedLab, words: string, programs = hostPrograms()): Answer {
  return lab.run(programs, [{ ns: '', line: `dmesg ${words}` }], 1)[0]!;
}

describe('userland/dmesg', () => {
  describe('beside the real one', () => {
    let folder = '';

    before(function () {
      needTool(this, ['dmesg', '--version'], 'dmesg from util-linux 2.38.1');
      folder = mkdtempSync(join(tmpdir(), 'dockwire-dmesg-'));
    });
    after(() => {
      if (folder !== '') rmSync(folder, { recursive: true });
    });

    /** What the real one makes of the same lines. */
    const real = (words: string): Answer => {
      const path = join(folder, 'log');
      const raw = LINES.map(([us, level, text]) => {
        const time = `${String(Math.floor(us / 1e6)).padStart(5)}.${String(us % 1e6).padStart(6, '0')}`;
        return `<${level}>[${time}] ${text}`;
      });
      writeFileSync(path, `${raw.join('\n')}\n`);
      const { stdout, stderr, status } = spawnSync('sh', ['-c', `dmesg -F ${path} ${words}`], { encoding: 'utf8' });
      return { stdout, stderr, exit: status };
    };

    it('prints lines in every style', () => {
      const lab = machine();
      for (const words of STYLES) {
        // From a file, nothing more can come; and escaping has no part in what is raw.
        const mine = dmesg(lab, words.replace(/-[wW]/g, ''));
        const theirs = real(words === '-S' ? '' : words);
        assert.deepEqual(
          [words, mine],
          [words, words === '-r' ? { ...theirs, stdout: escaped(theirs.stdout) } : theirs],
        );
      }
    });

    it('refuses what is wrong', () => {
      const lab = machine();
      for (const words of WRONG) assert.deepEqual([words, dmesg(lab, words)], [words, real(words)]);
    }).timeout(10_000);
  });

  it('clears what it has read, or without reading', () => {
    const lab = machine();
    assert.equal(dmesg(lab, '-t -l info -c').stdout, 'Linux version\nx\n');
    assert.deepEqual(dmesg(lab, ''), { stdout: '', stderr: '', exit: 0 });
    lab.host.log.write(4, 'afterwards');
    assert.equal(dmesg(lab, '-t').stdout, 'afterwards\n');
    assert.deepEqual(dmesg(lab, '-C'), { stdout: '', stderr: '', exit: 0 });
    assert.equal(dmesg(lab, '-t').stdout, '');
    assert.deepEqual(dmesg(lab, '-n 1'), { stdout: '', stderr: '', exit: 0 });
  });

  it('goes on with what comes, or begins with it', () => {
    const lab = machine();
    const all = lab.start(hostPrograms(), { ns: '', line: 'dmesg -t -w' });
    const fresh = lab.start(hostPrograms(), { ns: '', line: 'dmesg --follow-new' });
    lab.world.run(SECOND);
    lab.host.log.write(4, 'news');
    lab.world.run(SECOND);
    assert.equal(all.output.stdout.split('\n').at(-2), 'news');
    assert.equal(fresh.output.stdout, '[ 4012.000009] news\n');
    assert.equal(all.proc.exitCode, null);
    all.proc.kill('SIGINT', all.proc);
    lab.world.run(SECOND);
    assert.equal(all.proc.exitCode, 130);
  });

  it('is busybox’s in images', () => {
    const lab = machine();
    const busybox = busyboxPrograms();
    assert.equal(dmesg(lab, '', busybox).stdout.split('\n')[1], '[    1.500000] eth0: link up ');
    assert.equal(dmesg(lab, '-r', busybox).stdout.split('\n')[1], '<4>[    1.500000] eth0: link up ');
    assert.deepEqual(dmesg(lab, '-n x', busybox), { stdout: '', stderr: "dmesg: invalid number 'x'\n", exit: 1 });
    assert.equal(dmesg(lab, '-n 9', busybox).stderr, 'dmesg: klogctl: Invalid argument\n');
    assert.notEqual(dmesg(lab, '-c', busybox).stdout, '');
    assert.equal(dmesg(lab, '', busybox).stdout, '');
    assert.match(dmesg(lab, '-T', busybox).stderr, /^dmesg: invalid option -- 'T'\nBusyBox .*\n\nUsage: dmesg \[-cr\]/);
  });

  it('is refused where a process has no right to', () => {
    const lab = machine();
    const answers = [hostPrograms(), busyboxPrograms()].map((programs) => {
      const output = { stdout: '', stderr: '' };
      const proc = lab.host.processes.spawn({
        argv: ['dmesg'],
        program: programs.get('dmesg')!.run,
        ns: lab.host.rootNs,
        hostname: 'c',
        files: lab.files,
        env: new Map(),
        registry: programs,
        stdin: 'null',
        stdout: (text) => (output.stdout += text),
        stderr: (text) => (output.stderr += text),
        pid1: true,
      });
      return { ...output, exit: proc.exitCode };
    });
    assert.deepEqual(answers, [
      { stdout: '', stderr: 'dmesg: read kernel buffer failed: Operation not permitted\n', exit: 1 },
      { stdout: '', stderr: 'dmesg: klogctl: Operation not permitted\n', exit: 1 },
    ]);
  });

  it('has no colours', () => {
    const { stderr, exit } = dmesg(machine(), '--color=always');
    assert.equal(exit, 127);
    assert.match(stderr, /^dmesg --color=always: not supported by Dockwire/);
  });
});

/** As lines are printed that are not raw. */
function escaped(text: string): string {
  return text.replaceAll('\x01', '\\x01').replaceAll('\x7f', '\\x7f');
}
