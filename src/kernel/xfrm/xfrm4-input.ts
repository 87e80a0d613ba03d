/** ESP as a protocol above IP, from the first association of the machine on (Linux: xfrm4_input.c, esp4_err). */
import type { Frame } from '../../link/frame.ts';
import * as esp from '../../wire/esp.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import { updatePmtu } from '../ip/fnhe.ts';
import { xfrm4TransportFinish } from '../ip/input.ts';
import { doRedirect } from '../ip/redirect.ts';
import { ipRouteOutput } from '../ip/route.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns, TransportHandler } from '../netns.ts';
import { xfrmOf } from './xfrm.ts';

/** Twin of xfrm4_rcv. What was decrypted is on its way in anew; captures do not see it. */
function xfrm4Rcv(ns: Netns, dev: NetDevice, frame: Frame): void {
  if (xfrmOf(ns).input(dev, frame)) xfrm4TransportFinish(ns, dev, frame);
}

/** Twin of esp4_err: a router on the way takes less, or knows a better one; about an association that is known. */
function esp4Err(ns: Netns, frame: Frame, quoted: number, type: number, code: number, info: number): void {
  const v = frame.slab.view;
  const dst = ipv4.dst(v, quoted);
  const spi = esp.spi(v, quoted + ipv4.headerLen(v, quoted));
  if (ns.xfrm === null || ns.xfrm.states.lookup(dst, spi, ipv4.PROTO_ESP, frame.mark) === null) return;
  if (type === icmp.REDIRECT) doRedirect(ns, frame, ipRouteOutput(ns, dst));
  else if (type === icmp.DEST_UNREACH && code === icmp.FRAG_NEEDED) updatePmtu(ns, ipRouteOutput(ns, dst), info);
}

export const ESP_TRANSPORT: TransportHandler = { receive: xfrm4Rcv, error: esp4Err };
