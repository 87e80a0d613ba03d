/** Limits of devices: weights, rates, rules (docker/cli's opts/{weightdevice,throttledevice}.go, container/opts.go). */
import { parseUnsigned } from './number.ts';
import { parseBytes } from './size.ts';
import type { Value } from './value.ts';
import { fault, good, isFault } from './value.ts';

export interface DeviceNumber {
  readonly path: string;
  readonly value: number;
}

const CGROUP_RULE = /^[acb] (?:\d+|\*):(?:\d+|\*) [rwm]{1,3}$/;
const RATE_FORMAT = 'The correct format is <device-path>:<number>';
const RATE_UNITS = 'Unit is optional and can be kb, mb, or gb';

/** `--blkio-weight-device PATH:WEIGHT`. */
export function parseWeightDevice(text: string): Value<DeviceNumber> {
  const split = splitDevice(text);
  if (isFault(split)) return split;
  const weight = parseUnsigned(split.value.rest, 16, 'decimal');
  const value = isFault(weight) ? -1 : Number(weight.value);
  const isRight = value === 0 || (value >= 10 && value <= 1000);
  return isRight ? good({ path: split.value.path, value }) : fault(`invalid weight for device: ${text}`);
}

/** `--device-read-bps PATH:RATE` and its like. */
export function parseByteRate(text: string): Value<DeviceNumber> {
  const split = splitDevice(text);
  if (isFault(split)) return split;
  const rate = parseBytes(split.value.rest);
  if (!isFault(rate)) return good({ path: split.value.path, value: rate.value });
  return fault(
    `invalid rate for device: ${text}. ${RATE_FORMAT}[<unit>]. Number must be a positive integer. ${RATE_UNITS}`,
  );
}

/** `--device-read-iops PATH:RATE` and its like. */
export function parseOperationRate(text: string): Value<DeviceNumber> {
  const split = splitDevice(text);
  if (isFault(split)) return split;
  const rate = parseUnsigned(split.value.rest, 64, 'decimal');
  if (!isFault(rate)) return good({ path: split.value.path, value: Number(rate.value) });
  return fault(`invalid rate for device: ${text}. ${RATE_FORMAT}. Number must be a positive integer`);
}

/** `--device-cgroup-rule`. */
export function parseCgroupRule(text: string): Value<string> {
  return CGROUP_RULE.test(text) ? good(text) : fault(`invalid device cgroup format '${text}'`);
}

function splitDevice(text: string): Value<{ readonly path: string; readonly rest: string }> {
  const colon = text.indexOf(':');
  if (colon < 0) return fault(`bad format: ${text}`);
  const path = text.slice(0, colon);
  if (!path.startsWith('/dev/')) return fault(`bad format for device path: ${text}`);
  return good({ path, rest: text.slice(colon + 1) });
}
