/** What a push/pull has brought becomes what this member knows (mergeRemoteState, net.go). */
import type { PushNodeState, PushPull } from '../messages.ts';
import type { NodeState } from '../messages.ts';
import { addressOf } from './addresses.ts';
import type { MemberlistConfig } from './config.ts';
import type { Counters } from './counters.ts';
import type { Membership } from './membership.ts';
import { MemberState } from './node-state.ts';
import { verifyProtocol } from './verify-protocol.ts';

/** Null, or why nothing was merged. */
export function mergeRemoteState(
  message: PushPull,
  isJoin: boolean,
  config: MemberlistConfig,
  membership: Membership,
  counters: Counters,
): string | null {
  const nodes = message.nodes.map((node) => withPort(node, config));
  const misfit = verifyProtocol(membership.nodes.nodes, nodes);
  if (misfit !== null) {
    counters.drop('badVersion');
    return misfit;
  }
  const refusal = isJoin ? (config.merge?.notifyMerge(nodes.map(asMember)) ?? null) : null;
  if (refusal !== null) {
    counters.drop('refusedByDelegate');
    return refusal;
  }
  membership.mergeState(nodes);
  if (message.userState.length > 0) config.delegate?.mergeRemoteState(message.userState, isJoin);
  return null;
}

/** Version 1 of the protocol does not say the port. */
function withPort(node: PushNodeState, { settings, bindPort }: MemberlistConfig): PushNodeState {
  return settings.protocolVersion < 2 || node.port === 0 ? { ...node, port: bindPort } : node;
}

function asMember({ name, addr, port, meta, state, vsn }: PushNodeState): MemberState {
  const node = new MemberState(name, addressOf(addr) ?? 0, port, 0);
  if (meta !== null) node.meta = meta;
  if (vsn !== null && vsn.length > 0) node.vsn = vsn;
  node.state = state as NodeState;
  return node;
}
