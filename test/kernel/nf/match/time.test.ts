import assert from 'node:assert/strict';
import { buildRules } from '../../../../src/kernel/nf/build-rule.ts';
import { parseCommand } from '../../../../src/kernel/nf/command-parser.ts';
import type { NfPacket } from '../../../../src/kernel/nf/packet.ts';
import { NfTable } from '../../../../src/kernel/nf/table.ts';
import { splitWords } from '../../../../src/kernel/nf/words.ts';

/** Whether a packet that comes at that moment is meant. */
function meets(words: string, moment: string): boolean {
  const line = parseCommand(splitWords(`-A FORWARD -m time ${words}`));
  const [rule] = buildRules(line.rule, new NfTable('filter'));
  const epochSeconds = Date.parse('2026-01-01T00:00:00Z') / 1000;
  const now = (Date.parse(`${moment}Z`) / 1000 - epochSeconds) * 1e9 + 1;
  const state = { ns: { machine: { epochSeconds, sched: { now } } } };
  return rule!.matches[0]!.matches({ state } as unknown as NfPacket);
}

/** 2026-03-04 is a Wednesday. */
const CASES: readonly (readonly [words: string, yes: readonly string[], no: readonly string[]])[] = [
  ['', ['2026-01-01T00:00:00', '2037-12-31T23:59:59'], []],
  [
    '--timestart 10:00 --timestop 12:30',
    ['2026-03-04T10:00:00', '2026-03-04T12:30:00'],
    ['2026-03-04T09:59:59', '2026-03-04T12:30:01'],
  ],
  [
    '--timestart 22:00 --timestop 6:00 --weekdays Wed',
    ['2026-03-04T23:00:00', '2026-03-04T05:00:00'],
    ['2026-03-05T05:00:00', '2026-03-04T07:00:00'],
  ],
  [
    '--timestart 22:00 --timestop 6:00 --weekdays Wed --contiguous',
    ['2026-03-04T23:00:00', '2026-03-05T05:00:00'],
    ['2026-03-04T05:00:00', '2026-03-05T23:00:00'],
  ],
  ['--weekdays Sat,Sun', ['2026-03-07T00:00:00', '2026-03-08T23:59:59'], ['2026-03-09T00:00:00']],
  ['! --weekdays Sat,Sun', ['2026-03-09T00:00:00'], ['2026-03-08T12:00:00']],
  ['--monthdays 1,31', ['2026-05-31T01:00:00', '2026-06-01T01:00:00'], ['2026-05-30T01:00:00']],
  [
    '--datestart 2026-03-04 --datestop 2026-03-05T12',
    ['2026-03-04T00:00:00', '2026-03-05T12:00:00'],
    ['2026-03-03T23:59:59', '2026-03-05T12:00:01'],
  ],
];

describe('kernel/nf/match/time', () => {
  for (const [words, yes, no] of CASES) {
    it(`means packets of a time: ${words}`, () => {
      for (const moment of yes) assert.equal(meets(words, moment), true, moment);
      for (const moment of no) assert.equal(meets(words, moment), false, moment);
    });
  }
});
