/**
 * The probes of a trace: which has been sent, what came of it, how long to wait for it, and which place an answer of
 * the target belongs to when earlier probes were lost (traceroute.c of traceroute 2.1.2).
 *
 *   hop 1            hop 2            hop 3
 *   | p0 | p1 | p2 | p3 | p4 | p5 | p6 | p7 | p8 |     all are in one row, sent from the left
 */
import type { Ip4 } from '../../base/addr.ts';
import { MICROSECOND, MILLISECOND } from '../../sim/units.ts';
import type { TracerouteOptions } from './options.ts';

/** Added to each answer's time before it is multiplied. */
const WAIT_SLACK_NS = MILLISECOND;
/** A probe whose answer was moved elsewhere: sent so long ago that nobody waits for another. */
const LONG_AGO_NS = -1e15;

export interface Probe {
  /** NaN until it is sent. */
  sentNs: number;
  /** NaN while there is no answer. */
  receivedNs: number;
  /** Answered or given up. */
  isDone: boolean;
  /** The answer is the target's, or says that nothing farther can be reached. */
  isFinal: boolean;
  /** Who answered; null for nobody, and for an error found on this host. */
  from: Ip4 | null;
  /** TTL with which the answer came; 0 when there is none. */
  receivedTtl: number;
  /** `!H` and the like. */
  errorText: string;
  /** What the method tells of the answer, behind the address: `<syn,ack>`. */
  extraText: string;
  /** What tells the answers apart: an ICMP sequence number, a port; 0 when the probe is done. */
  seq: number;
}

export function newProbe(): Probe {
  return {
    sentNs: NaN,
    receivedNs: NaN,
    isDone: false,
    isFinal: false,
    from: null,
    receivedTtl: 0,
    errorText: '',
    extraText: '',
    seq: 0,
  };
}

export function isSent(probe: Probe): boolean {
  return !Number.isNaN(probe.sentNs);
}

/** From sending to answer as the tool measures it, in microseconds; NaN while there is no answer. */
export function tripUs(probe: Probe): number {
  return Math.floor(probe.receivedNs / MICROSECOND) - Math.floor(probe.sentNs / MICROSECOND);
}

/** How many routers an answer that came with `ttl` has passed: senders begin with 64, 128 or 255. */
export function hopsOfTtl(ttl: number): number {
  let first = 256;
  if (ttl <= 64) first = 65;
  else if (ttl <= 128) first = 129;
  return first - ttl;
}

/** The hop that a probe is for, from 1. */
export function hopOf(options: TracerouteOptions, index: number): number {
  return Math.floor(index / options.probesPerHop) + 1;
}

/** How long to wait for a probe, as far as known from the answers so far. */
export function timeoutNs(probes: readonly Probe[], index: number, options: TracerouteOptions): number {
  const hopStart = index - (index % options.probesPerHop);
  if (options.hereFactor !== 0) {
    for (const probe of probes.slice(hopStart, hopStart + options.probesPerHop)) {
      if (probe.isDone && tripUs(probe) > 0) return scaled(probe, options.hereFactor, options.waitNs);
    }
  }
  if (options.nearFactor !== 0) {
    for (let next = index + 1; next < probes.length && isSent(probes[next]!); next++) {
      const probe = probes[next]!;
      if (probe.isDone && tripUs(probe) > 0) return scaled(probe, options.nearFactor, options.waitNs);
    }
  }
  return options.waitNs;
}

function scaled(probe: Probe, factor: number, mostNs: number): number {
  return Math.min((tripUs(probe) * MICROSECOND + WAIT_SLACK_NS) * factor, mostNs);
}

/**
 * A probe was given up. Several were under way, and the target may have answered only the last of them with an error:
 * where that seems so, the answer is moved to this probe's place.
 */
export function settleExpired(probes: readonly Probe[], index: number, options: TracerouteOptions): void {
  const final = finalAfter(probes, index);
  const hopStart = index - (index % options.probesPerHop);
  const earlier = probes.slice(hopStart, index);
  if (final === null || earlier.some((probe) => !probe.isDone || !probe.isFinal)) return;
  // Echo replies and port unreachable come in the right order; it is the other errors that are limited.
  if (final.probe.errorText === '') return;
  const isSameHop = (index % options.probesPerHop) + (final.index - index) < options.probesPerHop;
  const { from } = final.probe;
  const isKnownRouter = from !== null && probes.slice(0, index).some((probe) => probe.from === from);
  if (earlier.length > 0 || isSameHop || isKnownRouter || isReachedBy(probes, index, final.probe, options)) {
    Object.assign(probes[index]!, final.probe);
    Object.assign(final.probe, newProbe(), { sentNs: LONG_AGO_NS });
  }
}

/** The first probe behind `index` that is done, if it is final. */
function finalAfter(probes: readonly Probe[], index: number): { probe: Probe; index: number } | null {
  for (let next = index + 1; next < probes.length && isSent(probes[next]!); next++) {
    const probe = probes[next]!;
    if (probe.isDone) return probe.isFinal ? { probe, index: next } : null;
  }
  return null;
}

/** Whether the way back, as the TTL tells it, is no longer than to the hop of `index`. */
function isReachedBy(probes: readonly Probe[], index: number, final: Probe, options: TracerouteOptions): boolean {
  if (final.receivedTtl === 0) return false;
  let backHops = hopsOfTtl(final.receivedTtl);
  // The way back may be longer than the way there: the nearest router that answered is the measure.
  for (let before = index - 1; before >= 0; before--) {
    const probe = probes[before]!;
    if (!probe.isDone || probe.isFinal || probe.receivedTtl === 0) continue;
    const hops = hopsOfTtl(probe.receivedTtl);
    if (hops >= backHops) continue;
    backHops = backHops - hops + hopOf(options, before);
    break;
  }
  return backHops <= hopOf(options, index);
}
