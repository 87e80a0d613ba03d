/** Whether two clusters can speak with each other (verifyProtocol, state.go). */
import type { PushNodeState, Slice } from '../messages.ts';
import { NODE_STATE } from '../messages.ts';
import { VSN_BYTES, type MemberState } from './node-state.ts';

/** Who is judged, whichever side it comes from. */
interface Speaker {
  readonly name: string;
  readonly state: number;
  /** None, or six bytes. */
  readonly vsn: Slice;
}

interface Range {
  /** The highest of the minima. */
  min: number;
  /** The lowest of the maxima. */
  max: number;
}

/**
 * Null when every node speaks what all living ones understand, of the protocol and of the delegates' one; else which
 * does not, in the library's words. A version that is none counts as zeros.
 */
export function verifyProtocol(local: readonly MemberState[], remote: readonly PushNodeState[]): string | null {
  for (const { name, vsn } of remote) {
    if (vsn !== null && vsn.length > 0 && vsn.length < VSN_BYTES) return `Node '${name}' has malformed versions`;
  }
  const protocol = { min: 0, max: 255 };
  const delegate = { min: 0, max: 255 };
  for (const speakers of [remote, local]) {
    for (const { state, vsn } of speakers) {
      if (state !== NODE_STATE.alive || vsn === null || vsn.length === 0) continue;
      narrow(protocol, vsn[0]!, vsn[1]!);
      narrow(delegate, vsn[3]!, vsn[4]!);
    }
  }
  return findMisfit(remote, protocol, delegate) ?? findMisfit(local, protocol, delegate);
}

function narrow(range: Range, min: number, max: number): void {
  range.min = Math.max(range.min, min);
  range.max = Math.min(range.max, max);
}

function findMisfit(speakers: readonly Speaker[], protocol: Range, delegate: Range): string | null {
  for (const { name, vsn } of speakers) {
    const protocolCur = vsn?.[2] ?? 0;
    const delegateCur = vsn?.[5] ?? 0;
    const text = (kind: string, version: number, { min, max }: Range): string =>
      `Node '${name}' ${kind} version (${version}) is incompatible: [${min}, ${max}]`;
    if (protocolCur < protocol.min || protocolCur > protocol.max) return text('protocol', protocolCur, protocol);
    if (delegateCur < delegate.min || delegateCur > delegate.max) {
      return text('delegate protocol', delegateCur, delegate);
    }
  }
  return null;
}
