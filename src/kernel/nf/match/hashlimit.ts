/** `-m hashlimit` (Linux: xt_hashlimit.c, libxt_hashlimit.c): a limit for each group of packets. */
import { prefixMask } from '../../../base/addr.ts';
import * as ipv4 from '../../../wire/ipv4.ts';
import { jiffiesOf } from '../jiffies.ts';
import type { NfMatch } from '../extension.ts';
import { flag, matchExtension, option, saveOption } from '../extension.ts';
import type { MatchHome } from '../match-home.ts';
import type { NfPacket } from '../packet.ts';
import { NO_HEADER } from '../packet.ts';
import { parseUnsigned, readUnsigned, MAX_U32 } from '../xt-values.ts';
import { refuse } from '../xt-error.ts';
import { BURST_EXPIRE_SECONDS, BYTE_EXPIRE_SECONDS, byteBurst, byteBurstText, byteRateText } from './hashlimit-rate.ts';
import { bytesOf, checkBurst, DEFAULT_BURST, packetRate, readBurst, readRate } from './hashlimit-rate.ts';
import type { HashlimitSettings } from './hashlimit-table.ts';
import { byteCreditsOf, creditsOf, HASH_ALL, HASH_DIP, HASH_DPT, HASH_SIP, HASH_SPT } from './hashlimit-table.ts';
import { HashlimitTable, MODE_BYTES, MODE_INVERT, MODE_RATE_MATCH } from './hashlimit-table.ts';
import { hasPorts, transportOf } from './ports.ts';

const MODES: readonly (readonly [name: string, bit: number])[] = [
  ['srcip', HASH_SIP],
  ['srcport', HASH_SPT],
  ['dstip', HASH_DIP],
  ['dstport', HASH_DPT],
];
const DEFAULT_GC_INTERVAL_MS = 1000;
const MAX_PREFIX = 32;
const PORTS_BYTES = 4;

class HashlimitMatch implements NfMatch {
  readonly name = 'hashlimit';
  private mode = 0;
  private average = 0;
  private unitSeconds = 1;
  private burst = 0;
  private tableName = '';
  private size = 0;
  private max = 0;
  private gcIntervalMs = DEFAULT_GC_INTERVAL_MS;
  /** -1 until it is known. */
  private expireMs = -1;
  private sourceLength = MAX_PREFIX;
  private destinationLength = MAX_PREFIX;
  private intervalSeconds = 0;
  private table: HashlimitTable | null = null;

  option(name: string, text: string, isInverted: boolean): void {
    const word = name.replace('hashlimit-', '');
    if (word === 'upto' || word === 'above') this.readLimit(name, text, (word === 'above') !== isInverted);
    else if (word === 'burst') this.burst = readBurst(text);
    else if (word === 'mode') this.readMode(name, text);
    else if (word === 'name') {
      if (text === '') refuse('Argument must have a minimum length of 1 characters\n');
      this.tableName = text;
    } else if (word === 'rate-match') this.mode |= MODE_RATE_MATCH;
    else if (word === 'rate-interval') {
      const seconds = parseUnsigned(text, MAX_U32, 1);
      this.intervalSeconds = seconds ?? refuse(`hashlimit: Bad value for "--${name}" option: "${text}"`);
    } else this.readNumber(word, readUnsigned(this.name, name, text));
  }

  private readLimit(name: string, text: string, isAbove: boolean): void {
    const rate = readRate(name, text);
    this.average = rate.average;
    this.unitSeconds = rate.unitSeconds;
    if (rate.isBytes) this.mode |= MODE_BYTES;
    if (isAbove) this.mode |= MODE_INVERT;
  }

  private readMode(name: string, text: string): void {
    for (const word of text.split(',')) {
      const known = MODES.find(([mode]) => mode === word);
      if (known !== undefined) this.mode |= known[1];
      else if (word !== '') refuse(`hashlimit: Bad value for "--${name}" option: "${text}"`);
    }
  }

  private readNumber(word: string, value: number): void {
    if (word === 'srcmask') this.sourceLength = value;
    else if (word === 'dstmask') this.destinationLength = value;
    else if (word === 'htable-size') this.size = value;
    else if (word === 'htable-max') this.max = value;
    else if (word === 'htable-gcinterval') this.gcIntervalMs = value;
    else this.expireMs = value;
  }

