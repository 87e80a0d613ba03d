/**
 * ICMP messages about this host's own datagrams, on their way to the transport whose datagram they quote (Linux:
 * icmp_unreach, icmp_redirect, icmp_socket_deliver).
 *
 *   | type | code | checksum | rest | quoted IP header | 8 bytes of the transport or more |
 */
import type { DropReason } from '../../link/drop.ts';
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { rawIcmpError } from '../socket/raw-table.ts';
import { DST_BROADCAST, ipRouteInput } from './route.ts';

/** What the transport needs at least to find a socket. */
const QUOTED_TRANSPORT_BYTES = 8;

/** Twin of icmp_unreach. */
export function icmpUnreach(ns: Netns, dev: NetDevice, frame: Frame): DropReason | 0 {
  const v = frame.slab.view;
  const quoted = frame.l4 + icmp.HEADER_LEN;
  if (quoted + ipv4.HEADER_LEN > frame.tail) return flaw(ns, Drop.NOT_SPECIFIED);
  if (ipv4.headerLen(v, quoted) < ipv4.HEADER_LEN) return flaw(ns, Drop.IP_INHDR);
  const type = icmp.type(v, frame.l4);
  const code = icmp.code(v, frame.l4);
  // That a datagram was not put together in time concerns no socket.
  if (type === icmp.TIME_EXCEEDED && code === icmp.REASSEMBLY_EXCEEDED) return 0;
  if (type === icmp.DEST_UNREACH && code > icmp.PRECEDENCE_CUTOFF) return 0;
  let info = type === icmp.PARAMETER_PROBLEM ? icmp.pointer(v, frame.l4) : 0;
  if (type === icmp.DEST_UNREACH && code === icmp.FRAG_NEEDED) {
    const policy = ns.sysctls.ipNoPmtuDisc;
    // 3 listens only where the transport can tell a forged message, which TCP can.
    if (policy === 2 || (policy === 3 && ipv4.protocol(v, quoted) !== ipv4.PROTO_TCP)) return 0;
    // Who does not listen to numbers takes the least.
    info = policy === 0 || policy === 3 ? icmp.nextHopMtu(v, frame.l4) : 0;
  }
  const isBogus = ipRouteInput(ns, ipv4.dst(v, quoted)).type === DST_BROADCAST;
  if (isBogus && ns.sysctls.icmpIgnoreBogusErrorResponses === 0) return 0;
  deliverToSockets(ns, dev, frame, type, code, info);
  return 0;
}

/** Twin of icmp_redirect: the transport decides whether it has sent such a datagram. */
export function icmpRedirect(ns: Netns, dev: NetDevice, frame: Frame): DropReason | 0 {
  const v = frame.slab.view;
  if (frame.l4 + icmp.HEADER_LEN + ipv4.HEADER_LEN > frame.tail) return flaw(ns, Drop.PKT_TOO_SMALL);
  deliverToSockets(ns, dev, frame, icmp.REDIRECT, icmp.code(v, frame.l4), icmp.gateway(v, frame.l4));
  return 0;
}

function flaw(ns: Netns, reason: DropReason): DropReason {
  ns.mib.icmpInErrors++;
  return reason;
}

/** Twin of icmp_socket_deliver. */
function deliverToSockets(ns: Netns, dev: NetDevice, frame: Frame, type: number, code: number, info: number): void {
  const v = frame.slab.view;
  const quoted = frame.l4 + icmp.HEADER_LEN;
  const headerLen = ipv4.headerLen(v, quoted);
  if (headerLen < ipv4.HEADER_LEN || quoted + headerLen + QUOTED_TRANSPORT_BYTES > frame.tail) {
    ns.mib.icmpInErrors++;
    return;
  }
  if (ns.rawSockets !== null) rawIcmpError(ns, dev, frame, quoted, type, code, info);
  const protocol = ipv4.protocol(v, quoted);
  if (protocol === ipv4.PROTO_ESP) ns.handlers.esp.error(ns, frame, quoted, type, code, info);
  else ns.handlers.transports[protocol]?.error(ns, frame, quoted, type, code, info);
}
