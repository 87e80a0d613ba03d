/** Captured frames as lines of text, in the manner of tcpdump. */
import { readCapture } from '../pcap-writer/index.ts';
import { dissect } from '../wire/dissect.ts';
import { matchesGlob } from './glob.ts';
import type { CaptureSummary } from './watch.ts';

const SECOND = 1_000_000_000n;

export interface FrameList {
  readonly title: string;
  readonly lines: readonly string[];
}

/** The frames of each captured interface that `glob` stands for; `read` gives a capture file's bytes. */
export function formatFrames(
  glob: string,
  captures: readonly CaptureSummary[],
  read: (file: string) => Uint8Array,
): FrameList[] {
  return captures
    .filter((capture) => capture.file.endsWith('.pcap') && matchesGlob(glob, capture.interface))
    .map((capture) => {
      const { packets } = readCapture(read(capture.file));
      const firstNs = packets[0]?.timeNs ?? 0n;
      const lines = packets.map(({ timeNs, data }) => {
        const view = new DataView(data.buffer, data.byteOffset, data.length);
        return `${formatSeconds(timeNs - firstNs)}  ${dissect(view, 0, data.length)}`;
      });
      return { title: `${capture.interface}, ${packets.length} frames (seconds after the first):`, lines };
    });
}

function formatSeconds(timeNs: bigint): string {
  return `${timeNs / SECOND}.${(timeNs % SECOND).toString().padStart(9, '0')}`;
}
