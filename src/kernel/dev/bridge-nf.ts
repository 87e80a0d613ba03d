/**
 * Where netfilter looks at what a bridge carries (Linux: br_netfilter, hooked in at NFPROTO_BRIDGE's points). Asked
 * only while the namespace has hooks; what the host itself sends by the bridge has passed them before.
 *
 *   port ─ preRouting ─┬─ host
 *                      └─ forward ─ port
 */
import type { Frame } from '../../link/frame.ts';
import type { Bridge, BridgePort } from './bridge.ts';

export interface BridgeNetfilter {
  /** A frame has come in by a port. Each of these answers the frame that goes on, or null, having taken it over. */
  preRouting(bridge: Bridge, inPort: BridgePort, frame: Frame): Frame | null;
  /** It leaves by a port, having come in by `inPort` or, null, from the host. */
  forward(bridge: Bridge, inPort: BridgePort | null, outPort: BridgePort, frame: Frame): Frame | null;
  /** It goes up to the host. */
  localIn(bridge: Bridge, frame: Frame): Frame | null;
  /** The bridge sends a frame whose new destination had to be asked for, see `Frame.bridgedSourceHi`. */
  resume(bridge: Bridge, frame: Frame): void;
}
