/**
 * What rules look at: a packet at a hook (Linux: struct xt_action_param). One object is filled in for each packet and
 * walks past all rules, so that nothing is made for a frame; the headers are read where they lie.
 */

import type { Frame } from '../../link/frame.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { NetDevice } from '../netdev.ts';
import type { NfHookState } from './hooks.ts';

/** A header that is not there: a fragment behind the first, or a packet cut short. */
export const NO_HEADER = -1;

export interface NfPacket {
  /** Whose bytes these are, and where it is. */
  frame: Frame;
  state: NfHookState;
  /** The bytes in which `network` and `transport` are offsets. */
  view: DataView;
  /** Offset of the IP header. */
  network: number;
  /** Offset of what comes behind it. */
  transport: number;
  /** Offset of the packet's end. */
  end: number;
  protocol: number;
  /** Offset of the fragment in its datagram in units of 8 bytes; 0 for a whole datagram and a first fragment. */
  fragmentOffset: number;
  /** The interfaces by name, '' where the hook has none. */
  inName: string;
  outName: string;
  /** The bridge's ports behind them, '' when the packet is not bridged (Linux: nf_bridge_info). */
  physInName: string;
  physOutName: string;
  /** It stays on its bridge. */
  isBridged: boolean;
  mark: number;
  /** A match saw what no rule shall decide about: the packet is dropped (Linux: par->hotdrop). */
  mustDrop: boolean;
}

/** The packet of a hook's state, filled in with what the frame is now. */
export function packetAt(state: NfHookState, frame: Frame): NfPacket {
  const packet = (state.packet ??= makePacket(frame, state));
  const { view } = frame.slab;
  const { l3 } = frame;
  packet.frame = frame;
  packet.view = view;
  packet.network = l3;
  packet.transport = l3 + ipv4.headerLen(view, l3);
  packet.end = frame.tail;
  packet.protocol = ipv4.protocol(view, l3);
  packet.fragmentOffset = ipv4.flagsFragment(view, l3) & ipv4.OFFSET_MASK;
  packet.inName = state.inDev === null ? '' : state.inDev.name;
  packet.outName = state.outDev === null ? '' : state.outDev.name;
  packet.physInName = '';
  packet.physOutName = '';
  packet.isBridged = false;
  if (frame.physIn !== null) fillPorts(packet, frame);
  packet.mark = frame.mark;
  packet.mustDrop = false;
  return packet;
}

function fillPorts(packet: NfPacket, frame: Frame): void {
  const inPort = frame.physIn as NetDevice | null;
  const outPort = frame.physOut as NetDevice | null;
  packet.physInName = inPort === null ? '' : inPort.name;
  packet.physOutName = outPort === null ? '' : outPort.name;
  packet.isBridged = outPort !== null;
}

function makePacket(frame: Frame, state: NfHookState): NfPacket {
  return {
    frame,
    state,
    view: frame.slab.view,
    network: 0,
    transport: 0,
    end: 0,
    protocol: 0,
    fragmentOffset: 0,
    inName: '',
    outName: '',
    physInName: '',
    physOutName: '',
    isBridged: false,
    mark: 0,
    mustDrop: false,
  };
}
