import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordStyle, TimeFormat } from '../../../src/userland/dmesg/record-text.ts';
import { RecordPrinter, recordsJson } from '../../../src/userland/dmesg/record-text.ts';
import { SECOND } from '../../../src/sim/units.ts';
import { needTool } from '../../machine.ts';

const TIMES_S = [0, 0.25, 1, 1.5, 9, 59.999_999, 60, 71, 3600, 3605, 86_400, 86_400.000_001, 3_000_000, 40_000_000];
const LINES = TIMES_S.map((timeS, i) => ({ timeNs: Math.round(timeS * SECOND), level: i % 8, text: `line ${i}` }));

function printed(format: TimeFormat, bootSeconds: number, more: Partial<RecordStyle> = {}): string {
  const style = { format, isRaw: false, isDecoded: false, isUnescaped: false, bootSeconds, ...more };
  const printer = new RecordPrinter(style);
  return LINES.map((line) => printer.print(line)).join('');
}

describe('userland/dmesg/record-text', () => {
  it('tells times of day as the real one does', function () {
    needTool(this, ['dmesg', '--version'], 'dmesg from util-linux 2.38.1');
    const folder = mkdtempSync(join(tmpdir(), 'dockwire-dmesg-'));
    const path = join(folder, 'log');
    writeFileSync(path, printed('time', 0, { isRaw: true }));
    const real = (words: string): string => {
      const { stdout } = spawnSync('dmesg', ['-F', path, ...words.split(' ')], {
        encoding: 'utf8',
        env: { ...process.env, TZ: 'UTC' },
      });
      return stdout;
    };
    try {
      const formats: readonly (readonly [words: string, format: TimeFormat, isDecoded?: boolean])[] = [
        ['-T', 'ctime'],
        ['-T -d', 'ctime-delta'],
        ['-e', 'reltime'],
        ['-H', 'reltime'],
        ['-x -H', 'reltime', true],
        ['--time-format iso', 'iso'],
      ];
      for (const [words, format, isDecoded = false] of formats) {
        const theirs = real(words);
        // The machine's start moves with its clock: the second is that of the first line.
        const stamp = real('--time-format iso').slice(0, '2026-11-28T09:01:54'.length);
        const bootSeconds = Date.parse(`${stamp}Z`) / 1000;
        const candidates = [bootSeconds, bootSeconds - 1].map((seconds) => printed(format, seconds, { isDecoded }));
        assert.ok(candidates.includes(theirs), `${words}\n${theirs}\n${candidates[0]!}`);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is one document in JSON, and nothing without lines', () => {
    assert.equal(
      recordsJson([{ timeNs: SECOND, level: 6, text: 'a "q" \\ b\tc é' }], false),
      '{\n   "dmesg": [\n      {\n         "pri": 6,\n         "time":     1.000000,\n' +
        '         "msg": "a \\"q\\" \\\\ b\\tc é"\n      }\n   ]\n}\n',
    );
    assert.equal(recordsJson([], false), '');
    const two = recordsJson(LINES.slice(0, 2), true);
    assert.equal(two.match(/"fac": "kern",\n {9}"pri": "(emerg|alert)",/g)?.length, 2);
    assert.match(two, /\n {6}\},\{\n/);
  });
});
