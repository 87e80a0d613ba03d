/** What a container's first processes have written, line by line with its time. Twin of moby's json-file log. */

export type LogStream = 'stdout' | 'stderr';

export interface LogEntry {
  readonly stream: LogStream;
  /** Virtual time at which the line was complete. */
  readonly timeNs: number;
  /** With its line end, which only the last before the end of a process may lack. */
  readonly text: string;
}

export class ContainerLog {
  private readonly lines: LogEntry[] = [];
  private readonly listeners = new Set<(entry: LogEntry) => void>();
  /** The beginning of a line. */
  private readonly rests: Record<LogStream, string> = { stdout: '', stderr: '' };

  /** The oldest first. */
  get entries(): readonly LogEntry[] {
    return this.lines;
  }

  write(stream: LogStream, text: string, nowNs: number): void {
    const pieces = (this.rests[stream] + text).split(/(?<=\n)/);
    const last = pieces.at(-1)!;
    this.rests[stream] = last.endsWith('\n') ? '' : pieces.pop()!;
    for (const piece of pieces) this.add({ stream, timeNs: nowNs, text: piece });
  }

  /** The process has ended: what is there of a line is one. */
  end(nowNs: number): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const text = this.rests[stream];
      this.rests[stream] = '';
      if (text !== '') this.add({ stream, timeNs: nowNs, text });
    }
  }

  /** Calls `listener` for each line from now on; the function returned ends that. */
  subscribe(listener: (entry: LogEntry) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  private add(entry: LogEntry): void {
    this.lines.push(entry);
    for (const listener of [...this.listeners]) listener(entry);
  }
}
