/**
 * Netfilter's hook points in the way of an IP datagram (Linux: struct nf_hook_entries, nf_hook_slow). A namespace has
 * an `NfHooks` only while somebody has registered with it; until then each point costs one null check.
 *
 *   ipRcv ─ PREROUTING ─ route ─┬─ INPUT ─ sockets ─ OUTPUT ─ route again ─┐
 *                               └─ FORWARD ────────────────────────────────┴─ POSTROUTING ─ fragments, neighbour
 */
import { isLoopbackIp4 } from '../../base/addr.ts';
import { assert } from '../../base/assert.ts';
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { Errno } from '../errno.ts';
import { flowTo } from '../ip/flow.ts';
import type { DstEntry } from '../ip/route.ts';
import { ipRouteOutput, ipRouteOutputFlow, routeErrno } from '../ip/route.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { inDevRouteLocalnet } from '../sysctl-conf.ts';
import type { NfPacket } from './packet.ts';

/** The points, by Linux's numbers (enum nf_inet_hooks). */
export const NF_INET_PRE_ROUTING = 0;
export const NF_INET_LOCAL_IN = 1;
export const NF_INET_FORWARD = 2;
export const NF_INET_LOCAL_OUT = 3;
export const NF_INET_POST_ROUTING = 4;
const NF_INET_NUMHOOKS = 5;
export type NfHookPoint =
  | typeof NF_INET_PRE_ROUTING
  | typeof NF_INET_LOCAL_IN
  | typeof NF_INET_FORWARD
  | typeof NF_INET_LOCAL_OUT
  | typeof NF_INET_POST_ROUTING;

/** What becomes of the frame: `NfHooks` drops it, it goes on, or the hook has taken it over. */
export const NF_DROP = 0;
export const NF_ACCEPT = 1;
export const NF_STOLEN = 2;
export type NfVerdict = typeof NF_DROP | typeof NF_ACCEPT | typeof NF_STOLEN;

/** Who is asked before whom (enum nf_ip_hook_priorities). */
export const NF_IP_PRI_CONNTRACK_DEFRAG = -400;
export const NF_IP_PRI_RAW = -300;
export const NF_IP_PRI_CONNTRACK = -200;
export const NF_IP_PRI_MANGLE = -150;
export const NF_IP_PRI_NAT_DST = -100;
export const NF_IP_PRI_FILTER = 0;
export const NF_IP_PRI_NAT_SRC = 100;
export const NF_IP_PRI_CONNTRACK_HELPER = 300;
export const NF_IP_PRI_CONNTRACK_CONFIRM = 2_147_483_647;

/**
 * Where a frame is (Linux: struct nf_hook_state). The object is used again for the next frame: nobody keeps it, nor
 * looks at it after having sent a frame on.
 */
export interface NfHookState {
  hook: NfHookPoint;
  ns: Netns;
  /** The interface it came by, null for what this host sends; of bridged frames the bridge, see `Frame.physIn`. */
  inDev: NetDevice | null;
  /** The interface it leaves by, null before it is routed; at OUTPUT the one before anything was routed again. */
  outDev: NetDevice | null;
  /**
   * The way it takes, which routing again changes at OUTPUT (Linux: skb_dst). Known at OUTPUT and POSTROUTING, where
   * only a bridge has none; null at the other points.
   */
  dst: DstEntry | null;
  /** What rules look at, filled in by `packetAt`; null until the first rules are asked. */
  packet: NfPacket | null;
  /** Another frame that goes on in place of the one given, such as the datagram that a fragment completes. */
  replacement: Frame | null;
  /** What the sender hears when the hook answers NF_DROP (Linux: NF_DROP_ERR). */
  errno: Errno;
}

/** Whose changes to what this host sends make the kernel look for the way again (ip_route_me_harder). */
export type NfReroute =
  /** Nobody's, as with most tables. */
  | 'never'
  /** A new destination: the table nat. */
  | 'destination'
  /** New addresses, mark or type of service: the table mangle. */
  | 'any';

/** Somebody who looks at the frames that pass a point (Linux: struct nf_hook_ops). */
export interface NfHook {
  readonly priority: number;
  readonly reroute: NfReroute;
  /** Judges the frame, whose IP header stands at `frame.l3`. Who answers NF_STOLEN owns it from then on. */
  run(frame: Frame, state: NfHookState): NfVerdict;
}

