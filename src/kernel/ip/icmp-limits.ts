/**
 * How often ICMP errors may be sent: one budget for the whole namespace, and one per destination (Linux:
 * icmp_global_allow, inet_peer_xrlim_allow, and the limit of ip_error). Time comes from the caller.
 */
import type { Ip4 } from '../../base/addr.ts';

const SECOND_NS = 1_000_000_000;
/** Errors that a destination may get in one go (XRLIM_BURST_FACTOR). */
const BURST_FACTOR = 6;
/**
 * What an unroutable datagram costs its sender beside that, and how much may be saved for it (ip_rt_error_cost,
 * ip_rt_error_burst).
 */
const ROUTE_ERROR_COST_NS = SECOND_NS;
const ROUTE_ERROR_BURST_NS = 5 * SECOND_NS;
/** A destination never heard of has saved this much (inet_getpeer). */
const FIRST_CREDIT_NS = 60 * SECOND_NS;
/** The namespace's budget is filled up no more often than this (HZ / 50). */
const REFILL_NS = SECOND_NS / 50;
/** Linux bounds the inet_peer table by memory; those that have been silent for long are as good as unknown. */
const PEERS_MAX = 65_536;

/** A sender that heeds no redirect gets so many (ip_rt_redirect_number), each after twice the time of the last. */
const REDIRECTS_MAX = 9;
const REDIRECT_LOAD_NS = SECOND_NS / 50;
/** After so long without one it may be told afresh (ip_rt_redirect_silence). */
const REDIRECT_SILENCE_NS = REDIRECT_LOAD_NS * 2 ** (REDIRECTS_MAX + 1);

/** Linux: struct inet_peer. Errors and redirects share the stamp, as there. */
interface Peer {
  tokensNs: number;
  lastNs: number;
  redirects: number;
}

export class IcmpLimits {
  private readonly peers = new Map<Ip4, Peer>();
  private globalCredit = 0;
  private globalStampNs = -SECOND_NS;

  /** Whether the namespace as a whole may send one more limited message at `nowNs`; `useGlobal` takes it off. */
  allowGlobal(nowNs: number, perSecond: number, burst: number): boolean {
    if (this.globalCredit > 0) return true;
    const elapsedNs = Math.min(nowNs - this.globalStampNs, SECOND_NS);
    if (elapsedNs < REFILL_NS) return false;
    const earned = Math.floor((perSecond * elapsedNs) / SECOND_NS);
    if (earned === 0) return false;
    this.globalStampNs = nowNs;
    this.globalCredit = Math.min(this.globalCredit + earned, burst);
    return this.globalCredit > 0;
  }

  /** A limited message is sent. Linux takes 0 to 2 at random, one in the mean. */
  useGlobal(): void {
    this.globalCredit--;
  }

  /**
   * Whether `destination` may get one more; `timeoutNs` is icmp_ratelimit, the price of one message. At no price
   * nothing can be saved either: what `allowRouteError` takes is gone.
   */
  allowPeer(destination: Ip4, nowNs: number, timeoutNs: number): boolean {
    return this.spend(destination, nowNs, timeoutNs, BURST_FACTOR * timeoutNs);
  }

  /** Whether `source` may be told that there is no route. It pays from the same purse as `allowPeer`. */
  allowRouteError(source: Ip4, nowNs: number): boolean {
    return this.spend(source, nowNs, ROUTE_ERROR_COST_NS, ROUTE_ERROR_BURST_NS);
  }

  /** Whether `source` may be told of a better way now (ip_rt_send_redirect). */
  allowRedirect(source: Ip4, nowNs: number): boolean {
    const peer = this.peer(source, nowNs);
    if (nowNs > peer.lastNs + REDIRECT_SILENCE_NS) {
      peer.tokensNs = 0;
      peer.redirects = 0;
    }
    if (peer.redirects >= REDIRECTS_MAX) {
      peer.lastNs = nowNs;
      return false;
    }
    if (peer.redirects > 0 && nowNs <= peer.lastNs + REDIRECT_LOAD_NS * 2 ** peer.redirects) return false;
    peer.lastNs = nowNs;
    peer.redirects++;
    return true;
  }

  private peer(address: Ip4, nowNs: number): Peer {
    let peer = this.peers.get(address);
    if (peer === undefined) {
      if (this.peers.size >= PEERS_MAX) this.forgetIdle(nowNs);
      peer = { tokensNs: 0, lastNs: nowNs - FIRST_CREDIT_NS, redirects: 0 };
      this.peers.set(address, peer);
    }
    return peer;
  }

  private spend(address: Ip4, nowNs: number, costNs: number, burstNs: number): boolean {
    const peer = this.peer(address, nowNs);
    peer.tokensNs = Math.min(peer.tokensNs + nowNs - peer.lastNs, burstNs);
    peer.lastNs = nowNs;
    if (peer.tokensNs < costNs) return false;
    peer.tokensNs -= costNs;
    return true;
  }

  private forgetIdle(nowNs: number): void {
    for (const [address, peer] of this.peers) {
      if (nowNs - peer.lastNs >= FIRST_CREDIT_NS) this.peers.delete(address);
    }
    if (this.peers.size >= PEERS_MAX) this.peers.clear();
  }
}
