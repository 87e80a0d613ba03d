/**
 * Policies: which datagrams have to be encrypted, and how (RFC 4301 4.4.1; Linux: struct xfrm_policy,
 * net/xfrm/xfrm_policy.c).
 */
import type { Ip4 } from '../../base/addr.ts';
import type { Errno } from '../errno.ts';
import type { Limits, Lifetime } from './lifetime.ts';
import { hasTimedOut } from './lifetime.ts';
import type { Selector, XfrmFlow, XfrmMark } from './selector.ts';
import { isSameSelector, markMatches, selectorMatches } from './selector.ts';

/** The directions, by Linux's numbers. */
export const XFRM_POLICY_IN = 0;
export const XFRM_POLICY_OUT = 1;
export const XFRM_POLICY_FWD = 2;
export type PolicyDirection = typeof XFRM_POLICY_IN | typeof XFRM_POLICY_OUT | typeof XFRM_POLICY_FWD;

const INDEX_STEP = 8;
const DIRECTION_MASK = 7;

/** What kind of association a policy asks for (Linux: struct xfrm_tmpl). */
export interface Template {
  readonly src: Ip4;
  readonly dst: Ip4;
  readonly proto: number;
  /** 0 for any. */
  readonly spi: number;
  readonly reqid: number;
  readonly mode: 'transport';
  /** `level use`: where there is no association, it is done without. */
  readonly isOptional: boolean;
}

export interface XfrmPolicySettings {
  readonly selector: Selector;
  readonly direction: PolicyDirection;
  readonly mark: XfrmMark;
  /** 0: the kernel chooses. */
  readonly index: number;
  readonly priority: number;
  readonly isBlocking: boolean;
  /** XFRM_POLICY_LOCALOK, XFRM_POLICY_ICMP */
  readonly flags: number;
  readonly limits: Limits;
  readonly templates: readonly Template[];
}

export interface XfrmPolicy extends XfrmPolicySettings {
  readonly lifetime: Lifetime;
}

/** The policies of a namespace. */
export class XfrmPolicies {
  /** The newest first. */
  private all: XfrmPolicy[] = [];
  /** By direction in the order in which they are asked: of the least priority first, of one priority the oldest. */
  private readonly chains: XfrmPolicy[][] = [[], [], []];
  private lastIndex = 0;

  countOf(direction: PolicyDirection): number {
    return this.chains[direction]!.length;
  }

  get count(): number {
    return this.all.length;
  }

  /** Those that have not had their time; the others go. */
  list(nowSeconds: number): readonly XfrmPolicy[] {
    const timedOut = this.all.filter((policy) => hasTimedOut(policy.limits, policy.lifetime, nowSeconds));
    for (const policy of timedOut) this.remove(policy);
    return this.all;
  }

  /** Twin of xfrm_policy_insert; `isNew` for one that must not be there yet. */
  insert(settings: XfrmPolicySettings, isNew: boolean, nowSeconds: number): Errno {
    const { direction, selector, mark } = settings;
    const old = this.bySelector(direction, selector, mark);
    if (old !== null && isNew) return 'EEXIST';
    if (old !== null) this.remove(old);
    const index = old === null ? this.generateIndex(direction, settings.index) : old.index;
    const lifetime: Lifetime = { bytes: 0, packets: 0, addedSeconds: nowSeconds, usedSeconds: 0 };
    const policy: XfrmPolicy = { ...settings, index, lifetime };
    this.all.unshift(policy);
    const chain = this.chains[direction]!;
    const place = chain.findIndex((each) => each.priority > policy.priority);
    chain.splice(place < 0 ? chain.length : place, 0, policy);
    return '';
  }

  remove(policy: XfrmPolicy): void {
    this.all = this.all.filter((each) => each !== policy);
    const chain = this.chains[policy.direction]!;
    chain.splice(chain.indexOf(policy), 1);
  }

  /** Twin of xfrm_policy_lookup: the policy for a datagram, null for none. */
  lookup(direction: PolicyDirection, flow: XfrmFlow, nowSeconds: number): XfrmPolicy | null {
    for (const policy of this.chains[direction]!) {
      if (!markMatches(policy.mark, flow.mark) || !selectorMatches(policy.selector, flow)) continue;
      if (!hasTimedOut(policy.limits, policy.lifetime, nowSeconds)) return policy;
    }
    return null;
  }

  /** Twin of xfrm_policy_bysel_ctx. */
  bySelector(direction: PolicyDirection, selector: Selector, mark: XfrmMark): XfrmPolicy | null {
    const isIt = (policy: XfrmPolicy): boolean =>
      policy.mark.value === mark.value && policy.mark.mask === mark.mask && isSameSelector(policy.selector, selector);
    return this.chains[direction]!.find(isIt) ?? null;
  }

  /** Twin of xfrm_policy_byid. */
  byIndex(direction: PolicyDirection, index: number, mark: XfrmMark): XfrmPolicy | null {
    const isIt = (policy: XfrmPolicy): boolean =>
      policy.index === index && policy.mark.value === mark.value && policy.mark.mask === mark.mask;
    return this.chains[direction]!.find(isIt) ?? null;
  }

  /** Twin of xfrm_gen_index: the lowest bits tell the direction. */
  private generateIndex(direction: PolicyDirection, wanted: number): number {
    const isFree = (index: number): boolean => !this.all.some((policy) => policy.index === index);
    if (wanted !== 0 && (wanted & DIRECTION_MASK) === direction && isFree(wanted)) return wanted;
    let index = 0;
    do {
      index = this.lastIndex | direction;
      this.lastIndex += INDEX_STEP;
      if (index === 0) index = INDEX_STEP;
    } while (!isFree(index));
    return index;
  }
}
