/** What is sent because of a packet belongs to that packet's connection (Linux: nf_conntrack_attach). */
import type { Frame } from '../../../link/frame.ts';
import { copyFlow } from '../../../link/frame.ts';
import * as ipv4 from '../../../wire/ipv4.ts';
import { nfCtGet } from './nf-ct-get.ts';
import { CT_IS_REPLY, CT_RELATED, CT_RELATED_REPLY, IPCT_PROTOINFO, IPS_CONFIRMED } from './status.ts';
import { STATE } from './tcp-columns.ts';
import { CLOSE } from './tcp-state.ts';
import { UNTRACKED } from './untracked.ts';

/** `answer`, such as an error or a reset, goes back to the sender of `about`: it is RELATED, the other way. */
export function nfCtAttach(answer: Frame, about: Frame): void {
  if (about.flows === null || about.flows === UNTRACKED) return;
  copyFlow(about, answer);
  answer.ctinfo = about.ctinfo >= CT_IS_REPLY ? CT_RELATED : CT_RELATED_REPLY;
}

/** Twin of nf_conntrack_tcp_set_closing: a reset is sent because of `about`, whose connection ends with it. */
export function nfCtSetClosing(about: Frame): void {
  const ct = nfCtGet(about);
  if (ct === null || ipv4.protocol(about.slab.view, about.l3) !== ipv4.PROTO_TCP) return;
  const { table } = ct;
  const slot = about.ctSlot;
  if ((table.status[slot]! & IPS_CONFIRMED) === 0) return;
  const at = table.tcp.bytesAt(slot) + STATE;
  if (table.tcp.bytes[at] === CLOSE) return;
  table.tcp.bytes[at] = CLOSE;
  ct.refresh(slot, ct.settings.tcpTimeouts[CLOSE]!);
  table.events[slot]! |= IPCT_PROTOINFO;
}
