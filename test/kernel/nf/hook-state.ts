/** A place in the kernel for packets that tests make themselves. */
import type { NfHookState } from '../../../src/kernel/nf/hooks.ts';
import { World } from '../kit.ts';

/** FORWARD of a machine of its own, with no interfaces yet. */
export function makeHookState(): NfHookState {
  const { rootNs } = new World().host('h');
  return { hook: 2, ns: rootNs, inDev: null, outDev: null, dst: null, packet: null, replacement: null, errno: 'EPERM' };
}
