/** Durations as `docker ps` shows them: github.com/docker/go-units, HumanDuration. */

const NANOSECONDS_PER_SECOND = 1_000_000_000;
const HOURS_PER_DAY = 24;
const HOURS_PER_WEEK = 7 * HOURS_PER_DAY;
/** The months and years of this scale. */
const HOURS_PER_MONTH = 30 * HOURS_PER_DAY;
const HOURS_PER_YEAR = 365 * HOURS_PER_DAY;

/** `Less than a second`, `3 seconds`, `About a minute`, `2 weeks` … */
export function humanDuration(durationNs: number): string {
  const seconds = Math.trunc(durationNs / NANOSECONDS_PER_SECOND);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  return humanHours(Math.trunc(seconds / 3600), Math.floor(seconds / 3600 + 0.5));
}

/** Hours are rounded, years are not. */
function humanHours(wholeHours: number, hours: number): string {
  if (hours === 1) return 'About an hour';
  if (hours < 2 * HOURS_PER_DAY) return `${hours} hours`;
  if (hours < 2 * HOURS_PER_WEEK) return `${Math.trunc(hours / HOURS_PER_DAY)} days`;
  if (hours < 2 * HOURS_PER_MONTH) return `${Math.trunc(hours / HOURS_PER_WEEK)} weeks`;
  if (hours < 2 * HOURS_PER_YEAR) return `${Math.trunc(hours / HOURS_PER_MONTH)} months`;
  return `${Math.trunc(wholeHours / HOURS_PER_YEAR)} years`;
}
