/** `-j CT` and `-j NOTRACK` (libxt_CT.c, xt_CT.c): how the connection of a packet is tracked. */
import type { FrameFlows } from '../../../link/frame.ts';
import { ALL_EVENTS, CtTemplate, ZONE_BOTH, ZONE_ORIGINAL, ZONE_REPLY } from '../conntrack/template.ts';
import { UNTRACKED } from '../conntrack/untracked.ts';
import type { NfTarget } from '../extension.ts';
import { flag, option, targetExtension } from '../extension.ts';
import type { NfPacket } from '../packet.ts';
import { XT_CONTINUE } from '../verdict.ts';
import { refuse, UNSUPPORTED } from '../xt-error.ts';
import { parseUnsigned } from '../xt-values.ts';

const MAX_ZONE = 0xffff;
const ZONE_OF_MARK = 'mark';
const SUPPORTED = '--notrack --zone --zone-orig --zone-reply --ctevents --expevents';

/** In the order in which they are shown, with their bits IPCT_… . */
const CT_EVENTS: readonly (readonly [name: string, bit: number])[] = [
  ['new', 1 << 0],
  ['related', 1 << 1],
  ['destroy', 1 << 2],
  ['reply', 1 << 3],
  ['assured', 1 << 4],
  ['protoinfo', 1 << 5],
  ['helper', 1 << 6],
  ['mark', 1 << 7],
  ['natseqinfo', 1 << 8],
  ['secmark', 1 << 9],
];
const EXP_EVENTS: typeof CT_EVENTS = [['new', 1 << 0]];

function readEvents(text: string, known: typeof CT_EVENTS): number {
  const bitOf = (word: string): number =>
    known.find(([name]) => name === word)?.[1] ?? refuse(`Unknown event type "${word}"`);
  return text.split(',').reduce((bits, word) => bits | bitOf(word), 0);
}

function eventsText(bits: number, known: typeof CT_EVENTS): string {
  return known
    .filter(([, bit]) => (bits & bit) !== 0)
    .map(([name]) => name)
    .join(',');
}

const DIRECTIONS: Readonly<Record<string, number>> = {
  zone: ZONE_BOTH,
  'zone-orig': ZONE_ORIGINAL,
  'zone-reply': ZONE_REPLY,
};

export class CtTarget implements NfTarget {
  readonly name: 'CT' | 'NOTRACK';
  readonly listName = 'CT';
  isNotrack: boolean;
  /** zone, zone-orig or zone-reply. */
  zoneOption = 'zone';
  /** A number, or the packet's mark. */
  zone: number | typeof ZONE_OF_MARK = 0;
  /** Bits of what is told of the connection, where one of the two says it. */
  events = 0;
  expectationEvents = 0;
  private template: FrameFlows = UNTRACKED;

  constructor(name: 'CT' | 'NOTRACK') {
    this.name = name;
    this.isNotrack = name === 'NOTRACK';
  }

  option(name: string, text: string): void {
    if (name === 'notrack') this.isNotrack = true;
    else if (name === 'ctevents') this.events = readEvents(text, CT_EVENTS);
    else if (name === 'expevents') this.expectationEvents = readEvents(text, EXP_EVENTS);
    else if (name.startsWith('zone')) {
      this.zoneOption = name;
      this.zone =
        text === ZONE_OF_MARK ? text : (parseUnsigned(text, MAX_ZONE) ?? refuse(`Cannot parse ${text} as a zone ID`));
    } else refuse(`CT --${name}: not supported by Dockwire; supported: ${SUPPORTED}`, UNSUPPORTED);
  }

  /** CT alone is a target, too: it attaches the default template. */
  check(): void {
    if (this.isNotrack) return;
    const { zone } = this;
    this.template = new CtTemplate(
      zone === ZONE_OF_MARK ? 0 : zone,
      DIRECTIONS[this.zoneOption]!,
      zone === ZONE_OF_MARK,
      this.events === 0 && this.expectationEvents === 0 ? ALL_EVENTS : this.events,
    );
  }

  /** Twin of xt_ct_target: what has come back over lo keeps its connection. */
  apply({ frame }: NfPacket): number {
    if (frame.flows === null) frame.flows = this.template;
    return XT_CONTINUE;
  }

  /** What is set, in the tool's order, with their values. */
  private settings(): string[] {
    const settings: string[] = [];
    if (this.isNotrack) settings.push('notrack');
    if (this.events !== 0) settings.push(`ctevents ${eventsText(this.events, CT_EVENTS)}`);
    if (this.expectationEvents !== 0) settings.push(`expevents ${eventsText(this.expectationEvents, EXP_EVENTS)}`);
    if (this.zone !== 0) settings.push(`${this.zoneOption} ${this.zone}`);
    return settings;
  }

  save(): string {
    if (this.name === 'NOTRACK') return '';
    return this.settings()
      .map((setting) => ` --${setting}`)
      .join('');
  }

  print(): string {
    if (this.name === 'NOTRACK') return ' NOTRACK';
    return ` CT${this.settings()
      .map((setting) => ` ${setting}`)
      .join('')}`;
  }
}

const RAW_TABLE = { tables: ['raw'] };
export const CT = targetExtension(
  'CT',
  [
    flag('notrack'),
    ...['helper', 'timeout', 'ctevents', 'expevents', 'zone', 'zone-orig', 'zone-reply'].map((name) => option(name)),
  ],
  () => new CtTarget('CT'),
  RAW_TABLE,
);
export const NOTRACK = targetExtension('NOTRACK', [], () => new CtTarget('NOTRACK'), RAW_TABLE);
