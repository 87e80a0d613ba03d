/**
 * Translations to an address that the machine itself has: which one shows with the packet (nf_nat_masquerade.c,
 * nf_nat_redirect.c).
 */
import type { Ip4 } from '../../../base/addr.ts';
import { ip4 } from '../../../base/addr.ts';
import type { Frame } from '../../../link/frame.ts';
import * as ipv4 from '../../../wire/ipv4.ts';
import { inetSelectAddr } from '../../ip/route.ts';
import { KERN_INFO } from '../../kernel-log.ts';
import { TUPLE_SRC, TUPLE_WORDS } from '../conntrack/tuple.ts';
import type { NfHookState, NfVerdict } from '../hooks.ts';
import { NF_ACCEPT, NF_DROP, NF_INET_LOCAL_OUT } from '../hooks.ts';
import type { NatRange } from './range.ts';
import { MANIP_DST, MANIP_SRC } from './range.ts';

const RT_SCOPE_UNIVERSE = 0;
const LOOPBACK_ADDRESS: Ip4 = ip4('127.0.0.1');

/**
 * The source becomes the address of the interface by which it leaves, the one that its next hop knows.
 * Linux: nf_nat_masquerade_ipv4().
 */
export function masquerade(frame: Frame, state: NfHookState, range: NatRange): NfVerdict {
  const nat = state.ns.nat!;
  const out = state.outDev!;
  const slot = frame.ctSlot;
  // Who has no address yet is not to be hidden.
  if (nat.conntrack.table.tuples[2 * slot * TUPLE_WORDS + TUPLE_SRC] === 0) return NF_ACCEPT;
  const dst = state.dst;
  const nextHop = dst === null || dst.gateway === 0 ? ipv4.dst(frame.slab.view, frame.l3) : dst.gateway;
  const address = inetSelectAddr(out, nextHop, RT_SCOPE_UNIVERSE);
  if (address === 0) {
    state.ns.machine.log.write(KERN_INFO, `${out.name} ate my IP address`);
    return NF_DROP;
  }
  nat.bindToInterface(slot, out.ifIndex);
  return setAddress(frame, state, range, address, MANIP_SRC);
}

/** The destination becomes this host: the first address of the interface it came by. Linux: nf_nat_redirect_ipv4(). */
export function redirect(frame: Frame, state: NfHookState, range: NatRange): NfVerdict {
  const address = state.hook === NF_INET_LOCAL_OUT ? LOOPBACK_ADDRESS : (state.inDev!.addresses[0]?.address ?? 0);
  if (address === 0) return NF_DROP;
  return setAddress(frame, state, range, address, MANIP_DST);
}

/** Settles it with `address` in the range that is the rule's own. */
export function setAddress(frame: Frame, state: NfHookState, range: NatRange, address: Ip4, manip: number): NfVerdict {
  range.minAddress = address;
  range.maxAddress = address;
  state.ns.nat!.setupInfo(frame.ctSlot, range, manip);
  return NF_ACCEPT;
}
