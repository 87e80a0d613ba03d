import assert from 'node:assert/strict';
import type { TracerouteOptions } from '../../../src/userland/traceroute/options.ts';
import type { Probe } from '../../../src/userland/traceroute/probe.ts';
import {
  hopOf,
  hopsOfTtl,
  isSent,
  newProbe,
  settleExpired,
  timeoutNs,
  tripUs,
} from '../../../src/userland/traceroute/probe.ts';

const MS = 1_000_000;
const OPTIONS = {
  probesPerHop: 3,
  waitNs: 5000 * MS,
  hereFactor: 3,
  nearFactor: 10,
} as TracerouteOptions;

/** A row of probes: `.` unsent, `?` under way, `*` given up, a digit an answer of that router, `!` of the target. */
function row(text: string): Probe[] {
  return Array.from(text.replaceAll(' ', ''), (mark) => {
    const probe = newProbe();
    if (mark === '.') return probe;
    probe.sentNs = 0;
    probe.isDone = mark !== '?';
    if (mark === '?' || mark === '*') return probe;
    const isError = mark === '!';
    const answer = {
      receivedNs: 2 * MS,
      from: isError ? 9 : Number(mark),
      receivedTtl: isError ? 62 : 65 - Number(mark),
    };
    return Object.assign(probe, answer, { isFinal: isError, errorText: isError ? '!H' : '' });
  });
}

function textOf(probes: readonly Probe[]): string {
  return probes
    .map((probe) => {
      if (probe.errorText !== '') return '!';
      if (probe.from !== null) return String(probe.from);
      if (probe.isDone) return '*';
      return isSent(probe) ? '?' : '.';
    })
    .join('');
}

describe('userland/traceroute: probes', () => {
  it('wait as long as the option says, or some times as long as an answer near by', () => {
    assert.equal(timeoutNs(row('??? ???'), 0, OPTIONS), 5000 * MS);
    assert.equal(timeoutNs(row('?1? ???'), 0, OPTIONS), 9 * MS);
    assert.equal(timeoutNs(row('??? ?2?'), 0, OPTIONS), 30 * MS);
    assert.equal(timeoutNs(row('??? ?2?'), 0, { ...OPTIONS, nearFactor: 0 }), 5000 * MS);
    assert.equal(timeoutNs(row('?1? ???'), 0, { ...OPTIONS, waitNs: 4 * MS }), 4 * MS);
  });

  it('measure in whole microseconds', () => {
    const probe = { ...newProbe(), sentNs: 1999, receivedNs: 3001 };
    assert.equal(tripUs(probe), 2);
    assert.ok(Number.isNaN(tripUs(newProbe())));
  });

  it('know their hop, and how far a TTL has come', () => {
    assert.deepEqual(
      [0, 2, 3, 89].map((index) => hopOf(OPTIONS, index)),
      [1, 1, 2, 30],
    );
    assert.deepEqual([64, 62, 128, 255, 1].map(hopsOfTtl), [1, 3, 1, 1, 64]);
  });

  const settled = (text: string, index: number): string => {
    const probes = row(text);
    settleExpired(probes, index, OPTIONS);
    return textOf(probes);
  };

  it('given up, take the place of an error that came for a later one of their hop', () => {
    assert.equal(settled('*?! ???', 0), '!?????');
    assert.equal(settled('!*? !??', 1), '!!????');
  });

  it('stay lost where a router of the same hop has answered, or nothing final is known', () => {
    assert.equal(settled('1*? !??', 1), '1*?!??');
    assert.equal(settled('?*? !??', 1), '?*?!??');
    assert.equal(settled('*?? ???', 0), '*?????');
    assert.equal(settled('*?? 2!?', 0), '*??2!?');
  });

  it('take an error of a router that was met before, or one that has come no farther', () => {
    assert.equal(settled('111 *?? !??', 3), '111*??!??');
    assert.equal(settled('111 ??? *?? !??', 6), '111???!?????');
    assert.equal(settled('119 *?? !??', 3), '119!?????');
  });
});
