/** For how long an association or a policy is good (Linux: struct xfrm_lifetime_cfg, struct xfrm_lifetime_cur). */

/** Infinity for no limit of bytes and packets, 0 for none of seconds. */
export interface Limits {
  readonly softBytes: number;
  readonly hardBytes: number;
  readonly softPackets: number;
  readonly hardPackets: number;
  readonly softAddSeconds: number;
  readonly hardAddSeconds: number;
  readonly softUseSeconds: number;
  readonly hardUseSeconds: number;
}

export const NO_LIMITS: Limits = {
  softBytes: Infinity,
  hardBytes: Infinity,
  softPackets: Infinity,
  hardPackets: Infinity,
  softAddSeconds: 0,
  hardAddSeconds: 0,
  softUseSeconds: 0,
  hardUseSeconds: 0,
};

/** What it has had of that. */
export interface Lifetime {
  bytes: number;
  packets: number;
  /** Unix time. */
  readonly addedSeconds: number;
  /** When it was first used; 0 for never. */
  usedSeconds: number;
}

/** Whether its seconds are over (xfrm_timer_handler). */
export function hasTimedOut(limits: Limits, lifetime: Lifetime, nowSeconds: number): boolean {
  const { hardAddSeconds, hardUseSeconds } = limits;
  if (hardAddSeconds !== 0 && nowSeconds >= lifetime.addedSeconds + hardAddSeconds) return true;
  if (hardUseSeconds === 0) return false;
  const since = lifetime.usedSeconds === 0 ? nowSeconds : lifetime.usedSeconds;
  return nowSeconds >= since + hardUseSeconds;
}
