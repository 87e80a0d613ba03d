/** Instants as the engine's JSON documents show them. */

const NANOSECONDS_PER_SECOND = 1_000_000_000;
/** Go's zero time: never. */
const ZERO_TIME = '0001-01-01T00:00:00Z';

/** RFC 3339 in UTC with nanoseconds, trailing zeros cut (Go's RFC3339Nano). `timeNs` is virtual; below 0 is never. */
export function rfc3339Nano(epochSeconds: number, timeNs: number): string {
  if (timeNs < 0) return ZERO_TIME;
  const seconds = Math.floor(timeNs / NANOSECONDS_PER_SECOND);
  const fraction = String(timeNs - seconds * NANOSECONDS_PER_SECOND)
    .padStart(9, '0')
    .replace(/0+$/, '');
  const wholeSeconds = new Date((epochSeconds + seconds) * 1000).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length);
  return `${wholeSeconds}${fraction === '' ? '' : `.${fraction}`}Z`;
}

/** RFC 3339 in UTC, whole seconds. */
export function rfc3339(epochSeconds: number, timeNs: number): string {
  const seconds = epochSeconds + Math.floor(timeNs / NANOSECONDS_PER_SECOND);
  return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** RFC 3339 in UTC with all nine digits of nanoseconds, as logs and events have it. */
export function rfc3339Fixed(epochSeconds: number, timeNs: number): string {
  const nanoseconds = timeNs - Math.floor(timeNs / NANOSECONDS_PER_SECOND) * NANOSECONDS_PER_SECOND;
  return rfc3339(epochSeconds, timeNs).replace('Z', `.${String(nanoseconds).padStart(9, '0')}Z`);
}
