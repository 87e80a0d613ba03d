/**
 * The IP hooks for datagrams that a bridge carries (Linux: net/bridge/br_netfilter_hooks.c), while
 * net.bridge.bridge-nf-call-iptables or the bridge's own nf_call_iptables is on. To the hooks it looks as if the
 * bridge routed from itself to itself; the ports are `Frame.physIn` and `Frame.physOut`.
 *
 *   port ─ PREROUTING ─ new destination? ─┬─ host: ipRcv, without PREROUTING
 *                                         └─ FORWARD ─ POSTROUTING ─ fragments ─ port
 */
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import { PACKET_BROADCAST, PACKET_HOST, PACKET_MULTICAST, PACKET_OTHERHOST } from '../../link/frame.ts';
import * as ethernet from '../../wire/ethernet.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import { brDevQueuePushXmit } from '../dev/bridge-forward.ts';
import { brHandleFrameFinish } from '../dev/bridge-input.ts';
import type { BridgeNetfilter } from '../dev/bridge-nf.ts';
import type { Bridge, BridgePort } from '../dev/bridge.ts';
import { ipFragment } from '../ip/fragment.ts';
import { flowOf } from '../ip/input.ts';
import { NUD_CONNECTED } from '../ip/neigh.ts';
import { createNeighbour, neighOutput } from '../ip/output.ts';
import type { DstEntry } from '../ip/route.ts';
import { DST_UNICAST, ipRouteInput, ipRouteInputFlow } from '../ip/route.ts';
import { martianAddresses, validateSource } from '../ip/rp-filter.ts';
import { nfConfirm } from './conntrack/hooks.ts';
import { NF_DROP, NF_INET_FORWARD, NF_INET_POST_ROUTING, NF_INET_PRE_ROUTING } from './hooks.ts';

export const bridgeNetfilter: BridgeNetfilter = {
  preRouting: brNfPreRouting,
  forward: brNfForward,
  localIn: brNfLocalIn,
  resume: brNfResume,
};

/** Twin of br_nf_pre_routing. */
function brNfPreRouting(bridge: Bridge, inPort: BridgePort, frame: Frame): Frame | null {
  const { ns } = bridge;
  frame.physIn = null;
  frame.physOut = null;
  const isCalled = ns.sysctls.bridgeNfCallIptables !== 0 || bridge.settings.nfCallIptables !== 0;
  const { view } = frame.slab;
  if (!isCalled || ethernet.etherType(view, frame.head) !== ethernet.ETHERTYPE_IPV4) return frame;
  if (!brValidateIpv4(bridge, frame)) {
    ns.machine.stats.drop(frame, Drop.IP_INHDR, inPort.dev);
    return null;
  }
  const daddr = ipv4.dst(view, frame.l3);
  const isMine = isForHost(bridge, inPort, frame);
  const passed = ns.netfilter!.run(NF_INET_PRE_ROUTING, seenByIp(bridge, inPort, frame), bridge, null);
  if (passed === null) return null;
  passed.physIn = inPort.dev;
  passed.dev = inPort.dev;
  if (!isMine && passed.packetType === PACKET_HOST) passed.packetType = PACKET_OTHERHOST;
  const isElsewhere = ipv4.dst(passed.slab.view, passed.l3) !== daddr;
  return isElsewhere ? brNfNewDestination(bridge, inPort, passed) : passed;
}

/** Whether its MAC address is that of the port or of the bridge. */
function isForHost(bridge: Bridge, { dev }: BridgePort, frame: Frame): boolean {
  const { view } = frame.slab;
  const [hi, lo] = [ethernet.dstHi(view, frame.head), ethernet.dstLo(view, frame.head)];
  return (lo === bridge.macLo && hi === bridge.macHi) || (lo === dev.macLo && hi === dev.macHi);
}

/** The frame as the bridge's own (setup_pre_routing): whoever is to get it, to the hooks it is for this host. */
function seenByIp(bridge: Bridge, inPort: BridgePort, frame: Frame): Frame {
  const { view } = frame.slab;
  frame.physIn = inPort.dev;
  frame.dev = bridge;
  if (ethernet.isBroadcast(view, frame.head)) frame.packetType = PACKET_BROADCAST;
  else frame.packetType = ethernet.isMulticast(view, frame.head) ? PACKET_MULTICAST : PACKET_HOST;
  return frame;
}

/** Twin of br_validate_ipv4; cuts off what follows the datagram. */
function brValidateIpv4(bridge: Bridge, frame: Frame): boolean {
  const { slab, l3 } = frame;
  const { mib } = bridge.ns;
  const flaw = ipv4.check(slab.view, l3, frame.tail);
  const isReadable = flaw !== ipv4.CHECK_VERSION && flaw !== ipv4.CHECK_HEADER_LENGTH;
  if (isReadable && !ipv4.checksumOk(slab, l3)) {
    mib.ipInCsumErrors++;
    mib.ipInHdrErrors++;
    return false;
  }
  if (flaw === ipv4.CHECK_TRUNCATED) mib.ipInTruncatedPkts++;
  else if (flaw !== ipv4.CHECK_OK) mib.ipInHdrErrors++;
  if (flaw !== ipv4.CHECK_OK) return false;
  frame.tail = l3 + ipv4.totalLen(slab.view, l3);
  frame.l4 = l3 + ipv4.headerLen(slab.view, l3);
  return true;
}

/**
 * Twin of br_nf_pre_routing_finish for a datagram with another destination: one behind this bridge is reached over it
 * as if it had been meant from the start, all others are the host's to route, or to refuse.
 */
