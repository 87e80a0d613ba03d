/** A door that takes every line and keeps it, for tests of what is typed and in which order. */
import type { KernelDoor } from '../../src/docker/kernel-door.ts';

export class RecordingDoor implements KernelDoor {
  readonly lines: string[] = [];
  readonly labels: string[] = [];
  /** Lines that match are not taken. */
  refuse: RegExp | null = null;

  type(line: string): { exit: number; stderr: string } {
    if (this.refuse?.test(line) === true) return { exit: 1, stderr: `no: ${line}\n` };
    this.lines.push(line);
    return { exit: 0, stderr: '' };
  }

  labelNamespace(netnsName: string, label: string): void {
    this.labels.push(`${netnsName}=${label}`);
  }

  /** The lines since the last call. */
  take(): string[] {
    return this.lines.splice(0);
  }
}
