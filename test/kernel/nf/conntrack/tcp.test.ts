/** The tracker of TCP: sequences of segments with what must come of them, and random ones beside a real kernel. */
import assert from 'node:assert/strict';
import * as tcp from '../../../../src/wire/tcp.ts';
import { Rng } from '../../../../src/sim/rng.ts';
import { ipv4Bytes } from '../../../wire/frames.ts';
import { EFFORT } from '../../kit.ts';
import type { Outcome, Segment, Step } from './lab.ts';
import { CLIENT, EmulatedRouter, SERVER, realRouter, segmentBytes, splitTime } from './lab.ts';

const { FLAG_ACK, FLAG_FIN, FLAG_PSH, FLAG_RST, FLAG_SYN, FLAG_URG } = tcp;
const SYN_OPTIONS = [2, 4, 5, 180, 1, 1, 4, 2, 1, 3, 3, 7];

function step(side: 0 | 1, port: number, segment: Segment): Step {
  const [src, dst] = side === 0 ? [CLIENT, SERVER] : [SERVER, CLIENT];
  const ports: [number, number] = side === 0 ? [port, 80] : [80, port];
  const datagram = ipv4Bytes(segmentBytes(src, dst, ports, segment), { protocol: 6, src, dst });
  return { side, datagram, words: `sport=${port} ` };
}

/** `C S 0` and the like: who sends, flags in tcpdump's letters, sequence number, acknowledgment, bytes of data. */
function parse(line: string): { side: 0 | 1; segment: Segment } {
  const [who, letters, seq, ack, bytes] = line.split(' ');
  let flags = 0;
  for (const letter of letters!) {
    flags |= { S: FLAG_SYN, '.': FLAG_ACK, F: FLAG_FIN, R: FLAG_RST, P: FLAG_PSH, U: FLAG_URG }[letter] ?? 0;
  }
  const side = who === 'C' ? 0 : 1;
  const base = [1_000_000, 9_000_000];
  return {
    side,
    segment: {
      flags,
      seq: base[side]! + Number(seq),
      ack: ack === undefined || ack === '-' ? 0 : base[1 - side]! + Number(ack),
      bytes: Number(bytes ?? 0),
      options: (flags & FLAG_SYN) !== 0 ? SYN_OPTIONS : [],
    },
  };
}

const OPEN = [
  'C S 0 = NEW SYN_SENT 120',
  'S S. 0 1 = ESTABLISHED SYN_RECV 60',
  'C . 1 1 = ESTABLISHED ESTABLISHED 432000',
];

