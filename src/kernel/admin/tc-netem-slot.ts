/** netem's slots: `slot MIN [MAX] [packets N] [bytes N]`, `slot distribution NAME DELAY JITTER …` (tc/q_netem.c). */
import type { NetemSlot } from '../../link/netem-settings.ts';
import type { Distribution } from '../../link/netem-tables.ts';
import { DISTRIBUTIONS } from '../../link/netem-tables.ts';
import { notSupported } from './result.ts';
import { parseInteger, parseNanoseconds, parseTcSize } from './tc-values.ts';
import type { TcWords } from './tc-words.ts';
import { isShortFor, refuseOption, TcRefusal } from './tc-words.ts';

const S32_MAX = 2 ** 31 - 1;

type SlotTimes = Omit<NetemSlot, 'maxPackets' | 'maxBytes'>;

/** Reads what follows the word `slot`. */
export function readSlot(words: TcWords): NetemSlot {
  const first = words.number();
  const times = first === undefined ? readDistributed(words) : readBounds(words, first);
  return { ...times, maxPackets: readMaxPackets(words), maxBytes: readMaxBytes(words) };
}

function illegal(what: string): never {
  return refuseOption(`Illegal "slot ${what}"`);
}

function readBounds(words: TcWords, first: string): SlotTimes {
  const minDelayNs = parseNanoseconds(first) ?? illegal('min_delay');
  const second = words.number();
  const maxDelayNs = second === undefined ? minDelayNs : (parseNanoseconds(second) ?? illegal('max_delay'));
  if (maxDelayNs < minDelayNs) illegal('max_delay');
  return { minDelayNs, maxDelayNs, distribution: null, distDelayNs: 0, distJitterNs: 0 };
}

function readDistributed(words: TcWords): SlotTimes {
  const word = words.value();
  if (word !== 'distribution') refuseOption(`Unknown slot parameter: ${word}`);
  const distribution = distributionNamed(words.value());
  const distDelayNs = parseNanoseconds(words.value()) ?? illegal('delay');
  const distJitterNs = parseNanoseconds(words.value()) ?? illegal('jitter');
  if (distJitterNs <= 0) refuseOption('Non-positive jitter');
  return { minDelayNs: 0, maxDelayNs: 0, distribution, distDelayNs, distJitterNs };
}

function readMaxPackets(words: TcWords): number {
  if (words.isAtEnd || !isShortFor(words.peek(), 'packets')) return 0;
  words.next();
  return parseInteger(words.next(), -S32_MAX, S32_MAX) ?? illegal('packets');
}

function readMaxBytes(words: TcWords): number {
  if (words.isAtEnd || !isShortFor(words.peek(), 'bytes')) return 0;
  words.next();
  return parseTcSize(words.next()) ?? illegal('bytes');
}

/** The tables that Debian ships, but for the measured one. */
export function distributionNamed(name: string): Distribution {
  const found = DISTRIBUTIONS.find((known) => known === name);
  if (found !== undefined) return found;
  if (name === 'experimental') {
    throw new TcRefusal(notSupported('tc netem distribution experimental', DISTRIBUTIONS.join(', ')));
  }
  const file = `/usr/lib/x86_64-linux-gnu/tc//${name}.dist`;
  return refuseOption(`No distribution data for ${name} (${file}: No such file or directory)`);
}
