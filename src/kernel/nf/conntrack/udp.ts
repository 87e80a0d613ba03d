/** The tracker of UDP: nf_conntrack_udp_packet(). */
import * as ipv4 from '../../../wire/ipv4.ts';
import * as udp from '../../../wire/udp.ts';
import type { CtPacket } from './packet.ts';
import { CT_ACCEPT, CT_INVALID } from './packet.ts';
import type { ConntrackSettings } from './settings.ts';
import { IPCT_ASSURED, IPS_ASSURED, IPS_CONFIRMED, IPS_SEEN_REPLY } from './status.ts';
import type { ConntrackTable } from './table.ts';

/** A flow that is answered and goes on for longer is no question with its answer any more. */
const STREAM_AFTER_NS = 2_000_000_000;

/** Judges a datagram and says how long its connection lives from now on. */
export function udpPacket(table: ConntrackTable, settings: ConntrackSettings, packet: CtPacket): number {
  if (isBroken(packet)) return CT_INVALID;
  const { slot } = packet;
  const status = table.status[slot]!;
  if ((status & IPS_CONFIRMED) === 0) table.streamNs[slot] = table.nowNs[0]! + STREAM_AFTER_NS;
  if ((status & IPS_SEEN_REPLY) === 0 || table.nowNs[0]! <= table.streamNs[slot]!) {
    packet.timeoutSeconds = settings.udpTimeout;
    return CT_ACCEPT;
  }
  packet.timeoutSeconds = settings.udpTimeoutStream;
  if ((status & IPS_ASSURED) === 0) {
    table.status[slot] = status | IPS_ASSURED;
    table.events[slot]! |= IPCT_ASSURED;
  }
  return CT_ACCEPT;
}

/** Linux: udp_error(). */
function isBroken(packet: CtPacket): boolean {
  const { b, l3, l4, tail } = packet;
  if (!udp.check(b.view, l4, tail)) return true;
  if (!packet.shouldVerifyChecksum || udp.checksum(b.view, l4) === 0) return false;
  return !udp.checksumOk(b, l4, tail - l4, ipv4.src(b.view, l3), ipv4.dst(b.view, l3));
}
