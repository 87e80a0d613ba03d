/** The options that `docker swarm init` and `docker swarm update` share. Twin of docker/cli's swarm/opts.go. */
import type { ClusterSpec } from '../swarm/objects.ts';
import type { Flags } from './flags.ts';
import { parseDuration } from './values/duration.ts';
import { isFault } from './values/value.ts';

/** What was said of a swarm's settings. */
export function specOfFlags(flags: Flags): Partial<ClusterSpec> {
  return {
    ...numberOf(flags, 'task-history-limit', 'taskHistoryRetentionLimit'),
    ...numberOf(flags, 'snapshot-interval', 'snapshotInterval'),
    ...numberOf(flags, 'max-snapshots', 'keepOldSnapshots'),
    ...durationOf(flags, 'dispatcher-heartbeat', 'heartbeatPeriodNs'),
    ...durationOf(flags, 'cert-expiry', 'nodeCertExpiryNs'),
    ...(flags.isGiven('autolock') ? { autoLockManagers: flags.isSet('autolock') } : {}),
  };
}

function numberOf(flags: Flags, name: string, key: keyof ClusterSpec): Partial<ClusterSpec> {
  const given = flags.int(name);
  return given === undefined ? {} : { [key]: given };
}

function durationOf(flags: Flags, name: string, key: keyof ClusterSpec): Partial<ClusterSpec> {
  const text = flags.text(name);
  const duration = text === undefined ? undefined : parseDuration(text);
  return duration === undefined || isFault(duration) ? {} : { [key]: duration.value };
}
