/** `-m limit` (libxt_limit.c): a token bucket; its time is the machine's, so it is kept as text and numbers here. */
import type { NfMatch } from '../extension.ts';
import { matchExtension, option, saveOption } from '../extension.ts';
import { refuse } from '../xt-error.ts';
import { parseUnsigned } from '../xt-values.ts';

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

/** Twin of print_rate: the largest unit in which the rate is nearly a whole number. */
function rateText(interval: number): string {
  let chosen = 0;
  for (let i = 1; i < SHOWN_UNITS.length; i++) {
    const scaled = SHOWN_UNITS[i]![1];
    if (interval > scaled || Math.floor(scaled / interval) < scaled % interval) break;
    chosen = i;
  }
  const [name, scaled] = SHOWN_UNITS[chosen]!;
  return `${Math.floor(scaled / interval)}/${name}`;
}

export class LimitMatch implements NfMatch {
  readonly name = 'limit';
  interval = parseRate(DEFAULT_RATE)!;
  burst = DEFAULT_BURST;

  option(name: string, text: string): void {
    if (name === 'limit') this.interval = parseRate(text) ?? refuse(`bad rate "${text}"'`);
    else {
      const range = `limit: bad value for option "--limit-burst", or out of range (0-${MAX_BURST}).\n`;
      this.burst = parseUnsigned(text, MAX_BURST) ?? refuse(range);
    }
  }

  check(): void {
    // Both options have defaults.
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
