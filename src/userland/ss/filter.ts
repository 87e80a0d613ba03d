/** The filter at the end of a command line of `ss`: `state established`, `sport = :53`, `dst 10.0.0.0/8 and …`. */
import { cidrContains, parseIp4 } from '../../base/addr.ts';
import type { ShownSocket } from '../../kernel/show/ss.ts';
import { parseInteger } from '../number-text.ts';
import { ToolError } from '../tool-error.ts';

type State = ShownSocket['state'];

export interface SsFilter {
  /** Null where none was named. */
  readonly states: readonly State[] | null;
  /** One state was named, so that there is no need for a column. */
  readonly isOneState: boolean;
  readonly matches: (socket: ShownSocket) => boolean;
}

/** A word that Dockwire's `ss` cannot take though the real one might. */
export class LackingFilter extends Error {
  readonly word: string;

  constructor(word: string) {
    super(word);
    this.word = word;
  }
}

/** Neither listening nor closed. */
const BUCKETS: readonly State[] = ['SYN-RECV', 'TIME-WAIT'];
const BIG: readonly State[] = ['ESTAB', 'SYN-SENT', 'FIN-WAIT-1', 'FIN-WAIT-2', 'CLOSE-WAIT', 'LAST-ACK', 'CLOSING'];
/** What is shown of connections unless more is asked for. */
export const CONNECTED: readonly State[] = BIG;
export const ALL_STATES: readonly State[] = [...BIG, ...BUCKETS, 'LISTEN', 'UNCONN'];
const SYNCHRONIZED = [...BIG, ...BUCKETS].filter((state) => state !== 'SYN-SENT');

const STATES: Readonly<Record<string, readonly State[]>> = {
  all: ALL_STATES,
  connected: [...BIG, ...BUCKETS],
  synchronized: SYNCHRONIZED,
  bucket: BUCKETS,
  big: [...BIG, 'LISTEN', 'UNCONN'],
  established: ['ESTAB'],
  'syn-sent': ['SYN-SENT'],
  'syn-recv': ['SYN-RECV'],
  'fin-wait-1': ['FIN-WAIT-1'],
  'fin-wait-2': ['FIN-WAIT-2'],
  'time-wait': ['TIME-WAIT'],
  'close-wait': ['CLOSE-WAIT'],
  'last-ack': ['LAST-ACK'],
  closing: ['CLOSING'],
  closed: ['UNCONN'],
  unconnected: ['UNCONN'],
  listening: ['LISTEN'],
  listen: ['LISTEN'],
};
const ALL_OF_SOME: readonly string[] = ['all', 'connected', 'synchronized', 'bucket', 'big'];
const EXIT_ADDRESS = 1;
const EXIT_USAGE = 255;
const PORT_MAX = 65_535;

type Test = (socket: ShownSocket) => boolean;

/** Reads the words; throws a ToolError in the real one's words, or a LackingFilter. */
export function readSsFilter(words: readonly string[]): SsFilter {
  const rest = [...words];
  let states: readonly State[] | null = null;
  let isOneState = false;
  if (rest[0] === 'state') {
    const name = rest[1];
    if (name === undefined) throw new ToolError('Command line is not complete. Try option "help"', EXIT_USAGE);
    states = STATES[name] ?? null;
    if (states === null) throw new ToolError(`ss: wrong state name: ${name}`, EXIT_USAGE);
    isOneState = !ALL_OF_SOME.includes(name);
    rest.splice(0, 2);
  }
  const tests: Test[] = [];
  while (rest.length > 0) tests.push(readTest(rest));
  return { states, isOneState, matches: (socket) => tests.every((test) => test(socket)) };
}

/** Takes one test off the words, and the `and` before it. */
function readTest(rest: string[]): Test {
  const word = rest.shift()!;
  if (word === 'and' || word === '&&' || word === '&') {
    if (rest.length === 0) throw new LackingFilter(word);
    return readTest(rest);
  }
  if (word === 'sport' || word === 'dport') return readPortTest(word, rest);
  if (word === 'src' || word === 'dst') {
    if (rest[0] === '=' || rest[0] === '==') rest.shift();
    if (rest.length === 0) throw new LackingFilter(word);
    return addressTest(word, rest.shift()!);
  }
  if (['or', 'not', '(', ')', '|', '||', '!', 'dev', 'fwmark', 'autobound', 'exclude'].includes(word)) {
    throw new LackingFilter(word);
  }
  return addressTest('dst', word);
}

function readPortTest(side: 'sport' | 'dport', rest: string[]): Test {
  const isNegated = ['!=', 'ne', 'neq'].includes(rest[0] ?? '');
  if (isNegated || ['=', '==', 'eq'].includes(rest[0] ?? '')) rest.shift();
  const text = rest.shift();
  if (text === undefined || ['<', '>', '<=', '>=', 'lt', 'gt', 'le', 'ge'].includes(text))
    throw new LackingFilter(side);
  const digits = text.replace(/^\*?:/, '');
  const port = parseInteger(digits);
  if (port === undefined || port < 0 || port > PORT_MAX) return failOnPort(digits);
  return ({ localPort, remotePort }) => ((side === 'sport' ? localPort : remotePort) === port) !== isNegated;
}

function addressTest(side: 'src' | 'dst', text: string): Test {
  const [place = '', portText] = text.split(':');
  const [addressText = '', lengthText] = place.split('/');
  const isAny = addressText === '' || addressText === '*';
  const address = isAny ? 0 : parseIp4(addressText);
  const prefixLen = isAny ? 0 : (parseInteger(lengthText ?? '32') ?? -1);
  if (address === undefined || prefixLen < 0 || prefixLen > 32) {
    const message = `Error: an inet prefix is expected rather than "${place}".\nCannot parse dst/src address.`;
    throw new ToolError(message, EXIT_ADDRESS);
  }
  const port = portText === undefined || portText === '*' ? -1 : (parseInteger(portText) ?? failOnPort(portText));
  return (socket) => {
    const [own, ownPort] =
      side === 'src' ? [socket.localAddress, socket.localPort] : [socket.remoteAddress, socket.remotePort];
    return cidrContains({ address, prefixLen }, own) && (port < 0 || port === ownPort);
  };
}

function failOnPort(text: string): never {
  throw new ToolError(`Error: "${text}" does not look like a port.\nCannot parse dst/src address.`, EXIT_ADDRESS);
}
