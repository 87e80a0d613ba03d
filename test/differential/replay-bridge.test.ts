/**
 * Case a of the recordings as the script that it was: typed line by line at its times, tcpdumps in the background and
 * all. The files that these tcpdumps write must hold the recording's frames, and the dumps its lines.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadScenario } from '../../src/scenario/load.ts';
import type { RunResult } from '../../src/scenario/result.ts';
import { Run } from '../../src/scenario/run.ts';
import { SHARED } from '../machine.ts';
import { needRecording } from './recordings.ts';

const TRUTH = join(SHARED, 'truth', 'a-bridge-icmp');
const FILES = 'files/h/';

/** What nobody chose: random MACs, and timers that run on. */
function alike(text: string): string[] {
  return text
    .trim()
    .replaceAll(/\b(?!02:42|33:33|01:00|ff:ff|00:00)[0-9a-f]{2}(:[0-9a-f]{2}){5}\b/g, 'MAC')
    .replaceAll(/(timer *)[\d.]+/g, '$1N')
    .split('\n')
    .map((line) => line.trimEnd());
}

describe('differential: the script of a bridge and ICMP', () => {
  let result: RunResult;
  const written = new Map<string, Uint8Array[]>();

  before(function () {
    needRecording(this, 'a-bridge-icmp');
    const script = readFileSync(join(TRUTH, 'commands.txt'), 'utf8').replaceAll(/^/gm, '      ');
    const head = 'hosts: { h: { docker: false } }\nsteps:\n  - on: h\n    expect: { exit: any }\n    script: |\n';
    const text = head + script;
    const run = new Run(loadScenario('a.yaml', new TextEncoder().encode(text)), {
      queue: 'heap',
      captures: 'pcap',
      store: {
        open: (name) => {
          const chunks: Uint8Array[] = [];
          written.set(name, chunks);
          return { write: (chunk) => chunks.push(chunk.slice()) };
        },
      },
      hash: false,
      keepGoing: true,
    });
    while (run.advance(100_000));
    result = run.result();
  });

  it('gives each tcpdump the frames of the recording', () => {
    const folder = mkdtempSync(join(tmpdir(), 'dockwire-replay-'));
    try {
      for (const [name, chunks] of written) {
        if (!name.startsWith(FILES)) continue;
        const path = join(folder, name.slice(FILES.length));
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, Buffer.concat(chunks));
      }
      const { stdout } = spawnSync('python3', [join(SHARED, 'tools', 'canon.py'), '--dirs', folder, TRUTH], {
        encoding: 'utf8',
      });
      assert.equal(stdout.trim(), '7 of 7 captures equal');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  /** What the n-th step (from 0) with that command printed. */
  function printed(command: string, n: number): string {
    return result.steps.filter((step) => step.run === command)[n]!.stdout;
  }

  for (const [n, file] of ['fdb-after-1.txt', 'fdb-flushed.txt', 'fdb-after-3.txt'].entries()) {
    it(`shows the table of ${file}`, () => {
      const expected = readFileSync(join(TRUTH, file), 'utf8');
      assert.deepEqual(alike(printed('ip netns exec gt-ah bridge fdb show br docker0', n)), alike(expected));
    });
  }

  for (const [n, file] of ['state-before.txt', 'state-after.txt'].entries()) {
    it(`shows the bridges, links and counters of ${file}`, () => {
      const blocks = readFileSync(join(TRUTH, file), 'utf8').split(/^\[(gt-\w+)\]# (.*)\n/m);
      let compared = 0;
      for (let i = 1; i < blocks.length; i += 3) {
        const [ns, command, expected] = [blocks[i]!, blocks[i + 1]!, blocks[i + 2]!];
        if (!/^(bridge|ip -s link|ip -d addr)/.test(command)) continue;
        assert.deepEqual(alike(printed(`ip netns exec ${ns} ${command}`, n)), alike(expected), `${ns}: ${command}`);
        compared++;
      }
      assert.equal(compared, 16);
    });
  }
});
