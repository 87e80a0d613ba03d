/** `-m conntrack` and `-m state` (libxt_conntrack.c): what is asked about a tracked connection. */
import { formatIp4 } from '../../../base/addr.ts';
import type { FrameFlows } from '../../../link/frame.ts';
import { nfCtGet } from '../conntrack/nf-ct-get.ts';
import { CT_IS_REPLY, CT_NEW, CT_RELATED, DIR_ORIGINAL, DIR_REPLY } from '../conntrack/status.ts';
import { IPS_DST_NAT, IPS_SRC_NAT } from '../conntrack/status.ts';
import { CtTemplate } from '../conntrack/template.ts';
import { UNTRACKED } from '../conntrack/untracked.ts';
import type { MatchExtension, NfMatch } from '../extension.ts';
import { matchExtension, option, saveOption } from '../extension.ts';
import type { NfPacket } from '../packet.ts';
import { refuse } from '../xt-error.ts';
import type { Network } from '../xt-values.ts';
import {
  MAX_U32,
  maskText,
  rangeText,
  readHostMask,
  readPortPair,
  readProtocol,
  readUnsignedRange,
} from '../xt-values.ts';
import type { ConnectionTest } from './connection-test.ts';
import { AddressTest, DirectionTest, ExpiryTest, PortRangeTest, ProtocolTest, StatusTest } from './connection-test.ts';

/** In the order in which they are shown. */
const STATES: readonly string[] = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED', 'SNAT', 'DNAT'];
/** Bits of XT_CONNTRACK_STATE in the order of STATES. */
export const STATE_INVALID = 1;
export const STATE_NEW = 2;
export const STATE_RELATED = 4;
export const STATE_ESTABLISHED = 8;
export const STATE_UNTRACKED = 16;
export const STATE_SNAT = 32;
export const STATE_DNAT = 64;
const STATUSES: readonly string[] = ['EXPECTED', 'SEEN_REPLY', 'ASSURED', 'CONFIRMED'];

function readWords(text: string, known: readonly string[], refusal: (rest: string) => string): number {
  let bits = 0;
  const words = text.split(',');
  for (const [i, word] of words.entries()) {
    const index = known.findIndex((name) => word !== '' && name.startsWith(word.toUpperCase()));
    // The rest of the text is told.
    if (index < 0) refuse(refusal(words.slice(i).join(',')));
    bits |= 1 << index;
  }
  return bits;
}

function wordsText(bits: number, known: readonly string[]): string {
  return known.filter((_, index) => (bits & (1 << index)) !== 0).join(',');
}

interface RangeTest {
  readonly low: number;
  readonly high: number;
}

type Address = Network & { readonly text: string };

function readAddress(name: string, text: string): Address {
  const { address, mask } = readHostMask('conntrack', name, text);
  return { address, mask, text: `${formatIp4(address)}${maskText(mask, true)}` };
}

const ADDRESS_OPTIONS = ['ctorigsrc', 'ctorigdst', 'ctreplsrc', 'ctrepldst'] as const;
const PORT_OPTIONS = ['ctorigsrcport', 'ctorigdstport', 'ctreplsrcport', 'ctrepldstport'] as const;

type Asked =
  'ctstate' | 'ctproto' | 'ctstatus' | 'ctexpire' | 'ctdir' | (typeof ADDRESS_OPTIONS | typeof PORT_OPTIONS)[number];

export class ConntrackMatch implements NfMatch {
  readonly name: 'conntrack' | 'state';
  /** What is asked for, with whether it is inverted. */
  readonly asked = new Map<Asked, boolean>();
  state = 0;
  protocol = 0;
  /** NONE is 0. */
  status = 0;
  expiry: RangeTest = { low: 0, high: 0 };
  isReply = false;
  readonly addresses = new Map<Asked, Address>();
  readonly ports = new Map<Asked, RangeTest>();
  /** Compiled: the state, if it is asked for, and the other questions. */
  private asksState = false;
  private isStateInverted = false;
  private tests: readonly ConnectionTest[] = [];

  constructor(name: 'conntrack' | 'state') {
    this.name = name;
  }

  option(name: string, text: string, isInverted: boolean): void {
    const asked = (name === 'state' ? 'ctstate' : name) as Asked;
    this.asked.set(asked, isInverted);
    if (asked === 'ctstate') this.readState(text);
    else if (asked === 'ctproto') this.protocol = readProtocol(text);
    else if (asked === 'ctstatus') {
      this.status = text.toUpperCase() === 'NONE' ? 0 : readWords(text, STATUSES, (word) => `Bad ctstatus "${word}"`);
    } else if (asked === 'ctexpire') {
      const [low, high] = readUnsignedRange(this.name, asked, text, MAX_U32);
      this.expiry = { low, high };
    } else if (asked === 'ctdir') this.isReply = readDirection(text);
    else if (asked.endsWith('port')) {
      const [low, high] = readPortPair(this.name, name, text, '');
      this.ports.set(asked, { low, high });
    } else this.addresses.set(asked, readAddress(name, text));
  }

  private readState(text: string): void {
    const known = this.name === 'state' ? STATES.slice(0, 5) : STATES;
    const what = this.name === 'state' ? 'state' : 'ctstate';
    this.state = readWords(text, known, (word) => `Bad ${what} "${word}"`);
  }

  check(): void {
    if (this.name === 'conntrack' && this.asked.size === 0) refuse('conntrack: At least one option is required');
    if (this.name === 'state' && this.asked.size === 0) refuse('state: option "--state" must be specified\n');
    this.asksState = this.asked.has('ctstate');
    this.isStateInverted = this.asked.get('ctstate') === true;
    this.tests = this.compile();
  }

