/**
 * IPsec in one namespace: its policies and associations, and what they do to datagrams (Linux: struct netns_xfrm,
 * xfrm_lookup, xfrm_output, xfrm_input, __xfrm_policy_check). A namespace has an `Xfrm` from the first policy or
 * association on; until then its datagrams pay one null check.
 *
 *   OUTPUT, routed again, POSTROUTING ─ lookup ─┬─ plain ───────────────────────────── fragments, neighbour
 *                                               └─ encrypted ─ OUTPUT ─ POSTROUTING ─┘
 *   PREROUTING ─ route ─ INPUT ─ ESP: decrypted ─ PREROUTING ─ INPUT ─ policy ─ sockets
 */
import type { DropReason } from '../../link/drop.ts';
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import { resetFlow } from '../../link/frame.ts';
import type { Rng } from '../../sim/rng.ts';
import * as esp from '../../wire/esp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { Errno } from '../errno.ts';
import type { SocketFlow } from '../ip/fnhe.ts';
import type { DstEntry } from '../ip/route.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { ESP_HEAD_BYTES, ESP_TAIL_BYTES_MAX, espInput, espMtu, espOutput } from './esp4.ts';
import type { PolicyDirection, Template, XfrmPolicy } from './policy.ts';
import { XFRM_POLICY_OUT, XfrmPolicies } from './policy.ts';
import { SEC_PATH_MAX, secPathOf, SecPath, TRANSFORMED } from './sec-path.ts';
import { decodeSession, makeFlow, selectorMatches } from './selector.ts';
import type { XfrmFlow } from './selector.ts';
import type { XfrmStateSettings } from './state.ts';
import { XfrmState, XfrmStates } from './state.ts';
import type { XfrmCounter } from './xfrm-mib.ts';
import { XfrmMib } from './xfrm-mib.ts';

const DATAGRAM_BYTES_MAX = 65_535;
const SECOND_NS = 1_000_000_000;

export class Xfrm {
  readonly states = new XfrmStates();
  readonly policies = new XfrmPolicies();
  readonly mib = new XfrmMib();
  /** After a datagram that was not let out: what its sender hears. */
  errno: Errno = '';
  private readonly ns: Netns;
  private readonly rng: Rng;
  private readonly flow = makeFlow();

  constructor(ns: Netns) {
    this.ns = ns;
    this.rng = ns.machine.rng.fork(`xfrm/${ns.name}`);
  }

  /** Unix time. */
  get nowSeconds(): number {
    const { epochSeconds, sched } = this.ns.machine;
    return epochSeconds + Math.floor(sched.now / SECOND_NS);
  }

  /** Makes an association (xfrm_state_construct); it is not in the table yet. */
  makeState(settings: XfrmStateSettings): XfrmState {
    return new XfrmState(settings, this.nowSeconds, this.rng.u32(), this.rng.u32());
  }

  /**
   * Twin of xfrm_lookup: the policy by which a datagram that leaves by `dev` has to be encrypted or kept, null for
   * none. What is encrypted already is let go.
   */
  lookupOut(frame: Frame, dev: NetDevice): XfrmPolicy | null {
    if (frame.secPath === TRANSFORMED) return null;
    if (this.policies.countOf(XFRM_POLICY_OUT) === 0) return null;
    decodeSession(this.flow, frame, dev.ifIndex);
    const policy = this.policies.lookup(XFRM_POLICY_OUT, this.flow, this.nowSeconds);
    return policy !== null && (policy.isBlocking || policy.templates.length > 0) ? policy : null;
  }

  /** Twin of xfrm_tmpl_resolve: the associations that a policy leads to; null where one is missing. */
  resolve(policy: XfrmPolicy, flow: XfrmFlow): XfrmState[] | null {
    const found: XfrmState[] = [];
    const mark = (policy.mark.value & policy.mark.mask) >>> 0;
    for (const { proto, spi, reqid, isOptional } of policy.templates) {
      const state = this.states.find({ proto, spi, reqid, mark }, flow, this.nowSeconds);
      if (state !== null) found.push(state);
      else if (!isOptional) return null;
    }
    return found;
  }

  /** The associations by which a datagram would leave, null for plain text: what rules ask about. */
  outboundStates(frame: Frame, dev: NetDevice): XfrmState[] | null {
    const policy = this.lookupOut(frame, dev);
    if (policy === null || policy.isBlocking) return null;
    const states = this.resolve(policy, this.flow);
    return states === null || states.length === 0 ? null : states;
  }

