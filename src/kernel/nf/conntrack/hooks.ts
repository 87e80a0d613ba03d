/**
 * Connection tracking at the hook points of a namespace (nf_conntrack_proto.c, nf_defrag_ipv4.c):
 *
 *   PREROUTING, OUTPUT     -400  fragments become datagrams
 *                          -200  the connection is looked for, or begins
 *   INPUT, POSTROUTING     last  a new one is confirmed
 *
 * The hooks are there while somebody needs them: rules that ask about connections, and the table nat. What the table
 * holds outlives them and expires as ever.
 */
import { assert } from '../../../base/assert.ts';
import type { Frame } from '../../../link/frame.ts';
import * as ipv4 from '../../../wire/ipv4.ts';
import { Timer } from '../../../sim/timer.ts';
import { KERN_WARNING } from '../../kernel-log.ts';
import { DEFRAG_CONNTRACK_BRIDGE_IN, DEFRAG_CONNTRACK_IN, DEFRAG_CONNTRACK_OUT } from '../../ip/reassembly.ts';
import type { Netns } from '../../netns.ts';
import type { NfHook, NfHookPoint, NfHookState, NfVerdict } from '../hooks.ts';
import { NF_ACCEPT, NF_DROP, NF_STOLEN, nfRegisterNetHook, nfUnregisterNetHook } from '../hooks.ts';
import { NF_INET_LOCAL_IN, NF_INET_LOCAL_OUT, NF_INET_POST_ROUTING, NF_INET_PRE_ROUTING } from '../hooks.ts';
import { NF_IP_PRI_CONNTRACK, NF_IP_PRI_CONNTRACK_CONFIRM, NF_IP_PRI_CONNTRACK_DEFRAG } from '../hooks.ts';
import { Conntrack } from './conntrack.ts';
import { CT_IS_REPLY } from './status.ts';
import { ConntrackTable } from './table.ts';
import { ALL_EVENTS, CtTemplate } from './template.ts';
import { UNTRACKED } from './untracked.ts';

/** What a hook does. */
const DEFRAG = 0;
const TRACK = 1;
const CONFIRM = 2;
const PRIORITIES: readonly number[] = [NF_IP_PRI_CONNTRACK_DEFRAG, NF_IP_PRI_CONNTRACK, NF_IP_PRI_CONNTRACK_CONFIRM];

/**
 * A hook of connection tracking. All are of one class: with those of the rules and of NAT there are three, and up to
 * four V8 tells apart, and inlines, where hooks are asked.
 */
class ConntrackHook implements NfHook {
  readonly priority: number;
  readonly reroute = 'never';
  private readonly kind: number;
  private readonly conntrack: Conntrack;

  constructor(conntrack: Conntrack, kind: number) {
    this.conntrack = conntrack;
    this.kind = kind;
    this.priority = PRIORITIES[kind]!;
  }

  run(frame: Frame, state: NfHookState): NfVerdict {
    const { kind } = this;
    if (kind === TRACK) {
      return frame.flows === null ? this.track(frame, state, 0, 0) : this.runMarked(frame, state);
    }
    if (kind === CONFIRM) return nfConfirm(this.conntrack, frame, state.ns);
    // Twin of ipv4_conntrack_defrag: whoever looks at ports behind it sees whole datagrams.
    return ipv4.isFragment(frame.slab.view, frame.l3) ? gatherFragments(frame, state) : NF_ACCEPT;
  }

  /** The frame has a connection already, is not to have one, or a rule has said in which zone. */
  private runMarked(frame: Frame, state: NfHookState): NfVerdict {
    const { flows } = frame;
    if (!(flows instanceof CtTemplate)) {
      assert(flows === this.conntrack || flows === UNTRACKED, 'what leaves a namespace leaves its connection there');
      return NF_ACCEPT;
    }
    frame.flows = null;
    this.conntrack.newEvents = flows.events;
    const verdict = this.track(frame, state, flows.originalZone(frame), flows.replyZone(frame));
    this.conntrack.newEvents = ALL_EVENTS;
    return verdict;
  }

  /** Twin of nf_conntrack_in: the frame is given its connection. */
  private track(frame: Frame, state: NfHookState, zone: number, replyZone: number): NfVerdict {
    const { conntrack } = this;
    conntrack.table.nowNs[0] = state.ns.machine.sched.now;
    const mustSum = state.hook === NF_INET_PRE_ROUTING && !frame.hasGoodSum;
    const verdict = conntrack.conntrackIn(frame.slab, frame.l3, frame.tail, zone, mustSum, replyZone);
    const { packet } = conntrack;
    if (packet.slot >= 0) {
      frame.flows = conntrack;
      frame.ctSlot = packet.slot;
      frame.ctinfo = packet.ctinfo;
    }
    return verdict === NF_DROP ? NF_DROP : NF_ACCEPT;
  }
}

