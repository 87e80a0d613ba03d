/** The words of `ip xfrm` that states and policies share (iproute2 6.1: ip/ipxfrm.c). */
import type { Cidr, Ip4 } from '../../base/addr.ts';
import type { Netns } from '../netns.ts';
import { protocolName, protocolNumber } from '../nf/xt-names.ts';
import type { Limits } from '../xfrm/lifetime.ts';
import { NO_LIMITS } from '../xfrm/lifetime.ts';
import type { Selector, XfrmMark } from '../xfrm/selector.ts';
import { ANY_SELECTOR } from '../xfrm/selector.ts';
import { invalidArgument, prefixFlaw, readPrefix, readU32 } from './ip-words.ts';
import type { AdminResult } from './result.ts';
import { failure, INCOMPLETE, notSupported } from './result.ts';
import { completed, Words } from './words.ts';

/** What is said about a line that will not do; caught by `ipXfrm`. */
export class XfrmRefusal extends Error {
  readonly result: AdminResult;

  constructor(result: AdminResult) {
    super(result.stderr);
    this.result = result;
  }
}

export function refuse(result: AdminResult): never {
  throw new XfrmRefusal(result);
}

/** exit(1) of the tool with a text of its own. */
export function refuseText(text: string): never {
  return refuse(failure(1, text));
}

/** What the real tool can do and Dockwire cannot. */
export function lacks(what: string): never {
  return refuse(notSupported(`ip xfrm ${what}`, 'ESP in transport mode with aead rfc4106(gcm(aes)), IPv4'));
}

export const PROTO_ESP = 50;
const PROTO_GRE = 47;
const PROTO_MH = 135;
const PROTO_ICMP = 1;
const PROTO_ICMPV6 = 58;
/** TCP, UDP, SCTP, DCCP, and any. */
const WITH_PORTS: readonly number[] = [0, 6, 17, 33, 132];
const XFRM_PROTOS: ReadonlyMap<string, number> = new Map([
  ['esp', PROTO_ESP],
  ['ah', 51],
  ['comp', 108],
  ['route2', 43],
  ['hao', 60],
  ['ipsec-any', 255],
]);

export function xfrmProtoName(proto: number): string {
  for (const [name, number] of XFRM_PROTOS) if (number === proto) return name;
  return String(proto);
}

/** Protocols that carry no SPI. */
function isRouteOptimisation(proto: number): boolean {
  return proto === 43 || proto === 60;
}

/** `src ADDR dst ADDR proto PROTO spi SPI`, each null where it was not said. */
export interface IdWords {
  src: Cidr | null;
  dst: Cidr | null;
  proto: number | null;
  spi: number | null;
}

/** A selector and which of its parts were said. */
export interface SelectorWords {
  selector: Selector;
  readonly said: Set<keyof Selector>;
}

const MODES = ['transport', 'tunnel', 'ro', 'in_trigger', 'beet'];

export class XfrmWords extends Words {
  private readonly ns: Netns;
  private isInet: boolean;

  constructor(ns: Netns, words: readonly string[], isInet: boolean) {
    super(words);
    this.ns = ns;
    this.isInet = isInet;
  }

  /** The value that has to follow a key. */
  override value(): string {
    if (this.isAtEnd) refuse(INCOMPLETE);
    return this.next();
  }

  /** From here on addresses of another family will not do. */
  settleFamily(): void {
    this.isInet = true;
  }

  u32(text: string): number {
    const word = this.value();
    return readU32(word) ?? refuse(invalidArgument(word, text));
  }

  private prefix(key: string): Cidr {
    const word = this.value();
    const isAny = ['default', 'any', 'all'].includes(word);
    if (isAny && !this.isInet) {
      refuse(invalidArgument(word, `value after "${key}" has an unrecognized address family`));
    }
    if (word.includes(':')) lacks(`with the address ${word}`);
    return readPrefix(word) ?? refuse(prefixFlaw(word, this.isInet ? 'inet' : ''));
  }

  /** Twin of xfrm_id_parse; a `loose` one need not name a protocol. */
  id(isLoose: boolean): IdWords {
    const id: IdWords = { src: null, dst: null, proto: null, spi: null };
    while (this.idWord(id));
    checkSpi(id);
    if (!isLoose && (id.proto ?? 0) === 0) refuse(failure(255, 'Error: argument "XFRM-PROTO" is required'));
    return id;
  }

  private idWord(id: IdWords): boolean {
    if (this.accept('src')) id.src = this.prefix('src');
    else if (this.accept('dst')) id.dst = this.prefix('dst');
    else if (this.accept('proto')) id.proto = this.xfrmProto();
    else if (this.accept('spi')) id.spi = this.u32('SPI value is invalid');
    else return false;
    return true;
  }

  xfrmProto(): number {
    const word = this.value();
    return XFRM_PROTOS.get(word) ?? refuse(invalidArgument(word, 'XFRM-PROTO value is invalid'));
  }

  mode(): string {
    const word = this.value();
    return completed(word, MODES) ?? refuse(invalidArgument(word, 'MODE value is invalid'));
  }

  /** `MARK [mask MASK]`; without a mask all bits count. */
  mark(): XfrmMark {
    const value = this.u32('MARK value is invalid\n');
    return { value, mask: this.accept('mask') ? this.u32('MASK value is invalid\n') : 0xffff_ffff };
  }

  /** Names, as many as are known, or one number in hexadecimal: which bits are set. */
  flags(names: readonly string[], flaw: string): number {
    if (this.isAtEnd) refuse(INCOMPLETE);
    if (/^0x./.test(this.peek())) {
      const word = this.next();
      const value = readU32(word);
      return value !== undefined && value <= 0xff ? value : refuse(invalidArgument(word, flaw));
    }
    let bits = 0;
    for (;;) {
      const bit = names.indexOf(this.peek());
      if (bit < 0) return bits;
      this.next();
      bits |= 1 << bit;
    }
  }

