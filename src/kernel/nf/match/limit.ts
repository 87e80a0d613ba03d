/**
 * `-m limit` (libxt_limit.c): a token bucket. iptables-nft makes an expression of nf_tables of it, so that tokens are
 * nanoseconds and the packets are counted as nft_limit.c does it.
 */
import type { NfMatch } from '../extension.ts';
import { matchExtension, option, saveOption } from '../extension.ts';
import type { NfPacket } from '../packet.ts';
import { refuse } from '../xt-error.ts';
import { parseUnsigned } from '../xt-values.ts';

const SECOND_NS = 1_000_000_000;
/** XT_LIMIT_SCALE: the interval is kept in units of 1/10,000 s. */
const SCALE = 10_000;
const UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ['second', 1],
  ['minute', 60],
  ['hour', 3600],
  ['day', 86_400],
];
const SHOWN_UNITS: readonly (readonly [name: string, scaled: number])[] = [
  ['day', 86_400 * SCALE],
  ['hour', 3600 * SCALE],
  ['min', 60 * SCALE],
  ['sec', SCALE],
];
const DEFAULT_RATE = '3/hour';
const DEFAULT_BURST = 5;
const MAX_BURST = 10_000;

/** The interval between two packets in 1/10,000 s, undefined when it is none. */
function parseRate(text: string): number | undefined {
  const [, count = '', unit = 'second'] = /^(\d+)(?:\/(\w+))?$/.exec(text) ?? [];
  const seconds = UNITS.find(([name]) => unit !== '' && name.startsWith(unit.toLowerCase()))?.[1];
  if (seconds === undefined || !(Number(count) > 0)) return undefined;
  const interval = Math.floor((SCALE * seconds) / Number(count));
  if (interval === 0) refuse(`Rate too fast "${text}"`);
  return interval;
}

/** The largest unit in which the rate is nearly a whole number (print_rate, and add_nft_limit likewise). */
function unitOf(interval: number): readonly [name: string, scaled: number] {
  let chosen = 0;
  for (let i = 1; i < SHOWN_UNITS.length; i++) {
    const scaled = SHOWN_UNITS[i]![1];
    if (interval > scaled || Math.floor(scaled / interval) < scaled % interval) break;
    chosen = i;
  }
  return SHOWN_UNITS[chosen]!;
}

function rateText(interval: number): string {
  const [name, scaled] = unitOf(interval);
  return `${Math.floor(scaled / interval)}/${name}`;
}

export class LimitMatch implements NfMatch {
  readonly name = 'limit';
  interval = parseRate(DEFAULT_RATE)!;
  burst = DEFAULT_BURST;
  /** What a packet costs, and what the bucket holds at most and now. */
  private costNs = 0;
  private tokensMaxNs = 0;
  private tokensNs = 0;
  private lastNs = 0;

  option(name: string, text: string): void {
    if (name === 'limit') this.interval = parseRate(text) ?? refuse(`bad rate "${text}"'`);
    else {
      const range = `limit: bad value for option "--limit-burst", or out of range (0-${MAX_BURST}).\n`;
      this.burst = parseUnsigned(text, MAX_BURST) ?? refuse(range);
    }
  }

  /** Both options have defaults; for a burst of 0 the kernel takes its own. Twin of nft_limit_init. */
  check(): void {
    if (this.burst === 0) this.burst = DEFAULT_BURST;
    const [, scaled] = unitOf(this.interval);
    this.costNs = Math.floor(((scaled / SCALE) * SECOND_NS) / Math.floor(scaled / this.interval));
    this.tokensMaxNs = this.costNs * this.burst;
    this.tokensNs = this.tokensMaxNs;
  }

  reset(): void {
    this.check();
  }

  copy(): NfMatch {
    const copy = new LimitMatch();
    copy.interval = this.interval;
    copy.burst = this.burst;
    copy.check();
    return copy;
  }

  /** Twin of nft_limit_eval. */
  matches({ state }: NfPacket): boolean {
    const nowNs = state.ns.machine.sched.now;
    let tokens = this.tokensNs + (nowNs - this.lastNs);
    if (tokens > this.tokensMaxNs) tokens = this.tokensMaxNs;
    this.lastNs = nowNs;
    const isWithin = tokens >= this.costNs;
    this.tokensNs = isWithin ? tokens - this.costNs : tokens;
    return isWithin;
  }

  save(): string {
    const burst = this.burst === DEFAULT_BURST ? '' : saveOption('limit-burst', String(this.burst));
    return `${saveOption('limit', rateText(this.interval))}${burst}`;
  }

  print(): string {
    return ` limit: avg ${rateText(this.interval)} burst ${this.burst}`;
  }
}

export const LIMIT = matchExtension('limit', [option('limit'), option('limit-burst')], () => new LimitMatch());
