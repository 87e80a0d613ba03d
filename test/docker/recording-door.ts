/** A door that takes every line and keeps it, for tests of what is typed and in which order, and the bridges made. */
import type { Cidr } from '../../src/base/addr.ts';
import { parseCidr } from '../../src/base/addr.ts';
import type { HostLink, HostLinks } from '../../src/docker/drivers/host-links.ts';
import type { KernelDoor } from '../../src/docker/kernel-door.ts';

export class RecordingDoor implements KernelDoor, HostLinks {
  readonly lines: string[] = [];
  readonly labels: string[] = [];
  /** Lines that match are not taken. */
  refuse: RegExp | null = null;
  private readonly bridges = new Map<string, HostLink>();
  private readonly given = new Map<string, Cidr[]>();

  type(line: string): { exit: number; stderr: string } {
    if (this.refuse?.test(line) === true) return { exit: 1, stderr: `no: ${line}\n` };
    this.lines.push(line);
    this.note(line.split(' '));
    return { exit: 0, stderr: '' };
  }

  labelNamespace(netnsName: string, label: string): void {
    this.labels.push(`${netnsName}=${label}`);
  }

  /** The lines since the last call. */
  take(): string[] {
    return this.lines.splice(0);
  }

  byName(name: string): HostLink | undefined {
    return this.bridges.get(name);
  }

  byIndex(index: number): HostLink | undefined {
    return [...this.bridges.values()].find((link) => link.index === index);
  }

  all(): readonly HostLink[] {
    return [...this.bridges.values()];
  }

  addresses(name: string): readonly Cidr[] {
    return this.given.get(name) ?? [];
  }

  private note(words: readonly string[]): void {
    const [, object, verb, first = '', second = ''] = words;
    const last = words.at(-1)!;
    if (object === 'link' && verb === 'add' && first === 'name') {
      this.bridges.set(second, { index: this.bridges.size + 2, name: second, kind: 'bridge', isUp: true });
    }
    if (object === 'link' && verb === 'del') this.bridges.delete(first);
    if (object === 'addr' && verb === 'add') this.given.set(last, [...this.addresses(last), parseCidr(first)!]);
  }
}
