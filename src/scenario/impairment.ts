/**
 * The impairments of a LAN's cables: the keys that are netem's words, and `netem:` in its own words, put together as
 * `tc … netem` takes them. A jitter, or frames that overtake, make the delay netem's; else it stays the cable's own.
 */
import { applyNetemOptions, readNetemOptions } from '../kernel/admin/tc-netem.ts';
import { TcRefusal, TcWords } from '../kernel/admin/tc-words.ts';
import type { NetemSettings } from '../link/netem-settings.ts';
import { NETEM_DEFAULTS } from '../link/netem-settings.ts';
import type { Position } from './diagnostics.ts';
import { NETEM_KEYS } from './schema.ts';
import type { Source } from './source.ts';
import type { LanDraft } from './topology.ts';

/** Times to the nanosecond: a cable has no clock of 64 ns. */
const MODE = { isExact: true };
const EXPECTED =
  "expected netem's words: delay TIME [JITTER], distribution, loss, duplicate, corrupt, reorder, gap, rate, limit";

/** What a cable does to frames beside its own rate and delay. */
export interface CableImpairment {
  readonly delayNs: number;
  /** As behind `tc qdisc add … netem`; undefined for none. */
  readonly netem: string | undefined;
}

/** A word and where it stands in the file. */
interface PlacedWord {
  readonly word: string;
  readonly at: Position;
}

/** netem's settings of words that are right. */
export function netemSettings(words: string): NetemSettings {
  return applyNetemOptions(NETEM_DEFAULTS, readNetemOptions(new TcWords(words.split(' ')), MODE));
}

/** The impairment of the cables of a LAN whose own delay is `delayNs`; mistakes are noted. */
export function impairmentOf(source: Source, lan: LanDraft, delayNs: number): CableImpairment {
  const delayWords = delayWordsOf(source, lan, delayNs);
  const words = [...delayWords, ...otherWordsOf(source, lan)];
  const isRepeated = noteRepeated(source, words);
  if (isRepeated || words.length === 0 || !areRight(source, lan, words)) return { delayNs, netem: undefined };
  return { delayNs: delayWords.length > 0 ? 0 : delayNs, netem: words.map(({ word }) => word).join(' ') };
}

/** The same for another cable of the LAN, with a delay of its own. */
export function withDelay(impairment: CableImpairment, oldDelayNs: number, delayNs: number): CableImpairment {
  const { netem } = impairment;
  const isNetems = netem !== undefined && impairment.delayNs !== oldDelayNs;
  if (!isNetems) return { delayNs, netem };
  return { delayNs: 0, netem: netem.replace(`delay ${oldDelayNs}ns`, `delay ${delayNs}ns`) };
}

/** The delay, where it is netem's: it has a jitter, or frames overtake it. */
function delayWordsOf(source: Source, lan: LanDraft, delayNs: number): PlacedWord[] {
  const { fields, place } = lan.read;
  const { jitter, delay, reorder } = fields;
  if (jitter !== undefined && delay.jitter !== undefined) {
    source.diagnostics.add(place('jitter'), 'the delay has a jitter already; expected one of the two');
  }
  const jitterWords = delay.jitter ?? (jitter === undefined ? undefined : `${jitter}ns`);
  if (jitterWords === undefined && reorder === undefined) return [];
  return placed(place('delay'), `delay ${delayNs}ns ${jitterWords ?? ''}`.trim());
}

function placed(at: Position, text: string): PlacedWord[] {
  return text.split(/ +/).map((word) => ({ word, at }));
}

/** The other keys that are netem's words, then those of `netem:`. */
function otherWordsOf(source: Source, lan: LanDraft): PlacedWord[] {
  const { fields, place, node } = lan.read;
  const words: PlacedWord[] = [];
  for (const key of NETEM_KEYS) {
    const value = fields[key];
    if (value !== undefined && value !== 'uniform') words.push(...placed(place(key), `${key} ${value}`));
  }
  const text = node('netem');
  if (fields.netem === undefined || text?.kind !== 'scalar') return words;
  for (const match of fields.netem.matchAll(/\S+/g)) {
    words.push({ word: match[0], at: source.positionInScalar(text, 0, match.index) });
  }
  return words;
}

/** A knob that a key has set may not stand in `netem:` again; true when one does. */
function noteRepeated(source: Source, words: readonly PlacedWord[]): boolean {
  const seen = new Set<string>();
  let isRepeated = false;
  for (const { word, at } of words) {
    const isKnob = word === 'delay' || (NETEM_KEYS as readonly string[]).includes(word);
    if (isKnob && seen.has(word)) {
      source.diagnostics.add(at, `${word} is there twice; expected it as a key or in netem`);
      isRepeated = true;
    }
    seen.add(word);
  }
  return isRepeated;
}

/** Reads the words as tc does, and notes its complaint where the word stands. */
function areRight(source: Source, lan: LanDraft, words: readonly PlacedWord[]): boolean {
  const cursor = new TcWords(words.map(({ word }) => word));
  try {
    const options = readNetemOptions(cursor, MODE);
    if (options.slot === undefined) return true;
    const at = words.find(({ word }) => word.startsWith('s'))!.at;
    source.diagnostics.add(at, 'slot is for a queue of a machine; expected it in a command: tc qdisc add … netem slot');
  } catch (stop) {
    if (!(stop instanceof TcRefusal)) throw stop;
    const [complaint = ''] = stop.result.stderr.split('\n').filter((line) => !line.startsWith('Usage'));
    source.diagnostics.add(placeOf(lan, words, cursor, complaint), `${complaint}; ${EXPECTED}`);
  }
  return false;
}

/** The last word that was read, or the key that lacks another one. */
function placeOf(lan: LanDraft, words: readonly PlacedWord[], cursor: TcWords, complaint: string): Position {
  const lacking = ['gap', 'distribution', 'reorder'].find((word) => complaint.startsWith(word));
  const named = words.find(({ word }) => lacking !== undefined && word === lacking);
  return named?.at ?? words[Math.min(cursor.at, words.length) - 1]?.at ?? lan.at;
}
