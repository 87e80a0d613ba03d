/** `-m statistic` (Linux: xt_statistic.c, libxt_statistic.c): every nth packet, or some by chance. */
import type { MatchHome } from '../match-home.ts';
import type { NfMatch } from '../extension.ts';
import { matchExtension, option, saveOption } from '../extension.ts';
import { MAX_U32, readUnsigned } from '../xt-values.ts';
import { refuse } from '../xt-error.ts';

/** A probability is kept in this unit. */
const WHOLE = 0x8000_0000;
/** What of 32 random bits is compared with it. */
const RANDOM_MASK = 0x7fff_ffff;
const PROBABILITY = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;

function readProbability(text: string): number {
  const value = PROBABILITY.test(text) ? Number(text) : -1;
  if (value >= 0 && value <= 1) return Math.round(value * WHOLE);
  return refuse('statistic: bad value for option "--probability", or out of range (0-1).\n');
}

class StatisticMatch implements NfMatch {
  readonly name = 'statistic';
  private mode: 'random' | 'nth' = 'random';
  private probability = -1;
  /** 0 until it is read. */
  private every = 0;
  /** -1 until it is read. */
  private packet = -1;
  private isInverted = false;
  /** How many packets ago one was meant. */
  private count = 0;
  private home: MatchHome | null = null;

  option(name: string, text: string, isInverted: boolean): void {
    if (isInverted) this.isInverted = true;
    if (name === 'mode') this.mode = text === 'nth' || text === 'random' ? text : refuse(`Bad mode "${text}"`);
    else if (name === 'probability') this.probability = readProbability(text);
    else if (name === 'every') this.every = readUnsigned(this.name, name, text, MAX_U32, 1);
    else this.packet = readUnsigned(this.name, name, text);
  }

  check(): void {
    if (this.mode === 'random' && this.probability < 0) {
      refuse('--probability must be specified when using random mode');
    }
    if (this.mode === 'random') return;
    if (this.every === 0 && this.packet < 0) refuse('--every and --packet must be specified when using nth mode');
    if (this.packet > Math.max(0, this.every - 1)) refuse('the --packet p must be 0 <= p <= n-1');
    this.reset();
  }

  reset(): void {
    this.count = this.every - 1 - this.packet;
  }

  bind(home: MatchHome): void {
    this.home = home;
  }

  copy(): NfMatch {
    const copy = Object.assign(new StatisticMatch(), this);
    copy.reset();
    return copy;
  }

  matches(): boolean {
    if (this.mode === 'random') {
      return (this.home!.rng.u32() & RANDOM_MASK) < this.probability !== this.isInverted;
    }
    this.count = this.count === this.every - 1 ? 0 : this.count + 1;
    return (this.count === 0) !== this.isInverted;
  }

  private asked(): [string, string][] {
    if (this.mode === 'random') return [['probability', (this.probability / WHOLE).toFixed(11)]];
    return [
      ['every', String(this.every)],
      ['packet', String(this.packet)],
    ];
  }

  save(): string {
    const [[name, value] = ['', ''], ...rest] = this.asked();
    const others = rest.map(([other, text]) => saveOption(other, text)).join('');
    return ` --mode ${this.mode}${saveOption(name, value, this.isInverted)}${others}`;
  }

  print(): string {
    // The packet is not told where it is the first.
    const asked = this.asked().filter(([name, value]) => name !== 'packet' || value !== '0');
    const texts = asked.map(([name, value]) => `${name} ${value}`);
    return ` statistic mode ${this.mode} ${this.isInverted ? '! ' : ''}${texts.join(' ')}`;
  }
}

const ofNth = ['every', 'packet'];
export const STATISTIC = matchExtension(
  'statistic',
  [
    option('mode', { isMandatory: true }),
    option('probability', { canInvert: true, excludes: ofNth }),
    option('every', { canInvert: true, excludes: ['probability'], requires: 'packet' }),
    option('packet', { excludes: ['probability'], requires: 'every' }),
  ],
  () => new StatisticMatch(),
);
