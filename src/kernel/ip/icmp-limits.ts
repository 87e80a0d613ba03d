/**
 * How often ICMP errors may be sent: one budget for the whole namespace, and one per destination (Linux:
 * icmp_global_allow and inet_peer_xrlim_allow). Time comes from the caller.
 */
import type { Ip4 } from '../../base/addr.ts';

/** Errors that a destination may get in one go (XRLIM_BURST_FACTOR). */
const BURST_FACTOR = 6;
const SECOND_NS = 1_000_000_000;
/** Linux bounds the inet_peer table by memory; entries that have their full budget again carry no information. */
const PEERS_MAX = 65_536;

interface Peer {
  tokensNs: number;
  lastNs: number;
}

export class IcmpLimits {
  private readonly peers = new Map<Ip4, Peer>();
  private globalCredit = 0;
  private globalStampNs = -SECOND_NS;

  /** Whether the namespace as a whole may send one more limited message at `nowNs`; uses up one if so. */
  allowGlobal(nowNs: number, perSecond: number, burst: number): boolean {
    const elapsedNs = Math.min(nowNs - this.globalStampNs, SECOND_NS);
    const earned = Math.floor((perSecond * elapsedNs) / SECOND_NS);
    if (earned > 0) {
      this.globalCredit = Math.min(this.globalCredit + earned, burst);
      this.globalStampNs = nowNs;
    }
    if (this.globalCredit <= 0) return false;
    this.globalCredit--;
    return true;
  }

  /** Whether `destination` may get one more; `timeoutNs` is icmp_ratelimit, the price of one message. */
  allowPeer(destination: Ip4, nowNs: number, timeoutNs: number): boolean {
    if (timeoutNs === 0) return true;
    let peer = this.peers.get(destination);
    if (peer === undefined) {
      if (this.peers.size >= PEERS_MAX) this.forgetIdle(nowNs, timeoutNs);
      peer = { tokensNs: BURST_FACTOR * timeoutNs, lastNs: nowNs };
      this.peers.set(destination, peer);
    }
    peer.tokensNs = Math.min(peer.tokensNs + nowNs - peer.lastNs, BURST_FACTOR * timeoutNs);
    peer.lastNs = nowNs;
    if (peer.tokensNs < timeoutNs) return false;
    peer.tokensNs -= timeoutNs;
    return true;
  }

  private forgetIdle(nowNs: number, timeoutNs: number): void {
    for (const [address, peer] of this.peers) {
      if (peer.tokensNs + nowNs - peer.lastNs >= BURST_FACTOR * timeoutNs) this.peers.delete(address);
    }
    if (this.peers.size >= PEERS_MAX) this.peers.clear();
  }
}
