/** What takes minutes and hours, and so is not played beside a real kernel: RFC 6298, and sysctls of Linux. */
import assert from 'node:assert/strict';
import type { Given, Line, Step } from './ladder-player.ts';
import { LadderPlayer } from './ladder-player.ts';

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
const SYN_ACK: Given = { f: 'S.', seq: 0, ack: 1, win: 64_240, mss: 1460, sackok: true, ts: true, ws: 7 };
const CONNECTED: readonly Step[] = [
  [0, 'socket'],
  [0, 'connect'],
  [10, 'gives', SYN_ACK],
];

/** The lines of segments, with their times in seconds, rounded. */
function segments(lines: readonly Line[], pattern: RegExp): number[] {
  return lines.filter(([, text]) => pattern.test(text)).map(([ms]) => Math.round(ms / 100) / 10);
}

describe('kernel: time-outs of TCP', () => {
  it('sends a SYN five times each second, then half as often each time, and gives up after 131 seconds', () => {
    const steps: Step[] = [
      [0, 'socket'],
      [0, 'connect'],
      [130_900, 'error'],
      [131_100, 'error'],
    ];
    const lines = new LadderPlayer().play(steps);
    assert.deepEqual(segments(lines, /^> S /), [0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67]);
    assert.deepEqual(
      lines.filter(([, text]) => text.startsWith('error')).map(([, text]) => text),
      ['error: ', 'error: ETIMEDOUT'],
    );
  });

  it('doubles the time-out up to two minutes, and gives up after what fifteen would take', () => {
    const lines = new LadderPlayer().play([
      ...CONNECTED,
      [20, 'send', 100],
      [924 * SECOND_MS, 'error'],
      [1100 * SECOND_MS, 'error'],
      [1300 * SECOND_MS, 'error'],
    ]);
    const times = lines.filter(([, text]) => text.startsWith('> P. seq 1 ')).map(([ms]) => ms);
    // The first is a loss probe; the time-out begins anew behind it.
    const gaps = times.slice(1).map((ms, i) => Math.round(ms - times[i]!));
    assert.ok(gaps[1]! >= 200 && gaps[1]! <= 230, `a time-out of ${gaps[1]} ms`);
    for (let i = 2; i < gaps.length; i++) assert.equal(gaps[i], Math.min(2 * gaps[i - 1]!, 120_000));
    assert.ok(gaps.length >= 14, `${gaps.length} time-outs`);
    const errors = lines.filter(([, text]) => text.startsWith('error')).map(([, text]) => text);
    assert.equal(errors[0], 'error: ');
    assert.ok(errors.includes('error: ETIMEDOUT'));
  });

  it('asks a silent peer after two hours, nine times in 75 seconds each, and then resets', () => {
    const probes = (from: number): number[] => Array.from({ length: 9 }, (_, i) => from + 75 * i);
    const lines = new LadderPlayer().play([
      ...CONNECTED,
      [20, 'option', 'keepalive', 7200, 75, 9],
      [2 * HOUR_MS + 900 * SECOND_MS, 'error'],
    ]);
    assert.deepEqual(segments(lines, /^> \. seq 0 /), probes(7200));
    assert.deepEqual(segments(lines, /^> R\. /), [7200 + 9 * 75]);
    assert.equal(lines.at(-1)![1], 'error: ETIMEDOUT');
  });

  it('waits two hours more when something was heard, however often the clock has wrapped', () => {
    const heard: Step = [5000 * SECOND_MS, 'gives', { f: 'P.', seq: 1, ack: 1, len: 10 }];
    const lines = new LadderPlayer().play([
      ...CONNECTED,
      [20, 'option', 'keepalive', 7200, 75, 9],
      heard,
      [12_000 * SECOND_MS, 'error'],
      [12_210 * SECOND_MS, 'gives', { f: '.', seq: 11, ack: 1 }],
      [19_300 * SECOND_MS, 'error'],
      [19_450 * SECOND_MS, 'error'],
    ]);
    assert.deepEqual(segments(lines, /^> \. seq 0 /), [12_200, 19_410]);
  });

  it('asks for a window less and less often, up to every two minutes, and gives up after fifteen times', () => {
    const lines = new LadderPlayer().play([
      [0, 'socket'],
      [0, 'connect'],
      [10, 'gives', { ...SYN_ACK, win: 0 }],
      [20, 'send', 100],
      [800 * SECOND_MS, 'error'],
      [1400 * SECOND_MS, 'error'],
    ]);
    const times = lines.filter(([, text]) => text.startsWith('> . seq 0 ')).map(([ms]) => ms);
    const gaps = times.slice(1).map((ms, i) => Math.round(ms - times[i]!));
    assert.equal(times.length, 15);
    for (let i = 1; i < gaps.length; i++) assert.equal(gaps[i], Math.min(2 * gaps[i - 1]!, 120_000));
    const errors = lines.filter(([, text]) => text.startsWith('error')).map(([, text]) => text);
    assert.deepEqual(errors, ['error: ', 'error: ETIMEDOUT']);
  });

  it('gives up an orphan whose peer is silent after eight time-outs', () => {
    const lines = new LadderPlayer().play([...CONNECTED, [20, 'send', 100], [30, 'close'], [200 * SECOND_MS, 'error']]);
    const sent = segments(lines, /^> (F?P|FP|P)\.? seq 1 |^> FP?\. seq/);
    assert.ok(sent.at(-1)! > 50 && sent.at(-1)! < 110, `the last at ${sent.at(-1)} s`);
  });
});
