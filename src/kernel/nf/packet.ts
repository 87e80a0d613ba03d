/**
 * What rules look at: a packet at a hook (Linux: struct xt_action_param). One object is filled in for each packet and
 * walks past all rules, so that nothing is made for a frame; the headers are read where they lie.
 */

/** A header that is not there: a fragment behind the first, or a packet cut short. */
export const NO_HEADER = -1;

export interface NfPacket {
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
