/** What the reader finds in a capture file, of either format. */

/** The file is not a capture, or is cut or damaged at `offset`, in bytes from its start. */
export class CaptureError extends Error {
  readonly offset: number;

  constructor(problem: string, offset: number) {
    super(`${problem} at byte ${offset}`);
    this.name = 'CaptureError';
    this.offset = offset;
  }
}

export interface CapturedInterface {
  /** Empty where the file has no names, as in classic pcap. */
  name: string;
  linkType: number;
  /** 0 means no limit. */
  snaplen: number;
  /** Number of the section that describes it, from 0. */
  section: number;
  /** Addresses as 32-bit numbers, signed as bit operations give them. */
  ip4: { address: number; prefixLen: number }[];
  description?: string;
  /** A 48-bit number. */
  mac?: number;
  speedBitsPerSecond?: bigint;
  os?: string;
  hardware?: string;
  filter?: string;
  comment?: string;
}

export interface CapturedPacket {
  /** Index into `interfaces` of the capture. */
  interfaceId: number;
  /** Nanoseconds since 1970 (UTC), rounded down; 0 where the file has no time (simple packet blocks). */
  timeNs: bigint;
  /** Length on the wire; `data` may be shorter. */
  originalLength: number;
  /** A view of the input, not a copy. */
  data: Uint8Array;
  direction?: 'in' | 'out';
  /** epb_flags as it is. */
  flags?: number;
  packetId?: bigint;
  comment?: string;
}

export interface CapturedStatistics {
  interfaceId: number;
  timeNs: bigint;
  received?: bigint;
  dropped?: bigint;
  osDropped?: bigint;
  delivered?: bigint;
  comment?: string;
}

export interface CapturedSection {
  littleEndian: boolean;
  hardware?: string;
  os?: string;
  application?: string;
  comment?: string;
}

export interface Capture {
  format: 'pcap' | 'pcapng';
  /** A classic pcap counts as one section with one interface. */
  sections: CapturedSection[];
  interfaces: CapturedInterface[];
  packets: CapturedPacket[];
  statistics: CapturedStatistics[];
  names: { ip4: number; names: string[] }[];
  /** Where reading stopped and why; only with `damaged: 'stop'`. All before it is whole. */
  damage?: CaptureError;
}