/** Each line: the segment, then the packet's state, the connection's and its time; `-` when there is no entry. */
const STORIES: Readonly<Record<string, readonly string[]>> = {
  'opens, sends and closes': [
    ...OPEN,
    'C P. 1 1 100 = ESTABLISHED ESTABLISHED 300',
    'S . 1 101 = ESTABLISHED ESTABLISHED 432000',
    'C F. 101 1 = ESTABLISHED FIN_WAIT 120',
    'S . 1 102 = ESTABLISHED CLOSE_WAIT 60',
    'S F. 1 102 = ESTABLISHED LAST_ACK 30',
    'C . 102 2 = ESTABLISHED TIME_WAIT 120',
    'C S 500000 = NEW SYN_SENT 120',
  ],
  'is refused': ['C S 0 = NEW SYN_SENT 120', 'S R. 0 1 = ESTABLISHED -'],
  'is reset by its own side': [...OPEN, 'C R 1 = ESTABLISHED CLOSE 10', 'C S 70000 = NEW SYN_SENT 120'],
  'does not believe a reset with a number of the past or the future': [
    ...OPEN,
    'C P. 1 1 100 = ESTABLISHED ESTABLISHED 300',
    'S . 1 101 = ESTABLISHED ESTABLISHED 432000',
    'C R 50 = INVALID ESTABLISHED 432000',
    'C R 5000 = ESTABLISHED ESTABLISHED 10',
  ],
  'sends its SYN again': ['C S 0 = NEW SYN_SENT 120', 'C S 0 = NEW SYN_SENT 120', 'S S. 0 1 = ESTABLISHED SYN_RECV 60'],
  retransmits: [
    ...OPEN,
    'C P. 1 1 10 = ESTABLISHED ESTABLISHED 300',
    'C P. 1 1 10 = ESTABLISHED ESTABLISHED 300',
    'C P. 1 1 10 = ESTABLISHED ESTABLISHED 300',
    'C P. 1 1 10 = ESTABLISHED ESTABLISHED 300',
    'S . 1 11 = ESTABLISHED ESTABLISHED 432000',
  ],
  'acknowledges what was never sent': [...OPEN, 'S . 1 5000 = INVALID ESTABLISHED 432000'],
  'sends beyond the window': [...OPEN, 'C P. 9000001 1 10 = INVALID ESTABLISHED 432000'],
  'sends flags that make no sense': ['C SF 0 = INVALID -', ...OPEN, 'C F 1 = INVALID ESTABLISHED 432000'],
  'is picked up in the middle': [
    'C . 1 1 10 = NEW ESTABLISHED 300',
    'S . 1 11 = ESTABLISHED ESTABLISHED 300',
    'C . 11 1 = ESTABLISHED ESTABLISHED 432000',
  ],
  'opens at both ends at the same time': [
    'C S 0 = NEW SYN_SENT 120',
    'S S 0 = ESTABLISHED SYN_SENT2 120',
    'C S. 0 1 = ESTABLISHED SYN_RECV 60',
    'S S. 0 1 = ESTABLISHED SYN_RECV 60',
    'C . 1 1 = ESTABLISHED ESTABLISHED 432000',
  ],
  'sends a little more than it may': [...OPEN, 'C P. 64250 1 10 = ESTABLISHED ESTABLISHED 432000'],
  'answers a challenge with a reset': [
    'C S 0 = NEW SYN_SENT 120',
    'S . 500 70000 = ESTABLISHED SYN_SENT 120',
    'C R 70000 = ESTABLISHED CLOSE 10',
  ],
  'begins with an answer': ['S S. 0 1 = INVALID -'],
  'is out of step and gets into it by a SYN that was let through': [
    ...OPEN,
    'C S 900000 = ESTABLISHED ESTABLISHED 432000',
    'S S. 700000 900001 = ESTABLISHED SYN_RECV 60',
    'C . 900001 700001 = ESTABLISHED ESTABLISHED 432000',
  ],
};

/** `state of the packet, state of the connection, its seconds` of an outcome; real kernels' clocks go on. */
function summary({ state, lines }: Outcome, roundTo: number): string {
  if (lines.length === 0) return `${state} -`;
  const { text, seconds } = splitTime(lines[0]!);
  return `${state} ${text.split(/ +/)[2]!} ${seconds === roundTo - 1 ? roundTo : seconds}`;
}

function storySteps(story: readonly string[], port: number): Step[] {
  return story.map((line) => {
    const { side, segment } = parse(line.split(' = ')[0]!);
    return step(side, port, segment);
  });
}

/** A random segment of a connection whose sides have sent so far what `next` says. */
function randomStep(rng: Rng, port: number, next: number[]): Step {
  const side = rng.chance(0.5) ? 0 : 1;
  const flags = [FLAG_SYN, FLAG_SYN | FLAG_ACK, FLAG_ACK, FLAG_ACK, FLAG_ACK | FLAG_PSH, FLAG_FIN | FLAG_ACK];
  flags.push(FLAG_FIN | FLAG_ACK, FLAG_RST, FLAG_RST | FLAG_ACK, FLAG_FIN, 0);
  const chosen = flags[rng.below(flags.length)]!;
  const jump = rng.chance(0.8) ? 0 : [-70_000, -100, -1, 1, 100, 30_000, 70_000, 9_000_000][rng.below(8)]!;
  const ackJump = rng.chance(0.85) ? 0 : [-70_000, -10, 1, 70_000][rng.below(4)]!;
  const bytes = rng.chance(0.3) && (chosen & (FLAG_SYN | FLAG_RST)) === 0 ? rng.below(1000) : 0;
  const seq = (next[side]! + jump) >>> 0;
  const segment: Segment = {
    flags: chosen,
    seq,
    ack: (chosen & FLAG_ACK) !== 0 ? (next[1 - side]! + ackJump) >>> 0 : 0,
    window: rng.chance(0.1) ? 0 : rng.below(65_536),
    bytes,
    options: (chosen & FLAG_SYN) !== 0 && rng.chance(0.8) ? SYN_OPTIONS : [],
  };
  const length = bytes + ((chosen & FLAG_SYN) !== 0 ? 1 : 0) + ((chosen & FLAG_FIN) !== 0 ? 1 : 0);
  if (jump === 0) next[side] = (seq + length) >>> 0;
  return step(side, port, segment);
}

