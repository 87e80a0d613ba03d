/** Asks from many places of an emulated host with an engine, and of one with a real engine. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RealAnswer, RealEngine } from './real-engine.ts';

/** What both engines can be asked. */
export interface Machine {
  sh(line: string): RealAnswer;
  host(line: string): RealAnswer;
  outside(line: string): RealAnswer;
  inContainer(name: string, line: string): RealAnswer;
}

/** A command line, and where it is typed: `x`, `host`, or in a container. */
export interface PlacedLine {
  readonly place: string;
  readonly line: string;
}

export function typeAt(machine: Machine, { place, line }: PlacedLine): RealAnswer {
  if (place === 'x') return machine.outside(line);
  return place === 'host' ? machine.host(line) : machine.inContainer(place, line);
}

/** What was printed, and the exit code. */
export function answerAt(machine: Machine, placed: PlacedLine): string {
  const { exit, stdout, stderr } = typeAt(machine, placed);
  return `${stdout}${stderr}[${exit}]\n`;
}

/** Asks all of them at once, since those without an answer take a second each. */
export function answersAt(real: RealEngine, lines: readonly PlacedLine[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'dockwire-reach-'));
  const places = new Map([...new Set(lines.map(({ place }) => place))].map((place) => [place, wordsTo(real, place)]));
  const scripts = lines.map(({ place, line }, i) => {
    const file = join(folder, String(i));
    return `(${places.get(place)!} sh -c '${line}'; echo "[$?]") >${file} 2>&1 </dev/null &\n`;
  });
  try {
    real.sh(`${scripts.join('')}wait`);
    return lines.map((_, i) => readFileSync(join(folder, String(i)), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function wordsTo(real: RealEngine, place: string): string {
  if (place === 'x') return real.outsideWords.join(' ');
  return (place === 'host' ? real.hostWords : real.containerWords(place)).join(' ');
}
