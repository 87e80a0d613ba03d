/** What the project has set out to reach. A missed aim is shown; only a regression makes a comparison fail. */
import type { Row } from './result.ts';

interface Aim {
  /** The row's name, or how it begins. */
  readonly row: RegExp;
  readonly figure: string;
  readonly atMost: number;
}

const AIMS: readonly Aim[] = [
  { row: /^W1$/, figure: 'ratio', atMost: 2.1 },
  { row: /^W2$/, figure: 'ratio', atMost: 1.7 },
  { row: /^W2 capture$/, figure: 'ratio', atMost: 1.5 },
  { row: /^W3$/, figure: 'ratio', atMost: 2.2 },
  { row: /^W5-256$/, figure: 'ratio', atMost: 1.8 },
  { row: /^W5-1024$/, figure: 'ratio', atMost: 2.5 },
  { row: /^W6$/, figure: 'ratio', atMost: 2 },
  { row: /^W/, figure: 'minorGcsPer100kHops', atMost: 1 },
  // A tenth of what ns-3 3.37 takes, on the machine of the performance contract.
  { row: /^W4 bulk$/, figure: 'nsPerSegment', atMost: 2450 },
  { row: /^W4 bulk$/, figure: 'minorGcsPer100k', atMost: 1 },
  { row: /^TCP idle connections$/, figure: 'idleMb', atMost: 100 },
  // Five times faster than real time on one core.
  { row: /^gossip 1000/, figure: 'cpuMsPerSecond', atMost: 200 },
  { row: /^gossip 1000/, figure: 'peakRssMb', atMost: 1024 },
  { row: /^N1 (dnat|masquerade)/, figure: 'cpuExtraNs', atMost: 150 },
  { row: /^N1 dnat/, figure: 'bytesPerEntry', atMost: 200 },
  { row: /^N1/, figure: 'minorGcsPer100k', atMost: 1 },
  { row: /^hold (heap|calendar) 10000$/, figure: 'referenceRatio', atMost: 1 / 3 },
  { row: /^containers-100$/, figure: 'startMs', atMost: 1000 },
  { row: /^memory 1024 hosts$/, figure: 'peakRssMb', atMost: 300 },
  { row: /^memory long run$/, figure: 'slotsGrowth', atMost: 0 },
  { row: /^instructions W1$/, figure: 'instructionsPerDatagram', atMost: 8000 },
  { row: /^instructions W2$/, figure: 'instructionsPerDatagram', atMost: 12_000 },
  { row: /^instructions W3$/, figure: 'instructionsPerDatagram', atMost: 30_000 },
];

export interface AimVerdict {
  readonly figure: string;
  readonly atMost: number;
  readonly isMet: boolean;
}

/** The aims for a row that has the figures they are about. */
export function verdictsOn(row: Row): AimVerdict[] {
  return AIMS.flatMap(({ row: pattern, figure, atMost }) => {
    const value = row.figures[figure];
    if (!pattern.test(row.name) || value === undefined) return [];
    return [{ figure, atMost, isMet: value <= atMost }];
  });
}