/** Twin of nf_ct_ipv4_gather_frags. Slow path. */
function gatherFragments(frame: Frame, state: NfHookState): NfVerdict {
  const { flows } = frame;
  // What comes back over lo, or is not to be tracked, is not put together here.
  if (flows !== null && !(flows instanceof CtTemplate)) return NF_ACCEPT;
  const dev = state.inDev ?? state.outDev;
  assert(dev !== null, 'a fragment comes by an interface or leaves by one');
  const { ns } = state;
  frame.l4 = frame.l3 + ipv4.headerLen(frame.slab.view, frame.l3);
  const whole = ns.frags.defrag(ns, dev, frame, defragUser(frame, state));
  if (whole === null) return NF_STOLEN;
  whole.ignoreDf = true;
  state.replacement = whole;
  return NF_ACCEPT;
}

/** Twin of nf_ct_defrag_user. */
function defragUser(frame: Frame, state: NfHookState): number {
  if (state.hook !== NF_INET_PRE_ROUTING) return DEFRAG_CONNTRACK_OUT;
  return frame.physIn === null ? DEFRAG_CONNTRACK_IN : DEFRAG_CONNTRACK_BRIDGE_IN;
}

/** Twin of nf_confirm: the frame's connection has come through. */
export function nfConfirm(conntrack: Conntrack, frame: Frame, ns: Netns): NfVerdict {
  if (frame.flows !== conntrack || !conntrack.mustConfirm(frame.ctSlot)) return NF_ACCEPT;
  conntrack.table.nowNs[0] = ns.machine.sched.now;
  // An answer to what was not let through, such as an error, makes no connection of it.
  if (!conntrack.isConfirmed(frame.ctSlot) && frame.ctinfo >= CT_IS_REPLY) return NF_ACCEPT;
  return conntrack.confirm(frame.ctSlot) === NF_DROP ? NF_DROP : NF_ACCEPT;
}

/** The hooks of one namespace, and how many need them. */
export class ConntrackHooks {
  private users = 0;
  private readonly points: readonly (readonly [NfHookPoint, NfHook])[];

  constructor(conntrack: Conntrack) {
    const defrag = new ConntrackHook(conntrack, DEFRAG);
    const track = new ConntrackHook(conntrack, TRACK);
    const confirm = new ConntrackHook(conntrack, CONFIRM);
    this.points = [
      [NF_INET_PRE_ROUTING, defrag],
      [NF_INET_LOCAL_OUT, defrag],
      [NF_INET_PRE_ROUTING, track],
      [NF_INET_LOCAL_OUT, track],
      [NF_INET_LOCAL_IN, confirm],
      [NF_INET_POST_ROUTING, confirm],
    ];
  }

  get(ns: Netns): void {
    if (this.users++ > 0) return;
    for (const [point, hook] of this.points) nfRegisterNetHook(ns, point, hook);
  }

  put(ns: Netns): void {
    assert(this.users > 0, 'who puts back has taken');
    if (--this.users > 0) return;
    for (const [point, hook] of this.points) nfUnregisterNetHook(ns, point, hook);
  }
}

/** The connections of a namespace; made when the first is asked for. */
export function conntrackOf(ns: Netns): Conntrack {
  ns.conntrack ??= makeConntrack(ns);
  return ns.conntrack;
}

function makeConntrack(ns: Netns): Conntrack {
  const { log, rng, sched, source } = ns.machine;
  const { buckets } = ns.sysctls.conntrack;
  const table = new ConntrackTable(rng.fork(`conntrack/${ns.name}`).u32(), 2 ** (32 - Math.clz32(buckets - 1)));
  const life = { hasEnded: false };
  const timer = new Timer(sched, source, () => {
    table.nowNs[0] = sched.now;
    conntrack.expire();
  });
  const conntrack = new Conntrack(table, ns.sysctls.conntrack, {
    wakeAt: (timeNs) => {
      if (!life.hasEnded) timer.armAt(timeNs);
    },
    end: () => {
      life.hasEnded = true;
      timer.dispose();
    },
    kernelLog: (line) => {
      log.write(KERN_WARNING, line);
    },
  });
  return conntrack;
}

/** Twin of nf_conntrack_cleanup_net: the namespace has ended, and its connections with it. */
export function nfConntrackCleanupNet(ns: Netns): void {
  const { conntrack } = ns;
  if (conntrack === null) return;
  conntrack.table.nowNs[0] = ns.machine.sched.now;
  conntrack.end();
}

/** Twin of nf_ct_netns_get: connections are tracked from now on, until as many have put it back. */
export function nfCtNetnsGet(ns: Netns): Conntrack {
  const conntrack = conntrackOf(ns);
  conntrack.hooks ??= new ConntrackHooks(conntrack);
  conntrack.hooks.get(ns);
  return conntrack;
}

/** Twin of nf_ct_netns_put. */
export function nfCtNetnsPut(ns: Netns): void {
  assert(ns.conntrack?.hooks !== undefined && ns.conntrack.hooks !== null, 'connections are tracked');
  ns.conntrack.hooks.put(ns);
}