  /** Twin of hashlimit_mt_check. */
  check(): void {
    if (this.average === 0 && this.unitSeconds === 1) refuse('You have to specify --hashlimit');
    if (this.expireMs < 0) {
      const isBurst = (this.mode & MODE_BYTES) !== 0 && this.burst !== 0;
      this.expireMs = (isBurst ? BURST_EXPIRE_SECONDS : this.unitSeconds) * 1000;
    }
    const isBytes = (this.mode & MODE_BYTES) !== 0;
    if (!isBytes) this.burst = this.burst === 0 ? DEFAULT_BURST : this.burst;
    if (!isBytes) checkBurst(this.burst);
    else if (this.burst !== 0) this.burst = byteBurst(this.burst, this.average);
    if ((this.mode & MODE_RATE_MATCH) === 0) return;
    if (!isBytes) this.average = Math.floor(this.average / this.unitSeconds);
    if (this.intervalSeconds === 0) this.intervalSeconds = isBytes ? 1 : this.unitSeconds;
  }

  /** Twin of hashlimit_mt_check_common. */
  accepts(): boolean {
    const { sourceLength, destinationLength, tableName } = this;
    if (this.gcIntervalMs === 0 || this.expireMs === 0 || /^\.\.?$|\//.test(tableName)) return false;
    if (sourceLength > MAX_PREFIX || destinationLength > MAX_PREFIX) return false;
    const isPlainBytes = (this.mode & (MODE_RATE_MATCH | MODE_BYTES)) === MODE_BYTES;
    return !isPlainBytes || byteCreditsOf(this.average) !== 0;
  }

  errno(): string {
    const tooFar = 'Numerical result out of range';
    if ((this.mode & MODE_RATE_MATCH) !== 0) return this.average === 0 || this.average > MAX_U32 ? tooFar : '';
    if ((this.mode & MODE_BYTES) !== 0) return '';
    const average = BigInt(this.average);
    return creditsOf(average * BigInt(this.burst)) < creditsOf(average) ? tooFar : '';
  }

  bind(home: MatchHome): void {
    this.table = home.hashlimit(this.tableName, () => {
      return new HashlimitTable(this.settings(), jiffiesOf(home.ns.machine.sched));
    });
  }

  private settings(): HashlimitSettings {
    return {
      mode: this.mode,
      average: this.average,
      burst: this.burst,
      size: this.size,
      max: this.max,
      gcIntervalMs: this.gcIntervalMs,
      expireMs: this.expireMs,
      sourceMask: prefixMask(this.sourceLength),
      destinationMask: prefixMask(this.destinationLength),
      intervalSeconds: this.intervalSeconds,
    };
  }

  copy(): NfMatch {
    return Object.assign(new HashlimitMatch(), this, { table: null });
  }

  /** Twin of hashlimit_mt_common. The table says how packets are told apart, the rule how they are counted. */
  matches(packet: NfPacket): boolean {
    const table = this.table!;
    const { settings } = table;
    const { view, network } = packet;
    const { mode } = settings;
    let ports = 0;
    if ((mode & (HASH_SPT | HASH_DPT)) !== 0 && hasPorts(packet.protocol)) {
      const at = transportOf(packet, PORTS_BYTES);
      if (at === NO_HEADER) return drop(packet);
      const mask = ((mode & HASH_SPT) === 0 ? 0 : -65_536) | ((mode & HASH_DPT) === 0 ? 0 : 0xffff);
      ports = view.getInt32(at) & mask;
    }
    const source = (mode & HASH_SIP) === 0 ? 0 : ipv4.src(view, network) & settings.sourceMask;
    const destination = (mode & HASH_DIP) === 0 ? 0 : ipv4.dst(view, network) & settings.destinationMask;
    const slot = table.see(source, destination, ports, jiffiesOf(packet.state.ns.machine.sched));
    if (slot < 0) return drop(packet);
    const countsBytes = (this.mode & MODE_BYTES) !== 0;
    const bytes = packet.end - network;
    const isWithin =
      (this.mode & MODE_RATE_MATCH) === 0
        ? table.pay(slot, bytes, countsBytes)
        : table.isWithinRate(slot, countsBytes ? bytes : 1);
    return isWithin !== ((this.mode & MODE_INVERT) !== 0);
  }

  /** The limit, and how long a table that was not told otherwise remembers. */
  private limit(average: number): readonly [text: string, expireSeconds: number] {
    if ((this.mode & MODE_BYTES) === 0) return packetRate(average);
    return [byteRateText(average), this.burst === 0 ? BYTE_EXPIRE_SECONDS : BURST_EXPIRE_SECONDS];
  }

  private burstText(): string {
    if ((this.mode & MODE_BYTES) === 0) return String(this.burst);
    return this.burst === 0 ? '' : byteBurstText(bytesOf(this.average) * this.burst);
  }

  private modeNames(): string[] {
    return MODES.filter(([, bit]) => (this.mode & HASH_ALL & bit) !== 0).map(([name]) => name);
  }

  /** What is not as usual, with the tool's names for it. */
  private others(expireSeconds: number): [name: string, value: string][] {
    const isRate = (this.mode & MODE_RATE_MATCH) !== 0;
    const all: [string, number, boolean][] = [
      ['htable-size', this.size, this.size !== 0],
      ['htable-max', this.max, this.max !== 0],
      ['htable-gcinterval', this.gcIntervalMs, this.gcIntervalMs !== DEFAULT_GC_INTERVAL_MS],
      ['htable-expire', this.expireMs, this.expireMs !== expireSeconds * 1000],
      ['srcmask', this.sourceLength, this.sourceLength !== MAX_PREFIX],
      ['dstmask', this.destinationLength, this.destinationLength !== MAX_PREFIX],
    ];
    const texts = all
      .filter(([, , isShown]) => isShown)
      .map(([name, value]): [string, string] => [name, String(value)]);
    if (isRate) texts.push(['rate-match', '']);
    if (isRate && this.intervalSeconds !== 1) texts.push(['rate-interval', String(this.intervalSeconds)]);
    return texts;
  }

  save(): string {
    const [limit, expireSeconds] = this.limit(this.average);
    const burst = this.burstText();
    const modes = this.modeNames().join(',');
    const words: [string, string][] = [[(this.mode & MODE_INVERT) === 0 ? 'upto' : 'above', limit]];
    if (burst !== '') words.push(['burst', burst]);
    if (modes !== '') words.push(['mode', modes]);
    words.push(['name', this.tableName], ...this.others(expireSeconds));
    return words.map(([name, value]) => saveOption(`hashlimit-${name}`, value)).join('');
  }

  print(): string {
    // Here the interval of a rate is part of it.
    const [limit, expireSeconds] = this.limit(this.average * Math.max(1, this.intervalSeconds));
    const burst = this.burstText();
    const modes = this.modeNames().join('-');
    const others = this.others(expireSeconds).map(([name, value]) => ` ${name}${value === '' ? '' : ` ${value}`}`);
    const what = `${(this.mode & MODE_INVERT) === 0 ? 'up to' : 'above'} ${limit}`;
    const limits = `${what}${burst === '' ? '' : ` burst ${burst}`}${modes === '' ? '' : ` mode ${modes}`}`;
    return ` limit: ${limits}${others.join('')}`;
  }
}

/** Nobody can say whether it is meant. */
function drop(packet: NfPacket): boolean {
  packet.mustDrop = true;
  return false;
}

const inverted = { canInvert: true };
export const HASHLIMIT = matchExtension(
  'hashlimit',
  [
    option('hashlimit-upto', { ...inverted, excludes: ['hashlimit-above'] }),
    option('hashlimit-above', { ...inverted, excludes: ['hashlimit-upto'] }),
    option('hashlimit', { ...inverted, excludes: ['hashlimit-above'], alias: 'hashlimit-upto' }),
    option('hashlimit-srcmask'),
    option('hashlimit-dstmask'),
    option('hashlimit-burst'),
    option('hashlimit-htable-size'),
    option('hashlimit-htable-max'),
    option('hashlimit-htable-gcinterval'),
    option('hashlimit-htable-expire'),
    option('hashlimit-mode'),
    option('hashlimit-name', { isMandatory: true }),
    flag('hashlimit-rate-match'),
    option('hashlimit-rate-interval'),
  ],
  () => new HashlimitMatch(),
);