  /**
   * Twin of xfrm_output: encrypts a datagram as its policy wants it. Answers the frame that goes on, which passes
   * OUTPUT and POSTROUTING anew; null when it was dropped, and then `errno` says what the sender hears.
   */
  output(given: Frame, policy: XfrmPolicy, dev: NetDevice): Frame | null {
    policy.lifetime.usedSeconds = this.nowSeconds;
    if (policy.isBlocking) return this.refuse(given, 'XfrmOutPolBlock', Drop.XFRM_POLICY, 'EPERM', dev);
    decodeSession(this.flow, given, dev.ifIndex);
    const states = this.resolve(policy, this.flow);
    // Linux waits for nobody: what has no association yet is thrown away (net.core.xfrm_larval_drop).
    if (states === null) return this.refuse(given, 'XfrmOutNoStates', Drop.X_XFRM_NO_STATES, '', dev);
    let frame = given;
    for (const state of states) {
      const next = this.outputOne(frame, state, dev);
      if (next === null) return null;
      frame = next;
    }
    frame.secPath = TRANSFORMED;
    frame.fragMaxSize = 0;
    resetFlow(frame);
    return frame;
  }

  /** Twin of xfrm_output_one. */
  private outputOne(frame: Frame, state: XfrmState, dev: NetDevice): Frame | null {
    const { value, mask } = state.outputMark;
    if (mask !== 0) frame.mark = (value & mask) | (frame.mark & ~mask);
    if (!state.mayCarry(this.nowSeconds)) {
      return this.refuse(frame, 'XfrmOutStateExpired', Drop.X_XFRM_STATE_EXPIRED, 'EINVAL', dev);
    }
    if (!state.replay.next(state.mayWrap)) {
      return this.refuse(frame, 'XfrmOutStateSeqError', Drop.X_XFRM_STATE_SEQ, 'EOVERFLOW', dev);
    }
    const textBytes = frame.tail - frame.l3 - ipv4.headerLen(frame.slab.view, frame.l3);
    state.lifetime.bytes += textBytes;
    state.lifetime.packets++;
    const total = frame.tail - frame.l3 + ESP_HEAD_BYTES + ESP_TAIL_BYTES_MAX + state.icvBytes;
    if (total > DATAGRAM_BYTES_MAX) {
      return this.refuse(frame, 'XfrmOutStateProtoError', Drop.PKT_TOO_BIG, 'EMSGSIZE', dev);
    }
    return espOutput(this.ns.machine.stats, frame, state);
  }

  private refuse(frame: Frame, counter: XfrmCounter, reason: DropReason, errno: Errno, dev: NetDevice): null {
    this.mib.count(counter);
    this.errno = errno;
    this.ns.machine.stats.drop(frame, reason, dev);
    return null;
  }

  /**
   * Twin of xfrm_input: decrypts a datagram whose ESP header stands at `frame.l4`. False when it was dropped; otherwise
   * it bears its sec path and begins its way through netfilter anew.
   */
  input(dev: NetDevice, frame: Frame): boolean {
    const dst = ipv4.dst(frame.slab.view, frame.l3);
    const states: XfrmState[] = [...(secPathOf(frame)?.states ?? [])];
    do {
      const v = frame.slab.view;
      if (frame.tail - frame.l4 < esp.HEADER_LEN) return this.discard(frame, 'XfrmInHdrError', Drop.X_XFRM_HDR, dev);
      if (states.length === SEC_PATH_MAX) {
        return this.discard(frame, 'XfrmInBufferError', Drop.X_XFRM_STATE_PROTO, dev);
      }
      const state = this.states.lookup(dst, esp.spi(v, frame.l4), ipv4.PROTO_ESP, frame.mark);
      if (state === null) return this.discard(frame, 'XfrmInNoStates', Drop.X_XFRM_NO_STATES, dev);
      states.push(state);
      if (!this.inputOne(dev, frame, state)) return false;
    } while (ipv4.protocol(frame.slab.view, frame.l3) === ipv4.PROTO_ESP);
    frame.secPath = new SecPath(states);
    resetFlow(frame);
    return true;
  }

