import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { scriptPath } from '../../bench/child.ts';
import type { Baseline, BenchResult, Row } from '../../bench/result.ts';
import { withScratchFolder } from '../../bench/scratch.ts';

function bench(folder: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const files = ['--size', 'smoke', '--baseline', path.join(folder, 'baseline.json'), '--out', folder, '--name', 'x'];
  const env = { ...process.env, DOCKWIRE_SHARED: folder };
  return spawnSync(process.execPath, [scriptPath('run'), ...files, ...args], { encoding: 'utf8', env });
}

function readJson(folder: string, name: string): unknown {
  return JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
}

describe('npm run bench', () => {
  it('measures every kind of row, writes them, and takes them for the baseline', () => {
    withScratchFolder(1, (folder) => {
      const { status, stdout, stderr } = bench(folder, '--update-baseline');
      assert.equal(status, 0, stderr);
      assert.match(stderr, /no ratios to the prototype/);
      const { rows } = readJson(folder, 'x.json') as BenchResult;
      const names = rows.map((row) => row.name);
      for (const name of [
        'W1',
        'W1 capture',
        'N1 dnat 10',
        'W4 bulk',
        'TCP connections per second',
        'TCP idle connections',
        'gossip 5',
        'gossip 3 hosts',
        'hold reference 100',
        'hold heap 100',
        'hold calendar 100',
        'memory 4 hosts',
        'containers-5',
      ]) {
        assert.ok(names.includes(name), name);
        assert.ok(stdout.includes(`\n${name} `), name);
      }
      assert.ok(names.includes('memory long run') && names.includes('micro fdb find'));
      const w1 = rows.find((row) => row.name === 'W1')!.figures;
      assert.deepEqual([w1['datagrams'], w1['eventsPerDatagram'], w1['hopsPerDatagram']], [1000, 4, 2]);
      assert.deepEqual((readJson(folder, 'baseline.json') as Baseline).smoke?.rows, rows);
    });
  }).timeout(60_000);

  it('compares with a baseline and fails when a row is worse', () => {
    withScratchFolder(1, (folder) => {
      const write = (rows: readonly Row[]): void => {
        const result: BenchResult = { takenAt: 'then', size: 'smoke', machine: 'one', rows };
        writeFileSync(path.join(folder, 'baseline.json'), JSON.stringify({ smoke: result }));
      };
      write([{ name: 'W1', figures: { events: 4000, hops: 2000, slots: 1024 } }]);
      const same = bench(folder, '--filter', 'W1', '--compare');
      assert.equal(same.status, 0, same.stdout + same.stderr);
      assert.match(same.stdout, /no regression against .* of then\n$/);
      write([{ name: 'W1', figures: { events: 3000, hops: 2000, slots: 1024 } }]);
      const worse = bench(folder, '--filter', 'W1', '--compare');
      assert.equal(worse.status, 1);
      assert.match(worse.stderr, /W1: looks worse than the baseline, once more\n/);
      assert.match(worse.stdout, /regression: W1: events 3000 → 400\d\n/);
      assert.match(worse.stdout, /1 regression against/);
    });
  }).timeout(60_000);

  it('refuses what it cannot do', () => {
    withScratchFolder(1, (folder) => {
      const refusals: [string[], RegExp][] = [
        [['--filter', 'W9'], /^no perf.*\nnothing is named W9; there are W1, W1 capture/],
        [['--size', 'huge'], /^--size huge; expected full, quick, smoke\n$/],
        [['--compare'], /baseline\.json has nothing of size smoke; make it with --update-baseline\n$/],
        [['--wrong'], /--wrong/],
      ];
      for (const [args, message] of refusals) {
        const { status, stderr } = bench(folder, ...args);
        assert.equal(status, 2, args.join(' '));
        assert.match(stderr, message);
      }
    });
  });

  it('says how it is used', () => {
    withScratchFolder(1, (folder) => {
      const { status, stdout } = bench(folder, '--help');
      assert.equal(status, 0);
      for (const option of ['--quick', '--filter', '--instructions', '--compare', '--update-baseline']) {
        assert.ok(stdout.includes(`  ${option} `), option);
      }
    });
  });
});
