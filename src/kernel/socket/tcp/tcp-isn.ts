/**
 * Numbers that nobody else can guess, from a secret of the namespace (Linux: net/core/secure_seq.c): initial sequence
 * numbers (RFC 6528), offsets of time stamps, and where the search for a local port begins.
 */
import type { Ip4 } from '../../../base/addr.ts';
import type { Rng } from '../../../sim/rng.ts';

/** The clock of sequence numbers ticks every 64 ns. */
const SEQ_TICK_NS = 64;
const TWO_32 = 0x1_0000_0000;

export class TcpSecrets {
  private readonly words: Int32Array;

  constructor(rng: Rng) {
    this.words = Int32Array.from({ length: 8 }, () => rng.u32() | 0);
  }

  /** A hash of 32 bits of a connection's ends and a number; `which` tells the uses apart. */
  hash(which: number, local: Ip4, remote: Ip4, ports: number, extra: number): number {
    const { words } = this;
    let mixed = words[0]! ^ which;
    mixed = round(mixed ^ local, words[1]!);
    mixed = round(mixed ^ remote, words[2]!);
    mixed = round(mixed ^ ports, words[3]!);
    mixed = round(mixed ^ extra, words[4]!);
    return round(mixed, words[5]!);
  }

  /** Twin of secure_tcp_seq. */
  seq(local: Ip4, localPort: number, remote: Ip4, remotePort: number, nowNs: number): number {
    const clock = (Math.floor(nowNs / SEQ_TICK_NS) % TWO_32) | 0;
    return (this.hash(1, local, remote, (localPort << 16) | remotePort, 0) + clock) | 0;
  }

  /** Twin of secure_tcp_ts_off: one for each pair of hosts. */
  tsOffset(local: Ip4, remote: Ip4): number {
    return this.hash(2, local, remote, 0, 0);
  }

  /** Twin of secure_ipv4_port_ephemeral, of 16 bits and of 32. */
  portOffset(local: Ip4, remote: Ip4, remotePort: number, isSecond: boolean): number {
    return this.hash(isSecond ? 4 : 3, local, remote, remotePort, 0) >>> 0;
  }
}

function round(value: number, key: number): number {
  let mixed = Math.imul(value ^ (value >>> 16) ^ key, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) + key;
}
