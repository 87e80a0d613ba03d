/** Reads a capture file of either format into memory; for tests and tools, not for the hot path. */
import type { Capture } from './capture.ts';
import { CaptureError } from './capture.ts';
import { isPcap, readPcap } from './pcap-reader.ts';
import { isPcapng, readPcapng } from './pcapng-reader.ts';

export interface ReadOptions {
  /**
   * What to do where the file is cut or damaged: 'throw' (unless given) a CaptureError, or 'stop' and return all that
   * is whole before that place, with the error as `damage`.
   */
  damaged?: 'throw' | 'stop';
}

/**
 * All interfaces, packets, names and statistics of a pcap or pcapng file. Throws CaptureError, with the offset, if
 * `bytes` is neither or is cut or damaged, and nothing else. Packets are views of `bytes`.
 */
export function readCapture(bytes: Uint8Array, options: ReadOptions = {}): Capture {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = isPcapng(view) ? readPcapng : isPcap(view) ? readPcap : undefined;
  if (read === undefined) throw new CaptureError('neither pcap nor pcapng', 0);
  const capture: Capture = {
    format: read === readPcapng ? 'pcapng' : 'pcap',
    sections: [],
    interfaces: [],
    packets: [],
    statistics: [],
    names: [],
  };
  try {
    read(bytes, view, capture);
  } catch (error) {
    if (options.damaged !== 'stop' || !(error instanceof CaptureError)) throw error;
    capture.damage = error;
  }
  return capture;
}