  /** In the kernel's order. */
  private compile(): ConnectionTest[] {
    const tests: ConnectionTest[] = [];
    const isInverted = (name: Asked): boolean => this.asked.get(name) === true;
    if (this.asked.has('ctdir')) tests.push(new DirectionTest(!this.isReply));
    for (const [name, { address, mask }] of this.addresses) {
      tests.push(new AddressTest(isInverted(name), directionOf(name), name.endsWith('src'), address, mask));
    }
    if (this.asked.has('ctproto')) tests.push(new ProtocolTest(isInverted('ctproto'), this.protocol));
    for (const [name, { low, high }] of this.ports) {
      tests.push(new PortRangeTest(isInverted(name), directionOf(name), name.endsWith('srcport'), low, high));
    }
    // The bits stand in the order of Linux's IPS_*.
    if (this.asked.has('ctstatus')) tests.push(new StatusTest(isInverted('ctstatus'), this.status));
    if (this.asked.has('ctexpire')) {
      tests.push(new ExpiryTest(isInverted('ctexpire'), this.expiry.low, this.expiry.high));
    }
    return tests;
  }

  /** Twin of conntrack_mt. */
  matches({ frame }: NfPacket): boolean {
    const ct = nfCtGet(frame);
    if (ct === null) {
      return this.matchesWithout(frame.flows);
    }
    const { ctSlot: slot, ctinfo } = frame;
    const { table } = ct;
    if (this.asksState && ((this.state & stateBits(table.status[slot]!, ctinfo)) !== 0) === this.isStateInverted) {
      return false;
    }
    const { tests } = this;
    for (let i = 0; i < tests.length; i++) if (!tests[i]!.test(table, slot, ctinfo)) return false;
    return true;
  }

  /** A packet without a connection has a state only; one for which a zone is set is taken for new. */
  private matchesWithout(flows: FrameFlows | null): boolean {
    if (!this.asksState || (flows instanceof CtTemplate && this.tests.length > 0)) return false;
    let bit = flows === UNTRACKED ? STATE_UNTRACKED : STATE_INVALID;
    if (flows instanceof CtTemplate) bit = stateBits(0, CT_NEW);
    return ((this.state & bit) !== 0) !== this.isStateInverted;
  }

  /** The questions in the order of the tool's printing, with their values. */
  private values(): [Asked, string][] {
    const values: [Asked, string][] = [
      ['ctstate', wordsText(this.state, STATES)],
      ['ctproto', String(this.protocol)],
      ...ADDRESS_OPTIONS.map((name): [Asked, string] => [name, this.addresses.get(name)?.text ?? '']),
      ...PORT_OPTIONS.map((name): [Asked, string] => [name, this.portText(name)]),
      ['ctstatus', this.status === 0 ? 'NONE' : wordsText(this.status, STATUSES)],
      ['ctexpire', rangeText(this.expiry.low, this.expiry.high)],
      ['ctdir', this.isReply ? 'REPLY' : 'ORIGINAL'],
    ];
    return values.filter(([name]) => this.asked.has(name));
  }

  private portText(name: Asked): string {
    const range = this.ports.get(name);
    return range === undefined ? '' : rangeText(range.low, range.high);
  }

  save(): string {
    if (this.name === 'state') return saveOption('state', wordsText(this.state, STATES), this.asked.get('ctstate'));
    return this.values()
      .map(([name, value]) => saveOption(name, value, this.asked.get(name)))
      .join('');
  }

  print(): string {
    if (this.name === 'state') {
      return ` ${this.asked.get('ctstate') === true ? '! ' : ''}state ${wordsText(this.state, STATES)}`;
    }
    return this.values()
      .map(([name, value]) => `${this.asked.get(name) === true ? ' !' : ''} ${name} ${value}`)
      .join('');
  }
}

function readDirection(text: string): boolean {
  const word = text.toUpperCase();
  if (word !== 'ORIGINAL' && word !== 'REPLY') refuse(`conntrack: Bad value for "--ctdir" option: "${text}"`);
  return word === 'REPLY';
}

const directionOf = (name: Asked): number => (name.startsWith('ctorig') ? DIR_ORIGINAL : DIR_REPLY);

/** What a packet of a connection is, as bits STATE_…. */
function stateBits(status: number, ctinfo: number): number {
  const kind = ctinfo % CT_IS_REPLY;
  let bits = kind === CT_NEW ? STATE_NEW : kind === CT_RELATED ? STATE_RELATED : STATE_ESTABLISHED;
  if ((status & IPS_SRC_NAT) !== 0) bits |= STATE_SNAT;
  if ((status & IPS_DST_NAT) !== 0) bits |= STATE_DNAT;
  return bits;
}

const inverted = { canInvert: true };

export const CONNTRACK: MatchExtension = matchExtension(
  'conntrack',
  [
    option('ctstate', inverted),
    option('ctproto', inverted),
    ...ADDRESS_OPTIONS.map((name) => option(name, inverted)),
    ...PORT_OPTIONS.map((name) => option(name, inverted)),
    option('ctstatus', inverted),
    option('ctexpire', inverted),
    option('ctdir'),
  ],
  () => new ConntrackMatch('conntrack'),
);

export const STATE: MatchExtension = matchExtension(
  'state',
  [option('state', { ...inverted, isMandatory: true })],
  () => new ConntrackMatch('state'),
);
