/** The shipped scenarios. */
import { readdirSync } from 'node:fs';

export function scenarioFiles(): string[] {
  return readdirSync('scenarios')
    .filter((name) => name.endsWith('.yaml'))
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => `scenarios/${name}`);
}
