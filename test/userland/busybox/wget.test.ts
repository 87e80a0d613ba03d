import assert from 'node:assert/strict';
import { mkdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProgramRegistry } from '../../../src/kernel/proc/program-registry.ts';
import { busyboxWget } from '../../../src/userland/busybox/wget.ts';
import { PYTHON3 } from '../../../src/userland/python3.ts';
import { resolveFromFiles } from '../../../src/userland/resolve.ts';
import { need, needTool, needTools } from '../../machine.ts';
import type { Result, Typed } from '../net-lab.ts';
import { EmulatedLab, PAIR, RealLab } from '../net-lab.ts';

/** The first ones are answered by a server of an empty folder, which has nothing but its listing. */
const LINES = [
  'wget -O - http://10.77.0.2:8000/',
  'wget -qO- 10.77.0.2:8000',
  'wget http://10.77.0.2:8000/nope',
  'wget --spider http://10.77.0.2:8000/',
  'wget -S -O /dev/null http://10.77.0.2:8000/',
  'wget --header "X: y" -U me -q -O - http://10.77.0.2:8000/?x=y',
  'wget --post-data a=b -O - http://10.77.0.2:8000/',
  'wget http://10.77.0.2:9/',
  'wget http://10.9.9.9/',
  'wget foo://x',
  'wget',
  'wget -Z http://10.77.0.2:9/',
  'wget --bogus http://10.77.0.2:9/',
  'wget -O',
];
const FOLDER = join(tmpdir(), `dockwire-wget-${process.pid}`);
const SERVER = `python3 -m http.server -d ${FOLDER} 8000`;

function masked({ stdout, stderr, exit }: Result): Result {
  const clean = (text: string): string =>
    text.replace(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, 'DATE').replace(/Python\/3\.\d+\.\d+/g, 'Python/3');
  return { stdout: clean(stdout), stderr: clean(stderr), exit };
}

describe('userland/busybox/wget', function () {
  this.timeout(30_000);

  it('says and does what the real one does', async function () {
    need(this, 'netns');
    needTools(this, ['python3', 'busybox']);
    needTool(this, ['busybox'], 'BusyBox v1.35.0');
    mkdirSync(FOLDER);
    const real = new RealLab(PAIR, 'bwget');
    try {
      const served = real.runOne({
        ns: 'b',
        line: `timeout 3 ${SERVER}`,
      });
      await new Promise((resolve) => setTimeout(resolve, 900));
      const typed = LINES.map((line): Typed => ({ ns: 'a', line: `busybox ${line}` }));
      const expected = await real.run(typed);
      await served;
      const lab = new EmulatedLab(PAIR);
      lab.files.makeDirectory(FOLDER);
      const registry = new ProgramRegistry();
      registry.add(busyboxWget(resolveFromFiles));
      registry.add(PYTHON3);
      const { proc } = lab.start(registry, { ns: 'b', line: SERVER });
      for (const [index, line] of LINES.entries()) {
        assert.deepEqual(masked(lab.run(registry, [{ ns: 'a', line }])[0]!), masked(expected[index]!), line);
      }
      proc.kill('SIGKILL');
    } finally {
      real.dispose();
      rmdirSync(FOLDER);
    }
  });

  it('saves to a file, and gives up in time', () => {
    const lab = new EmulatedLab(PAIR);
    lab.files.write('/srv/a.txt', 'hello\n');
    const registry = new ProgramRegistry();
    registry.add(busyboxWget(resolveFromFiles));
    registry.add(PYTHON3);
    lab.start(registry, { ns: 'b', line: 'python3 -m http.server -d /srv 8000' });
    const run = (line: string): Result => lab.run(registry, [{ ns: 'a', line }])[0]!;
    const saved = run('wget http://10.77.0.2:8000/a.txt');
    const bar = `a.txt                100% |${'*'.repeat(32)}|     6  0:00:00 ETA`;
    const words = ['Connecting to 10.77.0.2:8000 (10.77.0.2:8000)', "saving to 'a.txt'", bar, "'a.txt' saved", ''];
    assert.deepEqual(saved, { stdout: '', stderr: words.join('\n'), exit: 0 });
    assert.equal(lab.files.read('/a.txt'), 'hello\n');
    assert.match(run('wget http://10.77.0.2:8000/a.txt').stderr, /can't open 'a\.txt': File exists\n$/);
    const late = run('wget -T 2 http://10.77.0.50/');
    assert.deepEqual([late.exit, late.stderr.split('\n').at(-2)], [1, 'wget: download timed out']);
  });
});