/** A hook in its place. All are of one shape, so that a frame's way past them looks nothing up. */
class HookEntry {
  readonly hook: NfHook;
  readonly run: NfHook['run'];
  readonly isRerouted: boolean;

  constructor(hook: NfHook) {
    this.hook = hook;
    this.run = hook.run.bind(hook);
    this.isRerouted = hook.reroute !== 'never';
  }
}

/** The hooks of one namespace. */
export class NfHooks {
  /** After a run at OUTPUT that let a frame pass: the way that it takes. */
  dst: DstEntry | null;
  /** After a run that let nothing pass: '' for a frame that was taken over. */
  errno: Errno;
  private readonly ns: Netns;
  /** By point, the first to be asked first; replaced, never changed, so that a run goes on as it began. */
  private readonly hooks: (readonly HookEntry[])[];
  /** One for each run inside another, such as that of an ICMP error which a hook sends. */
  private readonly states: NfHookState[];
  private depth: number;

  constructor(ns: Netns) {
    this.dst = null;
    this.errno = '';
    this.ns = ns;
    this.hooks = new Array<readonly HookEntry[]>(NF_INET_NUMHOOKS).fill([]);
    this.states = [];
    this.depth = 0;
  }

  get isEmpty(): boolean {
    return this.hooks.every((hooks) => hooks.length === 0);
  }

  /** Among hooks of the same priority the newest comes first (nf_hook_entries_grow). */
  add(point: NfHookPoint, hook: NfHook): void {
    const hooks = [...this.hooks[point]!];
    assert(!hooks.some((entry) => entry.hook === hook), 'a hook is registered once at a point');
    const place = hooks.findIndex((entry) => entry.hook.priority >= hook.priority);
    hooks.splice(place < 0 ? hooks.length : place, 0, new HookEntry(hook));
    this.hooks[point] = hooks;
  }

  remove(point: NfHookPoint, hook: NfHook): void {
    const hooks = this.hooks[point]!;
    assert(
      hooks.some((entry) => entry.hook === hook),
      'what is removed is registered',
    );
    this.hooks[point] = hooks.filter((entry) => entry.hook !== hook);
  }

  /**
   * Twin of nf_hook_slow: asks all at the point. Answers the frame that goes on, which may be another one, or null: it
   * was dropped, and counted so, or somebody has taken it over; `errno` says which. Takes ownership.
   */
  run(point: NfHookPoint, frame: Frame, inDev: NetDevice | null, outDev: NetDevice | null): Frame | null {
    if (this.hooks[point]!.length === 0) return frame;
    return this.walk(frame, this.enter(point, inDev, outDev, null));
  }

  /** The same at OUTPUT, for a frame that goes by `dst`; the field of this name says by which way in the end. */
  runLocalOut(frame: Frame, dst: DstEntry): Frame | null {
    return this.walk(frame, this.enter(NF_INET_LOCAL_OUT, null, dst.dev, dst));
  }

  /** The same at POSTROUTING, for a frame that leaves `dev` by `dst`. */
  runPostRouting(frame: Frame, inDev: NetDevice | null, dev: NetDevice, dst: DstEntry): Frame | null {
    if (this.hooks[NF_INET_POST_ROUTING]!.length === 0) return frame;
    return this.walk(frame, this.enter(NF_INET_POST_ROUTING, inDev, dev, dst));
  }

  private enter(
    hook: NfHookPoint,
    inDev: NetDevice | null,
    outDev: NetDevice | null,
    dst: DstEntry | null,
  ): NfHookState {
    if (this.depth === this.states.length) this.states.push(makeState(this.ns));
    const state = this.states[this.depth++]!;
    state.hook = hook;
    state.inDev = inDev;
    state.outDev = outDev;
    state.dst = dst;
    state.replacement = null;
    state.errno = 'EPERM';
    return state;
  }

