/** The key of locked managers as people see it. Twin of swarmkit's encryption.HumanReadableKey. */
import type { Rng } from '../../sim/rng.ts';
import { base64Encode } from '../../userland/http/base64.ts';

const KEY_BYTES = 32;

/** `SWMKEY-1-` and 32 random bytes in base 64 without padding. */
export function newUnlockKey(rng: Rng): string {
  const key = Uint8Array.from({ length: KEY_BYTES }, () => rng.below(0x100));
  return `SWMKEY-1-${base64Encode(key).replace(/=+$/, '')}`;
}