/** A connection that mostly opens as it should, and then does what it likes. */
function randomStory(rng: Rng, port: number): Step[] {
  const next = [rng.u32(), rng.u32()];
  const steps: Step[] = [];
  if (rng.chance(0.7)) {
    const base = [...next];
    steps.push(step(0, port, { flags: FLAG_SYN, seq: base[0]!, options: SYN_OPTIONS }));
    const answer = { flags: FLAG_SYN | FLAG_ACK, seq: base[1]!, ack: (base[0]! + 1) >>> 0, options: SYN_OPTIONS };
    steps.push(step(1, port, answer));
    next[0] = (base[0]! + 1) >>> 0;
    next[1] = (base[1]! + 1) >>> 0;
    steps.push(step(0, port, { flags: FLAG_ACK, seq: next[0], ack: next[1] }));
  }
  while (steps.length < 12) steps.push(randomStep(rng, port, next));
  return steps;
}

/** Runs both and compares step by step. */
function compare(emulated: EmulatedRouter, steps: readonly Step[], real: readonly Outcome[]): void {
  steps.forEach((each, index) => {
    const ours = emulated.step(each);
    const theirs = real[index]!;
    const story = `step ${index} of ${each.words}`;
    assert.equal(ours.state, theirs.state, story);
    assert.deepEqual(
      ours.lines.map((line) => splitTime(line).text),
      theirs.lines.map((line) => splitTime(line).text),
      story,
    );
    ours.lines.forEach((line, at) => {
      const behind = splitTime(line).seconds - splitTime(theirs.lines[at]!).seconds;
      // A retransmitted SYN does not begin the time anew, and a slow machine takes long from step to step.
      assert.ok(behind >= 0 && behind <= 5, `${story}: ${line}, and ${theirs.lines[at]!}`);
    });
  });
}

describe('kernel/nf/conntrack/tcp', () => {
  Object.entries(STORIES).forEach(([name, story], index) => {
    it(`a connection that ${name}`, () => {
      const emulated = new EmulatedRouter();
      const steps = storySteps(story, 1000 + index);
      const outcomes = steps.map((each, at) => `${story[at]!.split(' = ')[0]!} = ${summary(emulated.step(each), 0)}`);
      assert.deepEqual(outcomes, story);
    });
  });

  it('makes of these stories what a real kernel makes of them, events included', function () {
    const steps = Object.values(STORIES).flatMap((story, index) => storySteps(story, 1000 + index));
    const real = realRouter(this, steps);
    const emulated = new EmulatedRouter();
    compare(emulated, steps, real.steps);
    assert.deepEqual(
      emulated.events.map((line) => splitTime(line).text),
      real.events.map((line) => splitTime(line).text),
    );
  });

  it('judges random segments as a real kernel does', function () {
    const rng = Rng.fromSeed(Number(process.env['DOCKWIRE_SEED'] ?? 5));
    const stories = Array.from({ length: 8 * EFFORT }, (_, index) => randomStory(rng, 2000 + index));
    const steps = stories.flat();
    compare(new EmulatedRouter(), steps, realRouter(this, steps).steps);
  });

  it('picks nothing up unless it is loose, and judges no numbers when it is liberal', () => {
    const strict = new EmulatedRouter();
    strict.settings.tcpLoose = false;
    assert.equal(strict.step(step(0, 1, parse('C . 1 1 10').segment)).state, 'INVALID');
    const liberal = new EmulatedRouter();
    liberal.settings.tcpBeLiberal = true;
    for (const each of storySteps(OPEN, 1)) liberal.step(each);
    assert.equal(liberal.step(step(0, 1, parse('C P. 9000001 1 10').segment)).state, 'ESTABLISHED');
  });

  it('does not track segments with a wrong checksum, unless told not to look', () => {
    const broken = step(0, 1, parse('C S 0').segment);
    const datagram = [...broken.datagram];
    datagram[36]! ^= 1;
    const router = new EmulatedRouter();
    assert.equal(router.step({ ...broken, datagram }).state, 'INVALID');
    router.settings.checksum = false;
    assert.equal(router.step({ ...broken, datagram }).state, 'NEW');
  });
});