  private walk(frame: Frame, state: NfHookState): Frame | null {
    let passing: Frame | null = frame;
    const hooks = this.hooks[state.hook]!;
    for (let i = 0; i < hooks.length; i++) {
      const entry = hooks[i]!;
      const isLooked = state.hook === NF_INET_LOCAL_OUT && entry.isRerouted && state.dst !== null;
      const verdict = isLooked ? runAndReroute(entry.hook, passing, state) : entry.run(passing, state);
      if (verdict === NF_ACCEPT && state.replacement === null) continue;
      passing = settle(verdict, passing, state);
      if (passing === null) break;
    }
    this.depth--;
    this.dst = state.dst;
    this.errno = passing === null ? state.errno : '';
    return passing;
  }
}

function makeState(ns: Netns): NfHookState {
  const hook = NF_INET_PRE_ROUTING;
  return { hook, ns, inDev: null, outDev: null, dst: null, packet: null, replacement: null, errno: 'EPERM' };
}

/** The frame that goes on, or null. */
function settle(verdict: NfVerdict, frame: Frame, state: NfHookState): Frame | null {
  if (verdict === NF_STOLEN) {
    state.errno = '';
    return null;
  }
  const passing = state.replacement ?? frame;
  state.replacement = null;
  if (verdict === NF_ACCEPT) return passing;
  state.ns.machine.stats.drop(passing, Drop.NETFILTER_DROP, state.inDev ?? state.outDev);
  return null;
}

/** Twins of ipt_mangle_out and nf_nat_ipv4_local_fn: no way for what the hook has changed is an error like any. */
function runAndReroute(hook: NfHook, frame: Frame, state: NfHookState): NfVerdict {
  const { mark, l3 } = frame;
  const v = frame.slab.view;
  const [src, dst, tos] = [ipv4.src(v, l3), ipv4.dst(v, l3), ipv4.tos(v, l3)];
  const verdict = hook.run(frame, state);
  if (verdict !== NF_ACCEPT) return verdict;
  // The bytes may have moved meanwhile.
  const now = frame.slab.view;
  const isElsewhere = ipv4.dst(now, l3) !== dst;
  const isOther = isElsewhere || ipv4.src(now, l3) !== src || ipv4.tos(now, l3) !== tos || frame.mark !== mark;
  if (!isElsewhere && !(isOther && hook.reroute === 'any')) return NF_ACCEPT;
  const errno = ipRouteMeHarder(state, frame);
  if (errno === '') return NF_ACCEPT;
  state.errno = errno;
  return NF_DROP;
}

/**
 * Twin of ip_route_me_harder: the way that a frame of this host takes as it is now; '' or why there is none. A socket
 * that is bound to an interface stays there.
 */
function ipRouteMeHarder(state: NfHookState, frame: Frame): Errno {
  const v = frame.slab.view;
  const { l3 } = frame;
  const [src, dst, tos] = [ipv4.src(v, l3), ipv4.dst(v, l3), ipv4.tos(v, l3)];
  const { ns } = state;
  const boundTo = state.dst?.boundTo ?? null;
  const entry =
    boundTo === null
      ? ipRouteOutput(ns, dst, src, tos, frame.mark)
      : ipRouteOutputFlow(ns, flowTo(dst, { src, tos, mark: frame.mark, oif: boundTo }));
  const errno = routeErrno(entry);
  if (errno !== '') return errno;
  // Nobody out there could answer (__mkroute_output).
  const { dev } = entry;
  if (isLoopbackIp4(src) && dev?.isLoopback === false && !inDevRouteLocalnet(dev)) return 'EINVAL';
  entry.boundTo = boundTo;
  state.dst = entry;
  return '';
}

/** Twin of nf_register_net_hook: from now on `hook` is asked at the point. */
export function nfRegisterNetHook(ns: Netns, point: NfHookPoint, hook: NfHook): void {
  if (ns.netfilter === null) {
    ns.netfilter = new NfHooks(ns);
    // Sockets that are bound to an interface have ways that say so from now on.
    ns.routes.flush();
  }
  ns.netfilter.add(point, hook);
}

/** Twin of nf_unregister_net_hook; without hooks the namespace is as it was before the first. */
export function nfUnregisterNetHook(ns: Netns, point: NfHookPoint, hook: NfHook): void {
  assert(ns.netfilter !== null, 'there are hooks');
  ns.netfilter.remove(point, hook);
  if (ns.netfilter.isEmpty) ns.netfilter = null;
}
