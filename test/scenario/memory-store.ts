/** Captures in memory. */
import type { ByteSink } from '../../src/pcap-writer/index.ts';
import type { CaptureStore } from '../../src/scenario/watch.ts';

export class MemoryStore implements CaptureStore {
  private readonly files = new Map<string, Uint8Array[]>();

  open(fileName: string): ByteSink {
    const chunks: Uint8Array[] = [];
    this.files.set(fileName, chunks);
    return { write: (chunk) => chunks.push(chunk.slice()) };
  }

  /** In the order in which they were opened. */
  names(): string[] {
    return [...this.files.keys()];
  }

  bytes(fileName: string): Uint8Array {
    return Buffer.concat(this.files.get(fileName) ?? []);
  }
}
