/** The kernel's log as a program reads it, line by line (Linux: /dev/kmsg, devkmsg_read). */
import type { Netns } from '../netns.ts';
import type { Waitable, Waiter } from '../proc/wait.ts';

/** One line; the kernel is its only source. */
export interface KernelMessage {
  readonly timeNs: number;
  /** syslog's severity, 0 to 7. */
  readonly level: number;
  readonly text: string;
}

export class KernelMessages implements Waitable {
  private readonly log: Netns['machine']['log'];
  private next: number;

  /** Begins behind what was cleared, or with what is still to come. */
  constructor(ns: Netns, isNewOnly = false) {
    this.log = ns.machine.log;
    this.next = isNewOnly ? this.log.nextNumber : Math.max(this.log.firstNumber, this.log.clearedNumber);
  }

  /** The next line, or null while there is none. What the ring has lost meanwhile is passed over. */
  read(): KernelMessage | null {
    const { lines, firstNumber } = this.log;
    this.next = Math.max(this.next, firstNumber);
    const line = lines[this.next - firstNumber];
    if (line === undefined) return null;
    this.next++;
    return line;
  }

  /** Who begins to read from now on sees none of what is there. */
  clear(): void {
    this.log.clear();
  }

  isReady(): boolean {
    return this.next < this.log.nextNumber;
  }

  addWaiter(waiter: Waiter): void {
    this.log.addWaiter(waiter);
  }

  removeWaiter(waiter: Waiter): void {
    this.log.removeWaiter(waiter);
  }
}