  /** Twin of xfrm_lifetime_cfg_parse: one limit. */
  limit(limits: Limits): Limits {
    const word = this.value();
    const field = LIMIT_FIELDS.get(word);
    if (field === undefined) return refuse(invalidArgument(word, 'LIMIT value is invalid'));
    const text = this.value();
    if (!/^(?:0[xX][\da-fA-F]+|\d+)$/.test(text)) {
      refuse(invalidArgument(text, `value after "${word}" is invalid`));
    }
    return { ...limits, [field]: Number(text) };
  }

  /** Twin of xfrm_selector_parse: takes what it knows. */
  selector(): SelectorWords {
    const read: SelectorWords = { selector: ANY_SELECTOR, said: new Set() };
    let hasUpspec = false;
    for (;;) {
      if (this.accept('src')) this.set(read, { src: this.prefix('src') });
      else if (this.accept('dst')) this.set(read, { dst: this.prefix('dst') });
      else if (this.accept('dev')) this.set(read, { ifIndex: this.device() });
      else if (hasUpspec || !UPSPEC_WORDS.includes(this.peek())) return read;
      else {
        hasUpspec = true;
        this.upspec(read);
      }
    }
  }

  private set(read: SelectorWords, part: Partial<Selector>): void {
    read.selector = { ...read.selector, ...part };
    for (const key of Object.keys(part)) read.said.add(key as keyof Selector);
  }

  private device(): number {
    const word = this.value();
    if (word === 'none') return 0;
    return this.ns.deviceByName(word)?.ifIndex ?? refuse(invalidArgument(word, 'DEV value is invalid'));
  }

  /** Twin of xfrm_selector_upspec_parse: a protocol and its ports, or what stands for them. */
  private upspec(read: SelectorWords): void {
    const said = new Set<string>();
    while (UPSPEC_WORDS.includes(this.peek()) && !this.isAtEnd) {
      const word = this.next();
      said.add(word);
      this.upspecWord(read, word);
    }
    const { proto } = read.selector;
    checkUpspec(said, ['sport', 'dport'], WITH_PORTS.includes(proto), '"sport" and "dport" are', proto);
    const hasType = [PROTO_ICMP, PROTO_ICMPV6, PROTO_MH].includes(proto);
    checkUpspec(said, ['type', 'code'], hasType, '"type" and "code" are', proto);
    checkUpspec(said, ['key'], proto === PROTO_GRE, '"key" is', proto);
  }

  private upspecWord(read: SelectorWords, word: string): void {
    if (word === 'proto') this.set(read, { proto: this.protocol() });
    else if (word === 'sport' || word === 'dport') {
      const port = this.smallNumber(word, 0xffff);
      this.set(read, word === 'sport' ? { sport: port, hasSport: port !== 0 } : { dport: port, hasDport: port !== 0 });
    } else if (word === 'type') this.set(read, { sport: this.smallNumber(word, 0xff), hasSport: true });
    else if (word === 'code') this.set(read, { dport: this.smallNumber(word, 0xff), hasDport: true });
    else {
      const key = this.greKey();
      this.set(read, { sport: key >>> 16, hasSport: true, dport: key & 0xffff, hasDport: true });
    }
  }

  private smallNumber(key: string, max: number): number {
    const word = this.value();
    const value = readU32(word);
    if (value === undefined || value > max) refuse(invalidArgument(word, `value after "${key}" is invalid`));
    return value;
  }

  private protocol(): number {
    const word = this.value();
    if (word === 'any') return 0;
    const number = protocolNumber(word) ?? readU32(word);
    return number !== undefined && number <= 0xff ? number : refuse(invalidArgument(word, 'PROTO value is invalid'));
  }

  private greKey(): Ip4 {
    const word = this.value();
    if (word.includes('.')) return readPrefix(word)?.address ?? refuse(prefixFlaw(word, 'inet'));
    return readU32(word) ?? refuse(failure(255, 'value after "key" is invalid'));
  }
}

const UPSPEC_WORDS = ['proto', 'sport', 'dport', 'type', 'code', 'key'];

const LIMIT_FIELDS: ReadonlyMap<string, keyof Limits> = new Map([
  ['time-soft', 'softAddSeconds'],
  ['time-hard', 'hardAddSeconds'],
  ['time-use-soft', 'softUseSeconds'],
  ['time-use-hard', 'hardUseSeconds'],
  ['byte-soft', 'softBytes'],
  ['byte-hard', 'hardBytes'],
  ['packet-soft', 'softPackets'],
  ['packet-hard', 'hardPackets'],
]);

/** No limits but those that were said. */
export const UNLIMITED = NO_LIMITS;

function checkSpi({ spi, proto }: IdWords): void {
  if (spi === null || spi === 0 || proto === null) return;
  const name = xfrmProtoName(proto);
  if (isRouteOptimisation(proto)) refuseText(`"spi" is invalid with XFRM-PROTO value "${name}"`);
  if (name === 'comp' && spi >= 0x10000) refuseText(`SPI value is too large with XFRM-PROTO value "${name}"`);
}

function checkUpspec(said: Set<string>, words: string[], fits: boolean, what: string, proto: number): void {
  if (fits || !words.some((word) => said.has(word))) return;
  refuseText(`${what} invalid with PROTO value "${selectorProtoName(proto)}"`);
}

/** As getprotobynumber(3) knows it. */
export function selectorProtoName(proto: number): string {
  return proto === 0 ? 'ip' : (protocolName(proto) ?? String(proto));
}
