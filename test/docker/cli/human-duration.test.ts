import assert from 'node:assert/strict';
import { humanDuration } from '../../../src/docker/cli/human-duration.ts';

const SECOND = 1_000_000_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('durations for people', () => {
  it('change their words where go-units changes them', () => {
    const cases: [durationNs: number, words: string][] = [
      [0, 'Less than a second'],
      [SECOND - 1, 'Less than a second'],
      [SECOND, '1 second'],
      [2 * SECOND - 1, '1 second'],
      [59.9 * SECOND, '59 seconds'],
      [MINUTE, 'About a minute'],
      [2 * MINUTE - 1, 'About a minute'],
      [2 * MINUTE, '2 minutes'],
      [59 * MINUTE + 59 * SECOND, '59 minutes'],
      [HOUR, 'About an hour'],
      [HOUR + 29 * MINUTE, 'About an hour'],
      [HOUR + 30 * MINUTE, '2 hours'],
      [47 * HOUR, '47 hours'],
      [47 * HOUR + 30 * MINUTE, '2 days'],
      [13 * DAY, '13 days'],
      [14 * DAY, '2 weeks'],
      [59 * DAY, '8 weeks'],
      [60 * DAY, '2 months'],
      [729 * DAY, '24 months'],
      [730 * DAY, '2 years'],
      [5000 * DAY, '13 years'],
    ];
    for (const [durationNs, words] of cases) assert.equal(humanDuration(durationNs), words);
  });
});
