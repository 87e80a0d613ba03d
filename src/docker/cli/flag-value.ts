/**
 * What each option makes of the text that it is given: pflag's types, and the types and validators that docker/cli
 * hangs on its options. A value is kept in the spelling that the real client would send or print.
 */
import { formatCidr, networkOf, parseCidr } from '../../base/addr.ts';
import type { ImageReference } from '../images.ts';
import { parseReference } from '../images.ts';
import type { Option } from './options.ts';
import { parseDnsSearch, parseExtraHost, parseIpAddress } from './values/address.ts';
import { parseCsv } from './values/csv.ts';
import { parseByteRate, parseCgroupRule, parseOperationRate, parseWeightDevice } from './values/device.ts';
import { parseDuration } from './values/duration.ts';
import { parseGpus } from './values/gpus.ts';
import { parseLink } from './values/link.ts';
import { parseMount } from './values/mount.ts';
import { parseNetworkOpt } from './values/network-opt.ts';
import { parseBool, parseFloatText, parseInteger, parseUnsigned } from './values/number.ts';
import { parseEnvironment, parseFilter, parseLabel, parseSysctl } from './values/pair.ts';
import { parseBytes, parseCpus, parseSwapBytes } from './values/size.ts';
import { parseUlimit } from './values/ulimit.ts';
import type { Value } from './values/value.ts';
import { fault, good, isFault } from './values/value.ts';

type Reader = (text: string) => Value<readonly string[]>;

const STREAMS: readonly string[] = ['stdin', 'stdout', 'stderr'];

/** Checks the text and keeps it as typed. */
function checkedBy(parse: (text: string) => Value<unknown>): Reader {
  return (text) => {
    const read = parse(text);
    return isFault(read) ? read : good([text]);
  };
}

/** Keeps the value as text. */
function readBy(parse: (text: string) => Value<string | number | bigint | boolean>): Reader {
  return (text) => {
    const read = parse(text);
    return isFault(read) ? read : good([String(read.value)]);
  };
}

function parseStream(text: string): Value<string> {
  const stream = text.toLowerCase();
  return STREAMS.includes(stream) ? good(stream) : fault('valid streams are STDIN, STDOUT and STDERR');
}

function parseImageName(text: string): Value<ImageReference> {
  const reference = parseReference(text);
  return typeof reference === 'string' ? fault(reference) : good(reference);
}

/** An empty filter is none. */
function readFilter(text: string): Value<readonly string[]> {
  const filter = parseFilter(text);
  if (isFault(filter)) return filter;
  return good(filter.value === undefined ? [] : [`${filter.value.name}=${filter.value.value}`]);
}

/** Several values may stand in one text, separated by commas. */
function readStrings(text: string): Value<readonly string[]> {
  return text === '' ? good([]) : parseCsv(text);
}

/** Networks, without host bits. */
function readIpNets(text: string): Value<readonly string[]> {
  const entries = readStrings(text);
  if (isFault(entries)) return entries;
  const nets = entries.value.map((entry) => ({ entry, cidr: parseCidr(entry.trim()) }));
  const wrong = nets.find(({ cidr }) => cidr === undefined);
  if (wrong !== undefined) return fault(`invalid string being converted to CIDR: ${wrong.entry}`);
  return good(nets.map(({ cidr }) => formatCidr({ ...cidr!, address: networkOf(cidr!) })));
}

function readStringToString(text: string): Value<readonly string[]> {
  const entries = readStrings(text);
  if (isFault(entries)) return entries;
  const wrong = entries.value.find((entry) => !entry.includes('='));
  return wrong === undefined ? entries : fault(`${wrong} must be formatted as key=value`);
}

/** By the type's name in help. What is not here takes any text. */
const READERS = new Map<string, Reader>([
  ['', readBy(parseBool)],
  ['int', readBy(parseInteger)],
  ['uint', readBy((text) => parseUnsigned(text, 64))],
  ['uint16', readBy((text) => parseUnsigned(text, 16))],
  ['uint32', readBy((text) => parseUnsigned(text, 32))],
  ['uint64', readBy((text) => parseUnsigned(text, 64))],
  ['float', checkedBy(parseFloatText)],
  ['duration', checkedBy(parseDuration)],
  ['bytes', checkedBy(parseBytes)],
  ['decimal', checkedBy(parseCpus)],
  ['filter', readFilter],
  ['ipNetSlice', readIpNets],
  ['strings', readStrings],
  ['stringToString', readStringToString],
  ['network', checkedBy(parseNetworkOpt)],
  ['ulimit', checkedBy(parseUlimit)],
  ['gpu-request', checkedBy(parseGpus)],
  ['mount', checkedBy(parseMount)],
]);

/** By type and name, where the type alone does not tell. */
const READERS_BY_NAME = new Map<string, Reader>([
  ['bytes memory-swap', checkedBy(parseSwapBytes)],
  ['map sysctl', checkedBy(parseSysctl)],
  ...named('list', ['add-host', 'host-add'], checkedBy(parseExtraHost)),
  ...named('list', ['dns', 'dns-add'], readBy(parseIpAddress)),
  ...named('list', ['dns-search', 'dns-search-add'], readBy(parseDnsSearch)),
  ...named('list', ['env', 'env-add', 'build-arg'], checkedBy(parseEnvironment)),
  ...named('list', ['label', 'label-add', 'container-label', 'container-label-add'], checkedBy(parseLabel)),
  ...named('list', ['device-read-bps', 'device-write-bps'], checkedBy(parseByteRate)),
  ...named('list', ['device-read-iops', 'device-write-iops'], checkedBy(parseOperationRate)),
  ['list attach', readBy(parseStream)],
  ['list blkio-weight-device', checkedBy(parseWeightDevice)],
  ['list device-cgroup-rule', readBy(parseCgroupRule)],
  ['list link', checkedBy(parseLink)],
  ['list tag', checkedBy(parseImageName)],
]);

function named(type: string, names: readonly string[], reader: Reader): [string, Reader][] {
  return names.map((name) => [`${type} ${name}`, reader]);
}

/** The values that the text adds to an option, or why it is refused. */
export function readValue(option: Option, text: string): Value<readonly string[]> {
  const reader = READERS_BY_NAME.get(`${option.type} ${option.sets}`) ?? READERS.get(option.type);
  return reader === undefined ? good([text]) : reader(text);
}
