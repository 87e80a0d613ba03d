/**
 * What the two bits that tell of congestion become where a datagram enters a tunnel and leaves it (RFC 6040; Linux:
 * ip_tunnel_ecn_encap, INET_ECN_decapsulate, with the tables of inet_ecn.h).
 */
import { updateChecksum16 } from '../../wire/checksum.ts';
import * as ethernet from '../../wire/ethernet.ts';
import * as ipv4 from '../../wire/ipv4.ts';

const ECN_MASK = 3;
const ECN_NOT_ECT = 0;
const ECN_ECT_1 = 1;
const ECN_ECT_0 = 2;
const ECN_CE = 3;

/** The type of service of an inner datagram, 0 for what is no IP (ip_tunnel_get_dsfield). */
export function innerTos(v: DataView, etherType: number, l3: number): number {
  if (etherType === ethernet.ETHERTYPE_IPV4) return ipv4.tos(v, l3);
  // IPv6 has it across the first two bytes, behind the version.
  return etherType === ethernet.ETHERTYPE_IPV6 ? (v.getUint16(l3) >>> 4) & 0xff : 0;
}

/** The hop limit of an inner datagram, 0 for what is no IP (ip_tunnel_get_ttl). */
export function innerTtl(v: DataView, etherType: number, l3: number): number {
  if (etherType === ethernet.ETHERTYPE_IPV4) return ipv4.ttl(v, l3);
  return etherType === ethernet.ETHERTYPE_IPV6 ? v.getUint8(l3 + 7) : 0;
}

/** Twin of INET_ECN_encapsulate: congestion that was met inside does not look like that of the tunnel. */
export function ecnEncapsulate(outerTos: number, inner: number): number {
  const ecn = inner & ECN_MASK;
  return (outerTos & ~ECN_MASK) | (ecn === ECN_CE ? ECN_ECT_0 : ecn);
}

/**
 * Tells the inner datagram at `l3` what its tunnel has met; false for one that cannot be told, and must be dropped: it
 * does not know of congestion, and there was some.
 */
export function ecnDecapsulate(v: DataView, outerTos: number, etherType: number, l3: number): boolean {
  const isIp = etherType === ethernet.ETHERTYPE_IPV4 || etherType === ethernet.ETHERTYPE_IPV6;
  if (!isIp) return true;
  const outer = outerTos & ECN_MASK;
  const inner = innerTos(v, etherType, l3) & ECN_MASK;
  if (inner === ECN_NOT_ECT) return outer !== ECN_CE;
  if (outer === ECN_CE && inner !== ECN_CE) setEcn(v, etherType, l3, ECN_CE);
  else if (outer === ECN_ECT_1 && inner === ECN_ECT_0) setEcn(v, etherType, l3, ECN_ECT_1);
  return true;
}

/** Slow path. */
function setEcn(v: DataView, etherType: number, l3: number, ecn: number): void {
  if (etherType === ethernet.ETHERTYPE_IPV6) {
    v.setUint16(l3, (v.getUint16(l3) & ~(ECN_MASK << 4)) | (ecn << 4));
    return;
  }
  const before = v.getUint16(l3);
  const after = (before & ~ECN_MASK) | ecn;
  v.setUint16(l3, after);
  ipv4.setChecksum(v, l3, updateChecksum16(ipv4.checksum(v, l3), before, after));
}
