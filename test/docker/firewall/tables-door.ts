/** A door that knows iptables alone, over tables of its own, and keeps its lines in order. */
import type { KernelDoor } from '../../../src/docker/kernel-door.ts';
import { iptables, iptablesSave } from '../../../src/kernel/nf/iptables.ts';
import { NfTables } from '../../../src/kernel/nf/table.ts';

export class TablesDoor implements KernelDoor {
  readonly tables = new NfTables();
  private lines: string[] = [];

  type(line: string): { exit: number; stderr: string } {
    this.lines.push(line);
    const [command, ...words] = line.split(' ');
    if (command === 'conntrack') return { exit: 1, stderr: '0 flow entries have been deleted.\n' };
    if (command !== 'iptables') return { exit: 127, stderr: `${line}: not found\n` };
    return iptables(this.tables, words);
  }

  labelNamespace(): void {
    // No namespace is made behind this door.
  }

  /** The lines since the last call. */
  take(): string[] {
    const { lines } = this;
    this.lines = [];
    return lines;
  }

  /** The rules of a table in iptables-save's order. */
  rules(table: 'raw' | 'filter' | 'nat'): string[] {
    return this.save(['-t', table])
      .split('\n')
      .filter((line) => line.startsWith('-A'));
  }

  /** What iptables-save prints, without what tells the time. */
  save(words: readonly string[] = []): string {
    return withoutTimes(iptablesSave(this.tables, words, '').stdout);
  }
}

/** What iptables-save has printed, without times and counters, and bridges by the order in which they appear. */
export function withoutTimes(saved: string): string {
  const names: string[] = [];
  return saved
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\[\d+:\d+\]/g, '[0:0]')
    .replaceAll(/br-[0-9a-f]{12}/g, (name) => {
      if (!names.includes(name)) names.push(name);
      return `BRIDGE${names.indexOf(name)}`;
    });
}
