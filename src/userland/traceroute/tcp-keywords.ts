/** What `-O` says of the segments that `traceroute -T` sends (mod-tcp.c). */
import * as tcp from '../../wire/tcp.ts';
import { leadingInteger, unsignedOf } from './integer-text.ts';
import type { Keyword } from './keywords.ts';
import { failOnKeyword, readKeywords } from './keywords.ts';

/** What the segments carry, as far as it is not read from the settings of the kernel. */
export interface TcpProbeOptions {
  /** Flags of the header. */
  readonly flags: number;
  /** Maximum segment size of a SYN; 0 for what the way takes. */
  readonly mss: number;
  readonly hasEcn: boolean;
  readonly hasSack: boolean;
  readonly hasTimestamps: boolean;
  readonly hasWindowScaling: boolean;
  /** These four are as the kernel's settings have them, besides. */
  readonly asSysctls: boolean;
  /** SO_REUSEADDR */
  readonly reusesPorts: boolean;
  /** `info`: the flags of the target's answer are told. */
  readonly tellsFlags: boolean;
}

const FLAGS: Readonly<Record<string, number>> = {
  syn: tcp.FLAG_SYN,
  ack: tcp.FLAG_ACK,
  fin: tcp.FLAG_FIN,
  rst: tcp.FLAG_RST,
  psh: tcp.FLAG_PSH,
  urg: tcp.FLAG_URG,
  ece: tcp.FLAG_ECE,
  cwr: tcp.FLAG_CWR,
};

const word = (name: string): Keyword => ({ name, valueName: '', mayAbbreviate: false });

const KEYWORDS: readonly Keyword[] = [
  ...Object.keys(FLAGS).map(word),
  { name: 'flags', valueName: 'NUM', mayAbbreviate: true },
  word('ecn'),
  word('sack'),
  { ...word('timestamps'), mayAbbreviate: true },
  { ...word('window_scaling'), mayAbbreviate: true },
  word('sysctl'),
  word('reuse'),
  { name: 'mss', valueName: 'NUM', mayAbbreviate: false },
  word('info'),
];

/** Reads the words of `-O`; throws a ToolError in the real one's words. */
export function readTcpKeywords(words: readonly string[]): TcpProbeOptions {
  const given = new Set<string>();
  let flags = 0;
  let mss = 0;
  for (const each of readKeywords(words, KEYWORDS)) {
    given.add(each.name);
    flags |= FLAGS[each.name] ?? 0;
    if (each.name === 'flags') flags = (leadingInteger(each.value)?.value ?? failOnKeyword(each)) & 0xff;
    else if (each.name === 'mss') mss = (unsignedOf(each.value) ?? failOnKeyword(each)) & 0xffff;
  }
  const namesFlags = flags !== 0 || given.has('flags');
  const namesOptions = ['ecn', 'sack', 'timestamps', 'window_scaling'].some((name) => given.has(name));
  return {
    flags: namesFlags ? flags : tcp.FLAG_SYN,
    mss,
    hasEcn: given.has('ecn'),
    hasSack: given.has('sack'),
    hasTimestamps: given.has('timestamps'),
    hasWindowScaling: given.has('window_scaling'),
    asSysctls: given.has('sysctl') || (!namesFlags && !namesOptions),
    reusesPorts: given.has('reuse'),
    tellsFlags: given.has('info'),
  };
}
