/**
 * Where netfilter looks at what a bridge carries (Linux: NFPROTO_BRIDGE, br_netfilter's br_nf_pre_routing and its
 * like; net.bridge.bridge-nf-call-iptables). Nobody hooks in yet; without a hook a frame pays one comparison a point.
 *
 *   port ─ PRE_ROUTING ─┬─ LOCAL_IN ── host ── LOCAL_OUT ─┐
 *                       └─ FORWARD ───────────────────────┴─ POST_ROUTING ─ port
 */
import type { Frame } from '../../link/frame.ts';
import type { Bridge, BridgePort } from './bridge.ts';

export interface BridgeNfHook {
  /** A frame has come in by a port. Each of these answers false when the frame is the hook's own from then on. */
  preRouting(bridge: Bridge, inPort: BridgePort, frame: Frame): boolean;
  /** It goes up to the host. */
  localIn(bridge: Bridge, inPort: BridgePort, frame: Frame): boolean;
  /** It leaves by a port, having come in by another or, `inPort` null, from the host. */
  forward(bridge: Bridge, inPort: BridgePort | null, outPort: BridgePort, frame: Frame): boolean;
}
