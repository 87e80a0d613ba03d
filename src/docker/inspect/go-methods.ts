/** The methods of the engine's Go types that templates can call: `{{.HostConfig.NetworkMode.IsHost}}`. */
import type { GoMethods } from '../template/go-type.ts';
import { STRING } from '../template/go-type.ts';
import type { GoValue } from '../template/go-value.ts';
import { boolValue, intData, intValue, listOf, stringData, stringValue } from '../template/go-value.ts';

type Question = (text: string) => boolean;

function questions(table: Readonly<Record<string, Question>>): GoMethods {
  return Object.fromEntries(
    Object.entries(table).map(([name, ask]) => [
      name,
      { params: [], call: (receiver: GoValue) => boolValue(ask(stringData(receiver))) },
    ]),
  );
}

function texts(table: Readonly<Record<string, (text: string) => string>>): GoMethods {
  return Object.fromEntries(
    Object.entries(table).map(([name, tell]) => [
      name,
      { params: [], call: (receiver: GoValue) => stringValue(tell(stringData(receiver))) },
    ]),
  );
}

const is =
  (...words: readonly string[]): Question =>
  (text) =>
    words.includes(text);
const isContainer: Question = (text) => text.startsWith('container:');
const behindColon = (text: string): string => text.split(/:(.*)/s)[1] ?? '';
const containerOf = (text: string): string => (isContainer(text) ? behindColon(text) : '');
const isHostPart: Question = (text) => ['', 'host'].includes(text.split(':')[0]!);
const isUserDefined: Question = (text) => !is('default', 'bridge', 'host', 'none')(text) && !isContainer(text);

/** Of NetworkMode: its kind, or the network's name. */
function networkName(text: string): string {
  return isContainer(text) ? 'container' : text;
}

const isIsolation =
  (word: string): Question =>
  (text) =>
    text.toLowerCase() === word;
const isIsolationDefault: Question = (text) => text === '' || isIsolation('default')(text);

function isPidModeValid(text: string): boolean {
  const parts = text.split(':');
  if (parts[0] === 'container') return parts.length === 2 && parts[1] !== '';
  return isHostPart(text);
}

/** Twin of nat.Port's methods: `8080/tcp`, the protocol tcp if there is none. */
function protoOf(text: string): string {
  const [port, proto] = text.split('/');
  if (port === '') return '';
  return proto === undefined || proto === '' ? 'tcp' : proto;
}

const portOf = (text: string): string => text.split('/')[0]!;
const portNumber = (text: string): number => (/^\d+$/.test(portOf(text)) ? Number(portOf(text)) : 0);

/** Of the types that are strings. */
export const STRING_TYPE_METHODS: Readonly<Record<string, GoMethods>> = {
  'container.NetworkMode': {
    ...questions({
      IsNone: is('none'),
      IsDefault: is('default'),
      IsPrivate: (text) => text !== 'host' && !isContainer(text),
      IsContainer: isContainer,
      IsBridge: is('bridge'),
      IsHost: is('host'),
      IsUserDefined: isUserDefined,
    }),
    ...texts({
      ConnectedContainer: behindColon,
      UserDefined: (text) => (isUserDefined(text) ? text : ''),
      NetworkName: networkName,
    }),
  },
  'container.CgroupnsMode': questions({
    IsPrivate: is('private'),
    IsHost: is('host'),
    IsEmpty: is(''),
    Valid: is('', 'private', 'host'),
  }),
  'container.IpcMode': {
    ...questions({
      IsPrivate: is('private'),
      IsHost: is('host'),
      IsShareable: is('shareable'),
      IsContainer: isContainer,
      IsNone: is('none'),
      IsEmpty: is(''),
      Valid: (text) => is('', 'none', 'private', 'host', 'shareable')(text) || isContainer(text),
    }),
    ...texts({ Container: containerOf }),
  },
  'container.CgroupSpec': {
    ...questions({ IsContainer: isContainer, Valid: (text) => text === '' || isContainer(text) }),
    ...texts({ Container: behindColon }),
  },
  'container.PidMode': {
    ...questions({
      IsPrivate: (text) => text !== 'host' && !isContainer(text),
      IsHost: is('host'),
      IsContainer: isContainer,
      Valid: isPidModeValid,
    }),
    ...texts({ Container: behindColon }),
  },
  'container.UTSMode': questions({ IsPrivate: (text) => text !== 'host', IsHost: is('host'), Valid: isHostPart }),
  'container.UsernsMode': questions({ IsPrivate: (text) => text !== 'host', IsHost: is('host'), Valid: isHostPart }),
  'container.Isolation': questions({
    IsDefault: isIsolationDefault,
    IsHyperV: isIsolation('hyperv'),
    IsProcess: isIsolation('process'),
    IsValid: isIsolationDefault,
  }),
  'nat.Port': {
    ...texts({ Proto: protoOf, Port: portOf }),
    Int: { params: [], call: (receiver) => intValue(portNumber(stringData(receiver))) },
    Range: { params: [], results: 3, call: (receiver) => receiver },
  },
};

/** The first field of a struct is its name in all of these. */
function nameIs(...words: readonly string[]): GoMethods[string] {
  return { params: [], call: (receiver) => boolValue(words.includes(stringData(listOf(receiver)[0]!))) };
}

export const STRUCT_METHODS: Readonly<Record<string, GoMethods>> = {
  'container.RestartPolicy': {
    IsNone: nameIs('no', ''),
    IsAlways: nameIs('always'),
    IsOnFailure: nameIs('on-failure'),
    IsUnlessStopped: nameIs('unless-stopped'),
  },
  'units.Ulimit': { String: { params: [], call: (receiver) => stringValue(ulimitText(receiver)) } },
  'blkiodev.WeightDevice': { String: { params: [], call: (receiver) => stringValue(deviceText(receiver)) } },
  'blkiodev.ThrottleDevice': { String: { params: [], call: (receiver) => stringValue(deviceText(receiver)) } },
};

export const STRUCT_STRINGERS: Readonly<Record<string, (value: GoValue) => string>> = {
  'units.Ulimit': ulimitText,
  'blkiodev.WeightDevice': deviceText,
  'blkiodev.ThrottleDevice': deviceText,
};

function ulimitText(value: GoValue): string {
  const [name, hard, soft] = listOf(value);
  return `${stringData(name!)}=${intData(soft!)}:${intData(hard!)}`;
}

function deviceText(value: GoValue): string {
  const [path, amount] = listOf(value);
  return `${stringData(path!)}:${intData(amount!)}`;
}

/** Of the numbers in a document that was read without types. */
export const JSON_NUMBER_METHODS: GoMethods = {
  String: { params: [], call: (receiver) => stringValue(stringData(receiver), STRING) },
  Int64: { params: [], call: (receiver) => intValue(BigInt(stringData(receiver))) },
};
