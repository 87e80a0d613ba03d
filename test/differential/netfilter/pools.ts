/** Addresses and ports that rules and packets have in common, so that rules hit. */
import { ip4 } from '../../../src/base/addr.ts';
import type { Ip4 } from '../../../src/base/addr.ts';

export const CLIENTS: readonly Ip4[] = ['10.0.0.2', '10.0.0.3'].map(ip4);
export const SERVERS: readonly Ip4[] = ['10.1.0.3', '10.1.0.4'].map(ip4);
export const BRIDGED: readonly Ip4[] = ['10.2.0.2', '10.2.0.3', '10.2.0.6', '10.2.0.7'].map(ip4);
export const FAR_AWAY: readonly Ip4[] = ['198.51.100.7', '203.0.113.9'].map(ip4);
export const LOCAL: readonly Ip4[] = ['10.0.0.1', '10.1.0.1', '10.2.0.1'].map(ip4);
export const EVERYBODY: readonly Ip4[] = ['10.0.0.255', '10.2.0.255', '255.255.255.255', '224.0.0.1'].map(ip4);

/** Ports and identifiers of packets, and those that rules name. */
export const PORTS_POOL: readonly number[] = [53, 80, 443, 600, 5000, 5001, 8080, 40_000, 40_001];

/** Ranges of ports that NAT is told to choose from; no packet comes with one of these. */
export const PORT_RANGES: readonly (readonly [low: number, high: number])[] = [
  [20_000, 20_001],
  [21_000, 21_007],
  [700, 703],
];

const known: ReadonlySet<number> = new Set([0, ...PORTS_POOL]);

/**
 * A port as the two machines can be expected to agree on: what the case knows stands for itself, what was chosen
 * stands for where it was chosen from.
 */
export function portClass(port: number): string {
  if (known.has(port)) return String(port);
  const range = PORT_RANGES.find(([low, high]) => port >= low && port <= high);
  if (range !== undefined) return `${range[0]}-${range[1]}`;
  if (port < 512) return '1-511';
  return port < 1024 ? '512-1023' : '1024-65535';
}

/** Whether NAT has chosen the port, so that two machines need not agree on it. */
export function isChosen(port: number): boolean {
  return !known.has(port);
}
