/** Identifications of a case's datagrams, which are others each time the case is played. */
import * as ipv4 from '../../../src/wire/ipv4.ts';

/** So many a case may have. */
const IDS_PER_CASE = 32;

export class Ids {
  private readonly salt: number;
  private readonly known = new Set<number>();

  constructor(salt: number) {
    this.salt = (salt * IDS_PER_CASE) & 0xffff;
  }

  /** The datagram at `l3` with the identification that it has this time. */
  salted(bytes: Uint8Array, l3: number): Uint8Array {
    const copy = Uint8Array.from(bytes);
    const v = new DataView(copy.buffer);
    const before = ipv4.id(v, l3);
    const id = (before + this.salt) & 0xffff;
    this.known.add(id);
    ipv4.setId(v, l3, id);
    // RFC 1624: a wrong checksum stays wrong.
    const sum = (~ipv4.checksum(v, l3) & 0xffff) + (~before & 0xffff) + id;
    const folded = (sum & 0xffff) + (sum >>> 16);
    ipv4.setChecksum(v, l3, ~((folded & 0xffff) + (folded >>> 16)) & 0xffff);
    return copy;
  }

  /** What stands for an identification: what the case gave, or 1 for what a kernel made. */
  plain(id: number): number {
    if (id === 0) return 0;
    return this.known.has(id) ? (id - this.salt) & 0xffff : 1;
  }
}
