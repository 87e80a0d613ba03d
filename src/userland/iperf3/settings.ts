/** What a test of iperf3 is to be: the client's command line says it, and its parameters tell the server. */
import { JsonObject, jsonObject, parseJson } from './cjson.ts';

export const IPERF3_VERSION = '3.12';
export const DEFAULT_PORT = 5201;
export const TCP_BLOCK_BYTES = 131_072;
export const UDP_BLOCK_BYTES = 1460;
export const UDP_RATE = 1_048_576;

export interface IperfSettings {
  isServer: boolean;
  host: string;
  port: number;
  isUdp: boolean;
  /** Seconds; 0 when bytes or blocks end the test. */
  duration: number;
  bytes: number;
  blocks: number;
  omit: number;
  parallel: number;
  isReverse: boolean;
  isBidirectional: boolean;
  /** 0: by the protocol. */
  blockBytes: number;
  /** Bits a second; 0 for no limit. */
  rate: number;
  /** Datagrams or blocks sent at a time; 0 for one by one. */
  burst: number;
  pacingTimerUs: number;
  windowBytes: number;
  mss: number;
  isNoDelay: boolean;
  tos: number;
  congestion: string;
  title: string;
  extraData: string;
  asksServerOutput: boolean;
  has64BitCounters: boolean;
  hasRepeatingPayload: boolean;
  isZeroCopy: boolean;
  dontFragment: boolean;
  // What stays on this side.
  intervalSeconds: number;
  /** The letter of -f. */
  format: string;
  isVerbose: boolean;
  isJson: boolean;
  logFile: string;
  pidFile: string;
  bindAddress: string;
  bindDevice: string;
  clientPort: number;
  connectTimeoutMs: number;
  sendTimeoutMs: number;
  isOneOff: boolean;
  isDaemon: boolean;
}

export function defaultSettings(): IperfSettings {
  return {
    isServer: false,
    host: '',
    port: DEFAULT_PORT,
    isUdp: false,
    duration: 10,
    bytes: 0,
    blocks: 0,
    omit: 0,
    parallel: 1,
    isReverse: false,
    isBidirectional: false,
    blockBytes: 0,
    rate: 0,
    burst: 0,
    pacingTimerUs: 1000,
    windowBytes: 0,
    mss: 0,
    isNoDelay: false,
    tos: 0,
    congestion: '',
    title: '',
    extraData: '',
    asksServerOutput: false,
    has64BitCounters: false,
    hasRepeatingPayload: false,
    isZeroCopy: false,
    dontFragment: false,
    intervalSeconds: 1,
    format: 'a',
    isVerbose: false,
    isJson: false,
    logFile: '',
    pidFile: '',
    bindAddress: '',
    bindDevice: '',
    clientPort: 0,
    connectTimeoutMs: 0,
    sendTimeoutMs: 0,
    isOneOff: false,
    isDaemon: false,
  };
}

/** What the client tells the server, in iperf3's order. */
export function parametersOf(settings: IperfSettings): JsonObject {
  const { omit, duration, bytes, blocks, parallel } = settings;
  const parameters = jsonObject({
    [settings.isUdp ? 'udp' : 'tcp']: true,
    omit,
    time: duration,
    num: bytes,
    blockcount: blocks,
  });
  const addIf = (name: string, value: number | string | boolean): void => {
    if (value !== 0 && value !== '' && value !== false) parameters.add({ [name]: value });
  };
  addIf('MSS', settings.mss);
  addIf('nodelay', settings.isNoDelay);
  parameters.add({ parallel });
  addIf('reverse', settings.isReverse);
  addIf('bidirectional', settings.isBidirectional);
  addIf('window', settings.windowBytes);
  addIf('len', settings.blockBytes);
  addIf('bandwidth', settings.rate);
  addIf('pacing_timer', settings.pacingTimerUs);
  addIf('burst', settings.burst);
  addIf('TOS', settings.tos);
  addIf('title', settings.title);
  addIf('extra_data', settings.extraData);
  addIf('congestion', settings.congestion);
  addIf('get_server_output', settings.asksServerOutput ? 1 : 0);
  addIf('udp_counters_64bit', settings.has64BitCounters ? 1 : 0);
  addIf('repeating_payload', settings.hasRepeatingPayload ? 1 : 0);
  addIf('zerocopy', settings.isZeroCopy ? 1 : 0);
  addIf('dont_fragment', settings.dontFragment ? 1 : 0);
  return parameters.add({ client_version: IPERF3_VERSION });
}

/** Takes over what a client has told; false when that is no JSON object. */
export function takeParameters(settings: IperfSettings, text: string): boolean {
  const parameters = parseJson(text);
  if (!(parameters instanceof JsonObject)) return false;
  const number = (name: string): number => Number(parameters.get(name) ?? 0);
  const word = (name: string): string => {
    const value = parameters.get(name);
    return typeof value === 'string' ? value : '';
  };
  const isSet = (name: string): boolean => parameters.get(name) !== undefined;
  Object.assign(settings, {
    isUdp: isSet('udp'),
    omit: number('omit'),
    duration: number('time'),
    bytes: number('num'),
    blocks: number('blockcount'),
    mss: number('MSS'),
    isNoDelay: isSet('nodelay'),
    parallel: number('parallel'),
    isReverse: isSet('reverse'),
    isBidirectional: isSet('bidirectional'),
    windowBytes: number('window'),
    blockBytes: number('len'),
    rate: number('bandwidth'),
    pacingTimerUs: number('pacing_timer'),
    burst: number('burst'),
    tos: number('TOS'),
    title: word('title'),
    extraData: word('extra_data'),
    congestion: word('congestion'),
    asksServerOutput: isSet('get_server_output'),
    has64BitCounters: isSet('udp_counters_64bit'),
    hasRepeatingPayload: isSet('repeating_payload'),
    isZeroCopy: isSet('zerocopy'),
    dontFragment: isSet('dont_fragment'),
  } satisfies Partial<IperfSettings>);
  return true;
}