function brNfNewDestination(bridge: Bridge, inPort: BridgePort, frame: Frame): Frame | null {
  const { ns } = bridge;
  const v = frame.slab.view;
  const [src, dst, tos] = [ipv4.src(v, frame.l3), ipv4.dst(v, frame.l3), ipv4.tos(v, frame.l3)];
  const entry = ns.fib.isPlain ? ipRouteInput(ns, dst) : ipRouteInputFlow(ns, flowOf(frame, bridge));
  const martian = martianAddresses(bridge, src, dst);
  const reason = martian === 0 ? validateSource(ns, bridge, src, entry, { tos, mark: frame.mark }) : martian;
  if (reason !== 0) {
    ns.machine.stats.drop(frame, reason, inPort.dev);
    return null;
  }
  const isForwarded = entry.type === DST_UNICAST && bridge.conf.forwarding !== 0;
  if (isForwarded && entry.dev === bridge) return brNfBridgedDnat(bridge, frame, entry);
  ethernet.setDst(v, frame.head, bridge.macHi, bridge.macLo);
  frame.packetType = PACKET_HOST;
  return frame;
}

/**
 * Twin of br_nf_pre_routing_finish_bridge: the frame is for the neighbour's MAC address from now on. Where that has to
 * be asked for, or confirmed, it goes the way of the host's own frames, over the bridge's interface, and `brNfResume`
 * gives it back the sender's address.
 */
function brNfBridgedDnat(bridge: Bridge, frame: Frame, entry: DstEntry): Frame | null {
  const { ns } = bridge;
  const neighbour = ns.neighbours.find(bridge, entry.nextHop) ?? createNeighbour(ns, bridge, entry.nextHop);
  if (neighbour === null) {
    ns.machine.stats.drop(frame, Drop.NEIGH_CREATEFAIL, bridge);
    return null;
  }
  const v = frame.slab.view;
  if ((neighbour.state & NUD_CONNECTED) !== 0) {
    ethernet.setDst(v, frame.head, neighbour.macHi, neighbour.macLo);
    return frame;
  }
  frame.bridgedSourceHi = ethernet.srcHi(v, frame.head);
  frame.bridgedSourceLo = ethernet.srcLo(v, frame.head);
  neighOutput(ns, neighbour, frame);
  return null;
}

/** Twin of br_nf_pre_routing_finish_bridge_slow. */
function brNfResume(bridge: Bridge, frame: Frame): void {
  const inPort = bridge.ports.find((port) => port.dev === frame.physIn);
  ethernet.setSrc(frame.slab.view, frame.head, frame.bridgedSourceHi, frame.bridgedSourceLo);
  frame.bridgedSourceHi = -1;
  if (inPort === undefined) bridge.ns.machine.stats.drop(frame, Drop.DEV_READY, bridge);
  else brHandleFrameFinish(bridge, inPort, frame);
}

/**
 * Twin of br_nf_local_in, for what is not the host's alone: the copies for others share its connection, which must not
 * become another one's any more.
 */
function brNfLocalIn(bridge: Bridge, frame: Frame): Frame | null {
  const { ns } = bridge;
  if (ns.conntrack === null || nfConfirm(ns.conntrack, frame, ns) !== NF_DROP) return frame;
  ns.machine.stats.drop(frame, Drop.NETFILTER_DROP, bridge);
  return null;
}

/** Twins of br_nf_forward_ip and br_nf_post_routing. */
function brNfForward(bridge: Bridge, inPort: BridgePort | null, outPort: BridgePort, frame: Frame): Frame | null {
  const hooks = bridge.ns.netfilter!;
  if (inPort === null || frame.physIn === null) return frame;
  frame.physOut = outPort.dev;
  frame.dev = bridge;
  // To the hooks it is for this host: what is rejected is answered.
  const isOthers = frame.packetType === PACKET_OTHERHOST;
  if (isOthers) frame.packetType = PACKET_HOST;
  const forwarded = hooks.run(NF_INET_FORWARD, frame, bridge, bridge);
  if (forwarded === null) return null;
  const passed = hooks.run(NF_INET_POST_ROUTING, forwarded, null, bridge);
  if (passed === null) return null;
  if (isOthers) passed.packetType = PACKET_OTHERHOST;
  const isWhole = passed.fragMaxSize === 0 && passed.tail - passed.l3 <= outPort.dev.mtu;
  if (isWhole) return passed;
  brNfFragment(bridge, outPort, passed);
  return null;
}

/** Twin of br_nf_dev_queue_xmit: what was put together here leaves in pieces again, each with the header it came by. */
function brNfFragment(bridge: Bridge, outPort: BridgePort, frame: Frame): void {
  // What is for many goes on as a copy, which cannot be taken to pieces (skb_cloned).
  if (ethernet.isMulticast(frame.slab.view, frame.l3 - ethernet.HEADER_LEN)) frame.fragSizes = [];
  const fragments = ipFragment(bridge.ns, frame, bridge.mtu, true);
  if (fragments === null) {
    bridge.ns.machine.stats.drop(frame, Drop.PKT_TOO_BIG, outPort.dev);
    return;
  }
  const { bytes } = frame.slab;
  for (const fragment of fragments) {
    fragment.head = fragment.l3 - ethernet.HEADER_LEN;
    if (fragment !== frame) bytes.copyWithin(fragment.head, frame.l3 - ethernet.HEADER_LEN, frame.l3);
  }
  for (const fragment of fragments) brDevQueuePushXmit(outPort, fragment);
}