  private inputOne(dev: NetDevice, frame: Frame, state: XfrmState): boolean {
    const sequence = esp.sequence(frame.slab.view, frame.l4);
    const flaw = state.replay.check(sequence);
    if (flaw !== '') {
      if (flaw === 'window') state.tooOld++;
      if (flaw === 'replay') state.replayed++;
      return this.discard(frame, 'XfrmInStateSeqError', Drop.X_XFRM_STATE_SEQ, dev);
    }
    if (!state.mayCarry(this.nowSeconds)) {
      return this.discard(frame, 'XfrmInStateExpired', Drop.X_XFRM_STATE_EXPIRED, dev);
    }
    const result = espInput(frame, state);
    if (result === 'integrity') state.integrityFailed++;
    if (result !== '') return this.discard(frame, 'XfrmInStateProtoError', Drop.X_XFRM_STATE_PROTO, dev);
    const { value, mask } = state.outputMark;
    if (mask !== 0) frame.mark = (value & mask) | (frame.mark & ~mask);
    state.replay.advance(sequence);
    state.lifetime.bytes += frame.tail - frame.l4;
    state.lifetime.packets++;
    return true;
  }

  private discard(frame: Frame, counter: XfrmCounter, reason: DropReason, dev: NetDevice): false {
    this.mib.count(counter);
    this.ns.machine.stats.drop(frame, reason, dev);
    return false;
  }

  /**
   * Twin of __xfrm_policy_check: whether a datagram for this host, or one that is forwarded, came as the policies of
   * this direction want it. Drops it otherwise.
   */
  checkPolicy(direction: PolicyDirection, dev: NetDevice, frame: Frame): boolean {
    const path = secPathOf(frame);
    if (path === null && this.policies.countOf(direction) === 0) return true;
    decodeSession(this.flow, frame, dev.ifIndex);
    if (path?.states.some((state) => !selectorMatches(state.selector, this.flow)) === true) {
      return this.discard(frame, 'XfrmInStateMismatch', Drop.XFRM_POLICY, dev);
    }
    const policy = this.policies.lookup(direction, this.flow, this.nowSeconds);
    if (policy === null) return true;
    policy.lifetime.usedSeconds = this.nowSeconds;
    if (policy.isBlocking) return this.discard(frame, 'XfrmInPolBlock', Drop.XFRM_POLICY, dev);
    if (satisfies(policy.templates, path?.states ?? [])) return true;
    return this.discard(frame, 'XfrmInTmplMismatch', Drop.XFRM_POLICY, dev);
  }

  /** Twin of xfrm_init_pmtu: what is left of `mtu` for a datagram like `frame` when its policy has it encrypted. */
  mtuFor(frame: Frame, dev: NetDevice, mtu: number): number {
    return roomIn(mtu, this.outboundStates(frame, dev));
  }

  /** The same for what a socket sends by `entry`. */
  socketMtu({ src, dst, dev }: DstEntry, { protocol, localPort, remotePort }: SocketFlow, mtu: number): number {
    if (dev === null || this.policies.countOf(XFRM_POLICY_OUT) === 0) return mtu;
    const flow = { src, dst, proto: protocol, sport: localPort, dport: remotePort, mark: 0, ifIndex: dev.ifIndex };
    const policy = this.policies.lookup(XFRM_POLICY_OUT, flow, this.nowSeconds);
    return policy === null || policy.isBlocking ? mtu : roomIn(mtu, this.resolve(policy, flow));
  }
}

function roomIn(mtu: number, states: readonly XfrmState[] | null): number {
  return (states ?? []).reduceRight((left, state) => espMtu(left, state.icvBytes), mtu);
}

/** Twin of xfrm_policy_ok for all templates, the last one first: each needs an association that is its own. */
function satisfies(templates: readonly Template[], states: readonly XfrmState[]): boolean {
  let next = 0;
  for (let i = templates.length - 1; i >= 0; i--) {
    const template = templates[i]!;
    if (template.isOptional) continue;
    while (next < states.length && !isAsWanted(template, states[next]!)) next++;
    if (next === states.length) return false;
    next++;
  }
  return true;
}

/** Twin of xfrm_state_ok. */
function isAsWanted(template: Template, { id, reqid }: XfrmState): boolean {
  return (
    id.proto === template.proto &&
    (template.spi === 0 || template.spi === id.spi) &&
    (template.reqid === 0 || template.reqid === reqid)
  );
}

/** The namespace's IPsec, made when it is first needed. */
export function xfrmOf(ns: Netns): Xfrm {
  return (ns.xfrm ??= new Xfrm(ns));
}
